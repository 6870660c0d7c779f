import { createHash } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochRecord } from '../../types/generated/history.ts';
import { chunksOf, readSafetensors, type Tensor } from '../data/safetensors.ts';
import { isWhole, seal } from './seal.ts';

/** Where a training stands, and all that it needs to go on from there as if it had never been interrupted. */
export interface Checkpoint<Epoch = EpochRecord> {
  /** Of the epochs that have ended. */
  readonly epochs: readonly Epoch[];
  /** Where it stands within the epoch after these; absent: at its beginning. */
  readonly within?: Within | undefined;
  /** By name, with a first part that says what they are: `weights/…`, `optimizer/…`, `best/…`. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

export interface Within {
  /** Steps of the epoch that have been taken, at least 1. */
  readonly steps: number;
  /** Sums over their rows. */
  readonly rows: number;
  readonly loss: number;
  readonly score: number;
  /** What else the task has recorded, in its order; absent: nothing. */
  readonly also?: readonly number[];
}

/** Which checkpoints a training can go on from. */
export interface CheckpointPlace {
  /** A stage's scratch folder. Trainings that differ in their number of epochs alone share it. */
  readonly folder: string;
  /**
   * What decides the steps and is not the same in all trainings that share the folder: only checkpoints with the very
   * text are read, and only they are removed.
   */
  readonly plan: string;
}

/**
 * Writes a checkpoint as a folder of its own that appears whole or not at all, then removes those before it.
 *
 *     checkpoint-v2-<plan>-<epochs>[-<steps>]/
 *         position.json               epochs, place within the next, and the parts by digest
 *         <sha256>.safetensors        a part's tensors; what two parts have alike, as the best weights and the last, or
 *                                     what the checkpoint before has too, is stored once
 *         SHA256SUMS
 */
export const saveCheckpoint = async <Epoch = EpochRecord>(
  { folder, plan }: CheckpointPlace,
  checkpoint: Checkpoint<Epoch>,
): Promise<void> => {
  const name = nameOf(plan, checkpoint);
  const partial = join(folder, `partial-${name}`);
  const older = (await checkpoints(folder, plan)).filter((other) => other < name);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const parts: Record<string, string> = {};
  for (const [part, tensors] of partsOf(checkpoint.tensors)) {
    const chunks = chunksOf(tensors);
    const digest = sha256(...chunks);
    parts[part] = digest;
    await put(chunks, { folder, into: partial, digest, last: older.at(-1) });
  }
  const { tensors: _, ...position } = checkpoint;
  const text = JSON.stringify({ ...position, parts });
  await write(join(partial, positionFile), [Buffer.from(text)]);
  const files = Object.values(parts).map((digest) => [`${digest}${extension}`, digest] as const);
  await seal(partial, new Map([...files, [positionFile, sha256(text)]]));
  await rm(join(folder, name), { recursive: true, force: true });
  await rename(partial, join(folder, name));
  for (const other of older) await rm(join(folder, other), { recursive: true, force: true });
};

/**
 * The last whole checkpoint of a plan that is not beyond `upTo` epochs, if there is one. One whose files are not what
 * they were when it was written is removed, and never read: `onDamage` hears of it.
 */
export const readCheckpoint = async <Epoch = EpochRecord>(
  { folder, plan }: CheckpointPlace,
  { upTo, onDamage }: { readonly upTo: number; readonly onDamage: (name: string) => void },
): Promise<Checkpoint<Epoch> | undefined> => {
  const last = nameOf(plan, { epochs: { length: upTo } });
  for (const name of (await checkpoints(folder, plan)).filter((other) => other <= last).reverse()) {
    const found = await readWhole<Epoch>(join(folder, name));
    if (found !== undefined) return found;
    onDamage(name);
    await rm(join(folder, name), { recursive: true, force: true });
  }
  return undefined;
};

interface Position<Epoch> extends Omit<Checkpoint<Epoch>, 'tensors'> {
  /** Digests of the parts' files, by the parts' names. */
  readonly parts: Readonly<Record<string, string>>;
}

const readWhole = async <Epoch>(folder: string): Promise<Checkpoint<Epoch> | undefined> => {
  const files = await readdir(folder);
  if (!(await isWhole(folder, files.filter((file) => file !== 'SHA256SUMS').sort()))) return undefined;
  const { parts, ...position } = JSON.parse(await readFile(join(folder, positionFile), 'utf8')) as Position<Epoch>;
  const tensors = new Map<string, Tensor>();
  for (const [part, digest] of Object.entries(parts)) {
    const ofPart = await readSafetensors(join(folder, `${digest}${extension}`));
    for (const [name, tensor] of ofPart) tensors.set(`${part}/${name}`, tensor);
  }
  return { ...position, tensors };
};

/** The tensors by the first part of their names, in order of the parts. */
const partsOf = (tensors: Checkpoint['tensors']): ReadonlyMap<string, ReadonlyMap<string, Tensor>> => {
  const parts = new Map<string, Map<string, Tensor>>();
  for (const [name, tensor] of tensors) {
    const cut = name.indexOf('/');
    const part = parts.get(name.slice(0, cut)) ?? new Map<string, Tensor>();
    parts.set(name.slice(0, cut), part.set(name.slice(cut + 1), tensor));
  }
  return parts;
};

interface Putting {
  readonly folder: string;
  readonly into: string;
  readonly digest: string;
  /** The checkpoint before, if there is one. */
  readonly last: string | undefined;
}

/** Writes a file that is named by its digest, unless this checkpoint or the last one has it. */
const put = async (chunks: readonly Uint8Array[], { folder, into, digest, last }: Putting): Promise<void> => {
  const file = `${digest}${extension}`;
  if ((await readdir(into)).includes(file)) return;
  // Bytes that were damaged meanwhile would be linked on, so they are looked at first.
  const before = last === undefined ? undefined : await readFile(join(folder, last, file)).catch(() => undefined);
  if (before !== undefined && sha256(before) === digest) await link(join(folder, last!, file), join(into, file));
  else await write(join(into, file), chunks);
};

const write = async (path: string, chunks: readonly Uint8Array[]): Promise<void> => {
  const file = await open(path, 'w');
  try {
    for (const chunk of chunks) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
};

const prefix = 'checkpoint-v2-';
const extension = '.safetensors';
const positionFile = 'position.json';

const nameOf = (
  plan: string,
  { epochs, within }: { epochs: { length: number }; within?: Within | undefined },
): string =>
  [
    `${prefix}${sha256(plan).slice(0, 16)}`,
    String(epochs.length).padStart(6, '0'),
    ...(within === undefined ? [] : [String(within.steps).padStart(9, '0')]),
  ].join('-');

/** Names of the whole checkpoints of a plan, in the order in which they were reached. */
const checkpoints = async (folder: string, plan: string): Promise<readonly string[]> => {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.startsWith(`${prefix}${sha256(plan).slice(0, 16)}-`)).sort();
};

const sha256 = (...chunks: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
};
