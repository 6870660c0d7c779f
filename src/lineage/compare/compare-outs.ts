import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { type Digest, hexOf } from '../../fingerprint/canonical.ts';
import type { ManifestEntry } from '../../fingerprint/manifest.ts';
import { type ContentStore, DamagedContent } from '../../store/content.ts';
import { readStoredManifest, type StoredTree } from '../../store/tree.ts';
import { compareFiles, compareWeights } from './compare-files.ts';
import type { Difference, Pair } from './difference.ts';
import { type WeightsGroup, weightsIn } from './layers-model.ts';

/** How an out that was made again differs from the recorded one. */
export type OutDifference =
  | {
      readonly kind: 'files';
      readonly files: readonly FileDifference[];
      readonly differing: number;
      readonly of: number;
    }
  /** A folder where there was a file, or the other way round. */
  | { readonly kind: 'shape'; readonly recorded: StoredTree['kind']; readonly replayed: StoredTree['kind'] }
  /** Only the digests can be compared: gc has freed the recorded bytes. */
  | { readonly kind: 'freed' };

/** `file` is relative to the out, and empty where the out is a file. */
export interface FileDifference {
  readonly file: string;
  readonly how: 'absent' | 'added' | 'freed' | Difference;
}

export interface OutsToCompare {
  readonly recorded: StoredTree;
  /** As it was made again, at an absolute path; of a folder with its manifest. */
  readonly replayed: {
    readonly path: string;
    readonly kind: StoredTree['kind'];
    readonly files: readonly ManifestEntry[];
  };
  /** Holds the recorded bytes, unless they were freed. */
  readonly content: ContentStore;
  /** An absolute path at which a folder for recorded files can be made. */
  readonly folder: string;
}

/** Compares an out whose digest is not the recorded one: which files differ, and of the first few, where. */
export const compareOuts = async (outs: OutsToCompare): Promise<OutDifference> => {
  const { recorded, replayed, folder } = outs;
  await mkdir(folder, { recursive: true });
  if (recorded.kind !== replayed.kind) return { kind: 'shape', recorded: recorded.kind, replayed: replayed.kind };
  if (recorded.kind === 'file') {
    const how = await told(outs, { hex: hexOf(recorded.digest), name: posix.basename(replayed.path) }, replayed.path);
    return { kind: 'files', files: [{ file: '', how }], differing: 1, of: 1 };
  }
  const listing = await ifThere(readStoredManifest(outs.content, recorded.digest, join(folder, 'manifest')));
  return listing === undefined ? { kind: 'freed' } : compareFolders(outs, listing);
};

const mostTold = 3;

const compareFolders = async (outs: OutsToCompare, listing: readonly ManifestEntry[]): Promise<OutDifference> => {
  const hexes = (entries: readonly ManifestEntry[]) => new Map(entries.map(({ path, hex }) => [path, hex]));
  const sides = { recorded: hexes(listing), replayed: hexes(outs.replayed.files) };
  const names = [...new Set([...sides.recorded.keys(), ...sides.replayed.keys()])].sort();
  const differing = names.filter((name) => sides.recorded.get(name) !== sides.replayed.get(name));
  const files: FileDifference[] = [];
  for (const file of differing.slice(0, mostTold)) files.push({ file, how: await compareInFolder(file, outs, sides) });
  return { kind: 'files', files, differing: differing.length, of: names.length };
};

type Hexes = ReadonlyMap<string, string>;

const compareInFolder = async (
  file: string,
  outs: OutsToCompare,
  sides: Pair<Hexes>,
): Promise<FileDifference['how']> => {
  const hex = sides.recorded.get(file);
  if (hex === undefined) return 'added';
  if (!sides.replayed.has(file)) return 'absent';
  return (await compareAsWeights(file, outs, sides)) ?? told(outs, { hex, name: file }, join(outs.replayed.path, file));
};

/** The file as a part of the model that lies beside it, if there is one. */
const compareAsWeights = async (
  file: string,
  outs: OutsToCompare,
  sides: Pair<Hexes>,
): Promise<Difference | undefined> => {
  const folder = posix.dirname(file);
  const model = posix.join(folder, 'model.json');
  if (!file.endsWith('.bin') || !sides.recorded.has(model) || !sides.replayed.has(model)) return undefined;
  const bring = (path: string) => broughtFile(outs, sides.recorded.get(path) ?? '');
  const recordedModel = await bring(model);
  if (recordedModel === undefined) return undefined;
  const name = posix.basename(file);
  const recorded = weightsIn(await textAt(recordedModel), name);
  const replayed = weightsIn(await textAt(join(outs.replayed.path, model)), name);
  if (recorded === undefined || replayed === undefined) return undefined;
  const paths = ({ files }: WeightsGroup) => files.map((each) => posix.join(folder, each));
  const brought = await Promise.all(paths(recorded).map(bring));
  if (!paths(replayed).every((path) => sides.replayed.has(path)) || brought.includes(undefined)) return undefined;
  const made = paths(replayed).map((path) => join(outs.replayed.path, path));
  return compareWeights({ recorded: brought as string[], replayed: made }, { recorded, replayed });
};

const textAt = (file: string): Promise<string> => readFile(file, 'utf8');

const told = async (
  outs: OutsToCompare,
  { hex, name }: { readonly hex: string; readonly name: string },
  replayed: string,
): Promise<'freed' | Difference> => {
  const recorded = await broughtFile(outs, hex);
  if (recorded === undefined) return 'freed';
  const difference = await compareFiles(name, { recorded, replayed });
  if (difference === undefined) throw new Error(`${name} was written while it was compared`);
  return difference;
};

/** Brings a recorded file from the store, once, and says where it lies; undefined where its bytes were freed. */
const broughtFile = async ({ content, folder }: OutsToCompare, hex: string): Promise<string | undefined> => {
  const file = join(folder, hex);
  if (existsSync(file)) return file;
  return (await ifThere(content.get(`sha256:${hex}` as Digest, file))) === undefined ? undefined : file;
};

const ifThere = async <Value>(work: Promise<Value>): Promise<Value | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof DamagedContent && error.found === 'nothing') return undefined;
    throw error;
  }
};
