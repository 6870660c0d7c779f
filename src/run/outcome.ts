import type { StoredTree } from '../store/tree.ts';
import type { StageFailure, StageState } from '../types/events.ts';
import type { HardwareRecord } from '../types/generated/stage-run.ts';
import type { Verdict } from '../types/machine.ts';
import type { Stage } from '../types/pipeline.ts';
import type { GateVerdict, MetricValue } from '../types/stage.ts';

/** What became of a stage. */
export interface StageOutcome {
  readonly stage: string;
  readonly state: StageState;
  readonly because: readonly string[];
  readonly seconds: number;
  /** Seconds that it took when it ran: what was saved where it did not. */
  readonly savedSeconds: number;
  readonly fingerprint?: string;
  readonly stageRun?: string;
  readonly outs?: Readonly<Record<string, StoredTree>>;
  readonly summary?: string;
  readonly metrics?: Readonly<Record<string, MetricValue>>;
  /** Of a gate: what it has come to, now or when it made its outs. */
  readonly gate?: GateVerdict;
  /** What it took of the machine, and what held it up; of stages with a backend that were executed. */
  readonly hardware?: HardwareRecord;
  readonly verdict?: Verdict;
  readonly failure?: StageFailure;
  /** Why its outs are not cached, where they are not. */
  readonly uncached?: string;
}

export const blank = (stage: Stage, state: StageState, because: readonly string[]): StageOutcome => ({
  stage: stage.name,
  state,
  because,
  seconds: 0,
  savedSeconds: 0,
});

/** What the record of a run, or its journal, says of a stage. */
export const stageEntry = ({ stage, state, because, seconds, fingerprint, stageRun }: StageOutcome) => ({
  stage,
  state,
  ...(fingerprint !== undefined && { fingerprint }),
  ...(stageRun !== undefined && { stageRun }),
  because: [...because],
  seconds: Math.round(seconds * 1e4) / 1e4,
});
