/** What is kept beside the roots, which always are: see `keep.ts`. */
export type Policy =
  /** Every recorded run: only what none of them needs is freed. */
  | { readonly kind: 'all' }
  /** The last so many runs of each pipeline, however they ended. */
  | { readonly kind: 'runs'; readonly count: number }
  /** Runs that started at this time (ISO 8601 in UTC) or later. */
  | { readonly kind: 'since'; readonly time: string }
  /** As many of the newest runs as fit into so many bytes. */
  | { readonly kind: 'bytes'; readonly budget: number };

/** A run as far as gc has to know it. */
export interface KnownRun {
  readonly run: string;
  readonly pipeline: string;
  readonly started: string;
  readonly succeeded: boolean;
  /** What tells its candidate from others, where its gate accepted it. */
  readonly accepted?: string;
  /** Its record is not written yet. */
  readonly underWay: boolean;
  /** Digest of the pipeline's file as it was run: part of the account, as the manifests of folders are. */
  readonly file?: string;
  /** Digests of the stage runs that made what it used. */
  readonly stageRuns: readonly string[];
}

/** Why a run's content is kept. */
export type Reason = 'under way' | 'pinned' | 'accepted' | 'last successful' | 'policy';
