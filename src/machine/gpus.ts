import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Interrupted, type LockOptions, releaseLock, tryLock } from '../store/lock.ts';
import type { BackendChoice } from '../types/stage.ts';
import type { Device } from './devices.ts';
import type { Machine } from './machine.ts';

/** Of the stages that compute on a GPU, each takes one at least, whatever its resources say. */
export const gpusNeeded = (asked: number, choice: BackendChoice | undefined): number =>
  Math.max(asked, choice?.device === 'gpu' ? 1 : 0);

/**
 * Does `work` with GPUs of its own: no other stage that asked for one has them meanwhile, in no run of no project of
 * this user. Who asks for several gets them together, so that no two wait for each other.
 *
 * @throws Interrupted where the waiting is called off.
 */
export const withGpus = async <Value>(
  wanted: number,
  { machine, candidates, ...options }: GpuOptions,
  work: (gpus: readonly Device[]) => Promise<Value>,
): Promise<Value> => {
  const taken = await takeGpus(Math.min(wanted, candidates.length), { machine, candidates, ...options });
  try {
    return await work(taken);
  } finally {
    for (const gpu of taken) giveBack(gpu, machine);
  }
};

export interface GpuOptions extends LockOptions {
  readonly machine: Pick<Machine, 'cache'>;
  /** The GPUs that would do, the best first. */
  readonly candidates: readonly Device[];
}

const takeGpus = async (count: number, options: GpuOptions): Promise<readonly Device[]> => {
  const { machine, candidates, signal, onWait } = options;
  let told = false;
  for (;;) {
    const taken: Device[] = [];
    let holder: number | undefined;
    for (const gpu of candidates) {
      if (taken.length === count) break;
      const attempt = tryGpu(gpu, machine);
      if (attempt === 'taken') taken.push(gpu);
      else holder = attempt ?? holder;
    }
    if (taken.length === count) return taken;
    for (const gpu of taken) giveBack(gpu, machine);
    if (holder !== undefined && !told) {
      onWait(holder);
      told = true;
    }
    await setTimeout(waitBetween, undefined, { signal }).catch(() => {
      throw new Interrupted();
    });
  }
};

/** Milliseconds. */
const waitBetween = 50;

/** All of its locks or none; else the process that holds one, undefined where that is changing at this moment. */
const tryGpu = ({ locks }: Device, machine: GpuOptions['machine']): 'taken' | number | undefined => {
  for (const [place, lock] of locks.entries()) {
    const attempt = tryLock(fileOf(lock, machine));
    if (attempt.kind === 'acquired') continue;
    giveBack({ locks: locks.slice(0, place) }, machine);
    return attempt.kind === 'held' ? attempt.holder : undefined;
  }
  return 'taken';
};

const giveBack = ({ locks }: Device, machine: GpuOptions['machine']): void => {
  for (const lock of locks) releaseLock(fileOf(lock, machine));
};

const fileOf = (lock: string, { cache }: GpuOptions['machine']): string => join(cache, 'gpus-v1', lock);
