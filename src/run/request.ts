import type { Workspace } from '../plan/workspace.ts';
import type { RunEvent } from '../types/events.ts';
import type { RunRecord } from '../types/generated/run.ts';
import type { Pipeline, Project } from '../types/pipeline.ts';
import type { Executor } from './execute.ts';
import type { StageOutcome } from './outcome.ts';
import type { Spare } from './spare.ts';
import type { Steering } from './steering.ts';

export interface RunRequest {
  readonly project: Project;
  readonly pipeline: Pipeline;
  /** Stages asked for; their upstream comes with them. Empty: all. */
  readonly targets: readonly string[];
  readonly force: boolean;
  /** After a failure, go on with what does not depend on it. */
  readonly keepGoing: boolean;
  /** Processor slots; a stage takes as many as its resources say. */
  readonly jobs: number;
  /** GPU slots; as many as there are GPUs unless told otherwise. */
  readonly gpus?: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The command line, as it can be repeated. */
  readonly command: readonly string[];
  readonly set: readonly string[];
  readonly backend?: string;
  readonly signal: AbortSignal;
  readonly emit: (event: RunEvent) => void;
  /** Writes the run's page, and says where it is, relative to the project. */
  readonly writePage?: (result: Omit<RunResult, 'recordDigest'>, workspace: Workspace) => Promise<string>;
  readonly executor?: Executor;
  /** A process that waits for the next stage module. */
  readonly spare?: Spare;
  readonly steering?: Steering;
  /** A trial: its gate is not heard, and nothing of it is accepted. */
  readonly trial?: true;
}

export interface RunResult {
  readonly record: RunRecord;
  readonly recordDigest: string;
  /** Where what was accepted last stands; absent where the pipeline has no gate, or nothing has been accepted. */
  readonly published?: { readonly path: string } | 'failed';
  readonly outcomes: readonly StageOutcome[];
}
