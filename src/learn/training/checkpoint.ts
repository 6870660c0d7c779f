import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochRecord } from '../../types/generated/history.ts';
import { readSafetensors, type Tensor, writeSafetensors } from '../data/safetensors.ts';
import { isWhole, seal } from './seal.ts';

/** All that a training needs to go on after an epoch as if it had never been interrupted. */
export interface Checkpoint {
  readonly epochs: readonly EpochRecord[];
  /** By name, with a first part that says what they are: `weights/…`, `optimizer/…`, `best/…`. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/**
 * Writes a checkpoint as a folder of its own that appears whole or not at all, then removes the older ones.
 * It carries the digests of its files.
 *
 * @param folder a stage's scratch folder.
 */
export const saveCheckpoint = async (folder: string, { epochs, tensors }: Checkpoint): Promise<void> => {
  const name = `${prefix}${String(epochs.length).padStart(6, '0')}`;
  const partial = join(folder, `partial-${name}`);
  const older = await checkpoints(folder);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await writeSafetensors(join(partial, tensorsFile), tensors);
  await sync(join(partial, tensorsFile));
  const file = await open(join(partial, epochsFile), 'w');
  await file.writeFile(JSON.stringify(epochs));
  await file.sync();
  await file.close();
  await seal(partial, [epochsFile, tensorsFile]);
  await rename(partial, join(folder, name));
  for (const other of older) await rm(join(folder, other), { recursive: true, force: true });
};

/**
 * The last whole checkpoint in a scratch folder, if there is one. One whose files are not what they were when it was
 * written is removed, and never read: `onDamage` hears of it.
 */
export const readCheckpoint = async (
  folder: string,
  onDamage: (name: string) => void,
): Promise<Checkpoint | undefined> => {
  for (const name of [...(await checkpoints(folder))].reverse()) {
    if (await isWhole(join(folder, name), [epochsFile, tensorsFile])) return readWhole(join(folder, name));
    onDamage(name);
    await rm(join(folder, name), { recursive: true, force: true });
  }
  return undefined;
};

const readWhole = async (folder: string): Promise<Checkpoint> => ({
  epochs: JSON.parse(await readFile(join(folder, epochsFile), 'utf8')) as EpochRecord[],
  tensors: await readSafetensors(join(folder, tensorsFile)),
});

const prefix = 'checkpoint-v1-';
const tensorsFile = 'tensors.safetensors';
const epochsFile = 'epochs.json';

/** Names of the whole checkpoints, oldest first. */
const checkpoints = async (folder: string): Promise<readonly string[]> => {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.startsWith(prefix)).sort();
};

const sync = async (path: string): Promise<void> => {
  const file = await open(path, 'r+');
  await file.sync();
  await file.close();
};
