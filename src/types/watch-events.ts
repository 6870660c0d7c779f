import type { Diagnostic } from './diagnostic.ts';
import type { RunEvent } from './events.ts';
import type { MetricValue } from './stage.ts';

/** Everything that can happen in a watch: what happens in its runs, and what happens between and beside them. */
export type WatchEvent =
  | RunEvent
  /** Nothing runs, and all that was changed is answered. */
  | {
      readonly type: 'watch-waiting';
      /** Inputs that are files. */
      readonly files: number;
      /** Inputs that are folders, or globs, and the files in them. */
      readonly folders: number;
      readonly filesInFolders: number;
      /** Seconds between two looks, where files are polled. */
      readonly polling?: number;
      readonly stillFailing: readonly string[];
    }
  /** Paths are relative to the project. */
  | { readonly type: 'watch-woke'; readonly why: 'start' | 'change' | 'asked'; readonly paths: readonly string[] }
  | { readonly type: 'watch-nothing-to-do'; readonly stillFailing: readonly string[] }
  /** The pipeline cannot be run; watching goes on. */
  | { readonly type: 'watch-broken'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly type: 'watch-blocked'; readonly problems: readonly WatchProblem[] }
  /** A change makes these stages pointless: they are ended, or not begun. */
  | { readonly type: 'watch-ending'; readonly stages: readonly string[]; readonly paths: readonly string[] }
  /** A change during a run that makes no difference to it. */
  | { readonly type: 'watch-spared'; readonly paths: readonly string[] }
  /** A file changed in run after run, and is not looked at until it changes while nothing runs. */
  | { readonly type: 'watch-left-out'; readonly path: string; readonly stages: readonly string[] }
  /** Metrics of the stages that a run made anew, beside those of the time before. */
  | { readonly type: 'watch-results'; readonly results: readonly WatchResult[] };

export interface WatchProblem {
  readonly message: string;
  readonly hint?: string;
}

export interface WatchResult {
  readonly stage: string;
  readonly metric: string;
  readonly before?: MetricValue;
  readonly after: MetricValue;
  /** Which way is better, for the pipeline's objective. */
  readonly mode?: 'min' | 'max';
}
