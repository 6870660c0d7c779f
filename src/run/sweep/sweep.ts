import type { Json } from '../../types/json.ts';
import type { Cost } from '../variants/measure.ts';

/** What a sweep has found: JSON as `stemma sweep --json` prints it. */
export interface Sweep {
  readonly pipeline: string;
  readonly objective: { readonly metric: string; readonly mode: 'min' | 'max' };
  /** The metric that the cells are compared by; absent where none was measured. */
  readonly metric?: string;
  readonly on: 'validation' | 'test' | 'unknown';
  readonly seeds: readonly number[];
  readonly outcome: 'succeeded' | 'failed' | 'interrupted';
  /** As `train.batch_size`. */
  readonly axes: readonly string[];
  readonly cells: readonly CellResult[];
}

/** One place of the grid, over the seeds. */
export interface CellResult extends Cost {
  readonly pipeline: string;
  readonly file: string;
  /** A value for each axis. */
  readonly setting: readonly Json[];
  readonly runs: readonly CellRun[];
  /** Mean over the seeds. */
  readonly value?: number;
  /** Half of its 95 % interval by Student's t, from two seeds on. */
  readonly half?: number;
  /** The same metric on test, where that was asked for. */
  readonly test?: number;
  /** Medians over the epochs and the seeds, of the stage that was swept, wherever it was executed. */
  readonly examplesPerSecond?: number;
  /** Seconds that an execution took. */
  readonly executionSeconds?: number;
  /** Bytes that its process group held at the most. */
  readonly peakMemory?: number;
  readonly failure?: string;
}

export interface CellRun {
  readonly seed: number;
  readonly run: string;
  readonly value?: number;
  readonly test?: number;
}
