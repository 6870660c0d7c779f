import type { Finding } from '../../types/generated/findings.ts';
import type { EpochRecord, TrainingHistory } from '../../types/generated/history.ts';
import type { Json } from '../../types/json.ts';
import type { Reading } from './readings.ts';
import type { LoggedStep } from './step-log.ts';
import type { Phase, Stepper } from './stepper.ts';

/** All that can happen in a training, in the order in which it first can. The loop tells it, and prints nothing. */
export type TrainingEvent =
  /** A checkpoint is damaged, and was not read: the training begins before it. */
  | { readonly type: 'checkpoint damaged'; readonly name: string }
  /** Kernels that the backend lacks and plain JavaScript computes. */
  | { readonly type: 'bridged'; readonly kernels: readonly string[] }
  /** How the steps are taken; `reason` says why not compiled, where that was asked for and cannot be. */
  | { readonly type: 'stepping'; readonly way: Stepper['way']; readonly reason?: string }
  /** A phase of a training that has phases, from 1; with the numbers of weights that learn in it, and that are frozen. */
  | { readonly type: 'phase began'; readonly phase: number; readonly learning: number; readonly frozen: number }
  /** The first step is next; `epochs` and `log` are those of a checkpoint, and `steps` all that are planned. */
  | {
      readonly type: 'began';
      readonly epochs: readonly EpochRecord[];
      readonly log: readonly LoggedStep[];
      readonly steps: number;
    }
  /** What the time goes into from now on; `between` is what lies between the steps of two epochs. */
  | { readonly type: 'entered'; readonly phase: Phase | 'between' }
  /** Some steps were taken, and read; after them, `done` of all. */
  | { readonly type: 'stepped'; readonly readings: readonly Reading[]; readonly done: number }
  /** The training has left the range of numbers, and ends with the epochs before, as it was asked to. */
  | { readonly type: 'broken off'; readonly sign: string }
  /** Preflight or the doctor found something wrong. It is they who tell it, not the loop. */
  | { readonly type: 'found'; readonly finding: Finding }
  /** Train and validation are judged; `outputs` is what the network makes of validation, where there is one: [rows, outputs]. */
  | { readonly type: 'epoch ended'; readonly record: EpochRecord; readonly outputs?: Float32Array }
  /** A training that is killed now goes on after so many epochs, and so many steps of the next. */
  | { readonly type: 'checkpoint written'; readonly epochs: number; readonly steps: number }
  /** The network has the weights that are kept; `log` has the steps that were measured, those of a checkpoint too. */
  | { readonly type: 'ended'; readonly history: TrainingHistory; readonly log: readonly LoggedStep[] };

/**
 * Hears of all events; what it throws ends the training. Where it returns a promise, the loop waits for it, but after
 * `entered` and `stepped`, of which there are many.
 */
export type Listener = (event: TrainingEvent) => void | Promise<void>;

/** Several listeners as one; each event reaches them in their order. */
export const all =
  (...listeners: readonly Listener[]): Listener =>
  (event) => {
    const pending = listeners.flatMap((listener) => listener(event) ?? []);
    return pending.length === 0 ? undefined : Promise.all(pending).then(() => {});
  };

/** What a listener has to know again when a killed training is taken up: any JSON. Checkpoints hold it. */
export interface Memory {
  save(): Json;
  restore(saved: Json): void;
}
