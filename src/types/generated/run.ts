/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * The account of one execution of a plan: one file a run, never rewritten, each with the digest of the one before it.
 */
export interface RunRecord {
  /**
   * Format and version of this file.
   */
  format: 'stemma-run-v1';
  /**
   * Name of the run: its start in UTC and four hexadecimal digits.
   */
  run: string;
  /**
   * Digest of the record of the run before, or null for the first: a removed or edited record breaks the chain.
   */
  previous: string | null;
  /**
   * Start, ISO 8601 in UTC.
   */
  started: string;
  /**
   * End, ISO 8601 in UTC.
   */
  ended: string;
  /**
   * How the run ended. `refused`: all stages are done, and the gate does not accept what they made.
   */
  outcome: 'succeeded' | 'refused' | 'failed' | 'interrupted';
  /**
   * The pipeline that was run.
   */
  pipeline: {
    /**
     * The pipeline's name.
     */
    name: string;
    /**
     * Path of its file in the project.
     */
    file: string;
    /**
     * Digest of the file's bytes.
     */
    digest: string;
    /**
     * The seed from which every stream is derived.
     */
    seed: number;
    /**
     * What the pipeline is after.
     */
    objective?: {
      /**
       * Name of the metric.
       */
      metric: string;
      /**
       * Whether less or more is better.
       */
      mode: 'min' | 'max';
      /**
       * The split it is judged on.
       */
      on: 'validation';
      /**
       * The class that metrics of one class are of.
       */
      positive?: string;
      /**
       * Of `fbeta`: how many times as much recall counts as precision.
       */
      beta?: number;
      /**
       * Of `top_k_accuracy`: how many of the most probable classes count.
       */
      top_k?: number;
      /**
       * Of `pinball`: the quantile that is predicted.
       */
      quantile?: number;
      /**
       * Bounds of other metrics, by name.
       */
      subject_to?: {
        [k: string]: {
          /**
           * What it has to be at least.
           */
          min?: number;
          /**
           * What it may be at most.
           */
          max?: number;
        };
      };
    };
    /**
     * The pipeline's own description.
     */
    summary?: string;
  };
  /**
   * The command line, as it can be repeated: `stemma run …`.
   */
  command: string[];
  /**
   * What was asked for.
   */
  invocation: {
    /**
     * Stages asked for; empty for all.
     */
    targets: string[];
    /**
     * Whether stages ran although nothing had changed.
     */
    force: boolean;
    /**
     * Overrides, as `stages.train.params.epochs=3`.
     */
    set: string[];
    /**
     * How many processor slots the run had.
     */
    jobs: number;
    /**
     * The backend that `--backend` insisted on.
     */
    backend?: string;
  };
  /**
   * Telemetry of the machine; in no fingerprint.
   */
  host: {
    /**
     * Operating system and its release.
     */
    platform: string;
    /**
     * Kind of processor, as `x64`.
     */
    arch: string;
    /**
     * The processor's model.
     */
    cpu: string;
    /**
     * Logical cores.
     */
    cores: number;
    /**
     * Memory in bytes.
     */
    memory: number;
    /**
     * Version of Node.
     */
    node: string;
    /**
     * Version of Stemma.
     */
    stemma: string;
    /**
     * What the machine costs, as the pipeline says under `machines.here`.
     */
    price?: {
      /**
       * Price of an hour.
       */
      perHour: number;
      /**
       * What the price is in.
       */
      currency: string;
    };
  };
  /**
   * Every stage of the plan in topological order, the restored ones too.
   */
  stages: {
    /**
     * Name of the stage.
     */
    stage: string;
    /**
     * What became of it in this run.
     */
    state: 'up to date' | 'restored' | 'ran' | 'failed' | 'cancelled' | 'interrupted' | 'skipped';
    /**
     * Digest of all that decides its outs; absent where an input never came to exist.
     */
    fingerprint?: string;
    /**
     * Digest of the record of the stage run that made its outs, in this run or an earlier one.
     */
    stageRun?: string;
    /**
     * Why it ran, was restored or was skipped.
     */
    because: string[];
    /**
     * Wall time in this run.
     */
    seconds: number;
  }[];
  gate?: RunGate;
  /**
   * The run's page, which the pipeline's next run writes anew. Absent where it could not be written.
   */
  page?: {
    /**
     * Where it lies, relative to the project.
     */
    path: string;
    /**
     * Digest of its bytes.
     */
    digest: string;
  };
  /**
   * Fallbacks and other things that people were told.
   */
  notices?: string[];
}
/**
 * What the pipeline's gate has come to; absent where it has none, or the run did not come to it.
 */
export interface RunGate {
  /**
   * Name of the gate's stage.
   */
  stage: string;
  /**
   * Whether it accepted the candidate.
   */
  accepted: boolean;
  /**
   * Why not; empty where it did.
   */
  reasons: string[];
  /**
   * What tells this candidate from others: a digest of the models that the gate was given, or without one of all that it was given.
   */
  candidate: string;
  /**
   * What an accepted run publishes in `artifacts/<pipeline>/accepted/`: what the gate was given, and its own outs. Of a refused run, what it would have.
   */
  outs: PublishedOut[];
}
export interface PublishedOut {
  /**
   * Where it is published: the name of the gate's dep, with the suffix of the out's file.
   */
  path: string;
  /**
   * The out, as `train.model`.
   */
  from: string;
  /**
   * Digest of the content; a folder's is that of its manifest.
   */
  digest: string;
  /**
   * A file, or a folder with a manifest.
   */
  kind: 'file' | 'folder';
  /**
   * Size of the content.
   */
  bytes: number;
  /**
   * How many files a folder holds.
   */
  files?: number;
}
