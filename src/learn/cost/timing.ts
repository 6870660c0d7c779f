import type { GrantedBackend } from '../../types/stage.ts';

/** What a measurement is made with: a stage has the machine's own, a test others. */
export interface Instruments {
  /** Milliseconds, from any beginning; it never goes back. */
  readonly now: () => number;
  /** Bytes of this process that are in memory. */
  readonly resident: () => number;
  /** The most that there have been since it was started. */
  readonly peak: () => number;
  /** The memory that a model takes in a process of its own: this one remembers but one peak. */
  readonly apart: (order: MemoryOrder) => Promise<MemoryTaken>;
}

/** What a process of its own is to measure: it opens a model, asks it as often as another was asked, and ends. */
export interface MemoryOrder {
  /** Folder of the model. */
  readonly model: string;
  readonly backend: GrantedBackend;
  /** Ingest's examples; absent: the network alone is asked, with zeros. */
  readonly examples?: string;
  readonly rows: number;
  /** Questions in each way. */
  readonly questions: number;
}

/** The most memory that the process has had, and that less what was there before the model was: bytes. */
export interface MemoryTaken {
  readonly memory_bytes: number;
  readonly model_memory_bytes: number;
}

/** How often is asked. */
export interface Repeats {
  /** Before anything is timed: what is compiled, loaded and cached at first is not what an answer takes. */
  readonly warmUp: number;
  readonly timed: number;
}

/**
 * How long it takes to answer, one question after the other: each begins when the one before has its answer.
 *
 * @param ask answers the question of this number, from 0.
 * @returns milliseconds of each that was timed, in order.
 */
export const timesOf = async (
  ask: (number: number) => Promise<unknown>,
  { warmUp, timed }: Repeats,
  now: Instruments['now'],
): Promise<Float64Array> => {
  for (let number = 0; number < warmUp; number += 1) await ask(number);
  const times = new Float64Array(timed);
  for (let number = 0; number < timed; number += 1) {
    const began = now();
    await ask(warmUp + number);
    times[number] = now() - began;
  }
  return times;
};
