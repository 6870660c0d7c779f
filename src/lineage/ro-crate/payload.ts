import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Digest, digestOf, hexOf, isDigest } from '../../fingerprint/canonical.ts';
import { type ContentStore, DamagedContent } from '../../store/content.ts';
import { placeTree } from '../../store/tree.ts';
import type { ArtifactRecord } from '../../types/generated/stage-run.ts';
import { staysInside } from '../exportable.ts';
import type { RunAccount } from '../run-account.ts';
import { outsIn } from '../stage-account.ts';
import { type CrateContents, type CrateRecord, manifestPath } from './data.ts';
import { digestTree } from './digest-tree.ts';

export interface CrateSources {
  /** The project's folder. */
  readonly root: string;
  /** `artifacts/.store`. */
  readonly store: string;
  readonly content: ContentStore;
}

export interface Payload {
  readonly contents: CrateContents;
  /** Outs that were asked for and are nowhere to be had, each with why. */
  readonly missing: readonly string[];
}

/**
 * Puts into the crate's folder what a crate holds beside its metadata: the pipeline's file, the records and manifests,
 * and, where asked for, the outs. Whatever is put there has the digest that the records name.
 */
export const writePayload = async (
  account: RunAccount,
  folder: string,
  { withFiles, ...sources }: CrateSources & { readonly withFiles: boolean },
): Promise<Payload> => {
  const { record, stages } = account;
  const outs = stages.flatMap((stage) => outsIn(record.pipeline.name, stage));
  const inputs = stages.flatMap(({ stageRun }) => stageRun?.inputs ?? []);
  const taken = withFiles ? await takeOuts(outs, folder, sources) : { artifacts: new Set<string>(), missing: [] };
  const contents = {
    pipelineBytes: await takePipeline(record.pipeline, folder, sources),
    artifacts: taken.artifacts,
    manifests: await takeManifests([...outs, ...inputs], folder, sources),
    records: takeRecords(account, folder, sources),
  };
  return { contents, missing: taken.missing };
};

/** The workspace's file where it is still what was run, else the store's, if it has it. */
const takePipeline = async (
  { file, digest }: RunAccount['record']['pipeline'],
  folder: string,
  { root, content }: CrateSources,
): Promise<number | undefined> => {
  const target = join(folder, file);
  if (!isDigest(digest)) return undefined;
  mkdirSync(dirname(target), { recursive: true });
  const bytes = existsSync(join(root, file)) ? readFileSync(join(root, file)) : undefined;
  if (bytes !== undefined && digestOf(bytes) === digest) writeFileSync(target, bytes);
  else if (!(await takeContent(content, digest, target))) return undefined;
  return statSync(target).size;
};

const takeContent = async (content: ContentStore, digest: Digest, target: string): Promise<boolean> => {
  try {
    await content.get(digest, target);
    return true;
  } catch (error) {
    if (error instanceof DamagedContent) return false;
    throw error;
  }
};

const takeManifests = async (
  artifacts: readonly ArtifactRecord[],
  folder: string,
  { content }: CrateSources,
): Promise<Map<string, number>> => {
  mkdirSync(join(folder, dirname(manifestPath(''))));
  const taken = new Map<string, number>();
  for (const { kind, digest } of artifacts) {
    if (kind !== 'folder' || !isDigest(digest) || taken.has(hexOf(digest))) continue;
    const target = join(folder, manifestPath(hexOf(digest)));
    if (await takeContent(content, digest, target)) taken.set(hexOf(digest), statSync(target).size);
  }
  return taken;
};

/** Byte for byte, in the folders that they have in the store, so that they can be checked there as here. */
const takeRecords = ({ record, stages }: RunAccount, folder: string, { store }: CrateSources): CrateRecord[] => {
  const take = (path: string, of: string): CrateRecord => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(join(store, path), join(folder, path));
    const bytes = readFileSync(join(folder, path));
    return { path, bytes: bytes.length, digest: digestOf(bytes), of };
  };
  const stageRuns = new Set(stages.flatMap(({ entry }) => entry.stageRun ?? []));
  return [
    take(`records-v1/runs/${record.run}.json`, 'run'),
    ...[...stageRuns].map((digest) => {
      const hex = hexOf(digest);
      return take(`records-v1/stage-runs/${hex.slice(0, 2)}/${hex.slice(2)}.json`, digest);
    }),
  ];
};

const takeOuts = async (outs: readonly ArtifactRecord[], folder: string, sources: CrateSources) => {
  const artifacts = new Set<string>();
  const missing: string[] = [];
  for (const out of outs) {
    const problem = await takeOut(out, folder, sources);
    if (problem === undefined) artifacts.add(out.path);
    else missing.push(`${out.path} (${out.digest}): ${problem}`);
  }
  return { artifacts, missing };
};

const takeOut = async (
  { path, kind, digest, bytes }: ArtifactRecord,
  folder: string,
  { root, content }: CrateSources,
): Promise<string | undefined> => {
  if (!staysInside(path) || !isDigest(digest)) return 'the record is damaged';
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  if (existsSync(join(root, path))) {
    await cp(join(root, path), target, { recursive: true, dereference: true });
    // The copy is what is checked: the workspace may be written at any time.
    if ((await digestTree(target)) === digest) return undefined;
    rmSync(target, { recursive: true });
  }
  try {
    await placeTree(content, { digest, kind, bytes }, target);
    return undefined;
  } catch (error) {
    if (!(error instanceof DamagedContent)) throw error;
    return `the workspace does not have it, and ${error.message}`;
  }
};
