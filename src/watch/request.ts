import type { LoadResult } from '../load/load-pipeline.ts';
import type { RunResult } from '../run/request.ts';
import type { Spare } from '../run/spare.ts';
import type { Steering } from '../run/steering.ts';
import type { RunEvent } from '../types/events.ts';
import type { Pipeline, Project } from '../types/pipeline.ts';
import type { WatchEvent } from '../types/watch-events.ts';

export interface WatchRequest {
  readonly project: Project;
  /** Path of the pipeline's file, relative to the project. */
  readonly file: string;
  readonly targets: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly load: () => Promise<LoadResult>;
  /** Before a check, as before a run: what is derived from stage types is brought up to date. */
  readonly prepare: () => Promise<void>;
  readonly run: (request: OneRun) => Promise<RunResult>;
  readonly emit: (event: WatchEvent) => void;
  /** A process for the next stage, started while the watch waits. */
  readonly spare: Spare;
  /** Seconds between two looks at all files, instead of being told by the system. */
  readonly poll?: number;
  /** Ends the watch, and the stages of a run under way with it. */
  readonly signal: AbortSignal;
}

/** What a watch hands to the runner each time. */
export interface OneRun {
  readonly pipeline: Pipeline;
  readonly steering: Steering;
  readonly signal: AbortSignal;
  readonly emit: (event: RunEvent) => void;
}
