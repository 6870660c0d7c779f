import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Interrupted, type LockOptions, releaseLock, tryLock } from '../store/lock.ts';
import type { BackendChoice } from '../types/stage.ts';
import type { Machine } from './machine.ts';

/** How many GPUs can be handed out; 1 where there may be one that is not NVIDIA's, or none. */
export const gpuCount = ({ nvidia }: Pick<Machine, 'nvidia'>): number => Math.max(1, nvidia.length);

/** Of the stages that compute on a GPU, each takes one at least, whatever its resources say. */
export const gpusNeeded = (asked: number, choice: BackendChoice | undefined): number =>
  Math.max(asked, choice?.device === 'gpu' ? 1 : 0);

/**
 * Does `work` with GPUs of its own, given by their numbers: no other stage that asked for one has them meanwhile, in no
 * run of no project of this user. Who asks for several gets them together, so that no two wait for each other.
 *
 * @throws Interrupted where the waiting is called off.
 */
export const withGpus = async <Value>(
  wanted: number,
  { machine, candidates, ...options }: GpuOptions,
  work: (gpus: readonly number[]) => Promise<Value>,
): Promise<Value> => {
  const taken = await takeGpus(Math.min(wanted, candidates.length), { machine, candidates, ...options });
  try {
    return await work(taken);
  } finally {
    for (const gpu of taken) releaseLock(lockOf(gpu, machine));
  }
};

export interface GpuOptions extends LockOptions {
  readonly machine: Machine;
  /** Numbers of the GPUs that would do. */
  readonly candidates: readonly number[];
}

const takeGpus = async (count: number, options: GpuOptions): Promise<readonly number[]> => {
  const { machine, candidates, signal, onWait } = options;
  let told = false;
  for (;;) {
    const taken: number[] = [];
    let holder: number | undefined;
    for (const gpu of candidates) {
      if (taken.length === count) break;
      const attempt = tryLock(lockOf(gpu, machine));
      if (attempt.kind === 'acquired') taken.push(gpu);
      if (attempt.kind === 'held') holder = attempt.holder;
    }
    if (taken.length === count) return taken;
    for (const gpu of taken) releaseLock(lockOf(gpu, machine));
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

const lockOf = (gpu: number, { cache }: Machine): string => join(cache, 'gpus-v1', String(gpu));
