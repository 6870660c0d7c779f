import type { HardwareRecord } from './generated/stage-run.ts';
import type { Verdict } from './machine.ts';
import type { GateVerdict, MetricValue, Progress } from './stage.ts';

/** States of a stage in a run. */
export type StageState = 'up to date' | 'restored' | 'ran' | 'failed' | 'cancelled' | 'interrupted' | 'skipped';

/**
 * Everything that can happen in a run. The runner emits these and prints nothing;
 * reporters (terminal, pipe, `--json`) are functions of this stream.
 */
export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly run: string;
      readonly pipeline: string;
      readonly stages: readonly string[];
      readonly seed: number;
      /** As `wasm (CPU, 1 thread)`; empty where no stage declares a backend. */
      readonly backend: string;
      /** Backends that would be faster, and why they are not taken. */
      readonly passedOver: readonly { readonly backend: string; readonly why: string }[];
    }
  /** Something that people should know and that is no failure, as a fallback that was taken. */
  | { readonly type: 'notice'; readonly stage?: string; readonly message: string }
  | {
      readonly type: 'stage-started';
      readonly stage: string;
      readonly fingerprint: string;
      /** Why the stage runs, each as one phrase: `params.bins: 16 → 32`, `dep train changed`. */
      readonly because: readonly string[];
      readonly attempt: number;
      /** What it took the last time it ran, if it ever did. */
      readonly expectedSeconds?: number;
    }
  | { readonly type: 'stage-progress'; readonly stage: string; readonly progress: Progress }
  | { readonly type: 'stage-retrying'; readonly stage: string; readonly attempt: number; readonly message: string }
  | {
      readonly type: 'stage-ended';
      readonly stage: string;
      readonly state: StageState;
      readonly fingerprint?: string;
      /** Digest of the record of the stage run that made the outs, or failed to. */
      readonly stageRun?: string;
      readonly because: readonly string[];
      readonly seconds: number;
      /** Seconds that a restored or up-to-date stage took when it ran. */
      readonly savedSeconds: number;
      readonly summary?: string;
      readonly metrics?: Readonly<Record<string, MetricValue>>;
      /** Of a gate: what it has come to, in this run or in the one that made its outs. */
      readonly gate?: GateVerdict;
      /** What the stage took of the machine, and what held it up; of stages with a backend that were executed. */
      readonly hardware?: HardwareRecord;
      readonly verdict?: Verdict;
      readonly failure?: StageFailure;
    }
  | {
      readonly type: 'run-ended';
      /** What would make the next run better, each as one phrase. */
      readonly advice: readonly string[];
      readonly run: string;
      /** `refused`: all stages are done, and the gate accepts not what they made. */
      readonly outcome: 'succeeded' | 'refused' | 'failed' | 'interrupted';
      /** What the pipeline's gate has come to; absent where it has none, or the run did not come to it. */
      readonly gate?: GateVerdict & {
        /** Where the accepted outs are published, relative to the project. */
        readonly published?: string;
      };
      readonly counts: Readonly<Partial<Record<StageState, number>>>;
      readonly seconds: number;
      readonly savedSeconds: number;
      /** Digest of the run's record. */
      readonly record: string;
      /** Path of the run's page, relative to the project. */
      readonly page?: string;
    };

export interface StageFailure {
  readonly message: string;
  readonly exitCode?: number;
  readonly signal?: string;
  readonly timedOut?: boolean;
  /** The last lines of what the stage printed. */
  readonly output: readonly string[];
  /** Where the whole of it is, relative to the project. */
  readonly log?: string;
}
