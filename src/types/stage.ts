import type { Json, JsonObject } from './json.ts';

/**
 * The contract between Stemma and the code of a stage type, published as `stemma/stage`.
 *
 * `stages/<type>/run.ts` exports `run`, which reads its deps, writes its outs and returns:
 *
 *     import type { StageContext } from 'stemma/stage';
 *     export const run = async (context: StageContext<{ bins: number }>) => { … };
 *
 * A stage that throws has failed; none of its outs is kept.
 */
export type StageRun<Params = JsonObject> = (context: StageContext<Params>) => Promise<void> | void;

/**
 * `stages/<type>/run.ts` may export `rehearse` beside `run`, and then says `"rehearsal": true` in stage.json: it does a
 * little of the same work on the same inputs, and tells how long that took. Its context has no outs, and a `scratch`
 * that is thrown away: a rehearsal leaves nothing behind.
 */
export type StageRehearsal<Params = JsonObject> = (context: StageContext<Params>) => Promise<Rehearsal>;

/** What a training would take here, in seconds, from a few of its steps. */
export interface Rehearsal {
  /** Steps that were timed, after some that were not. */
  readonly steps: number;
  /** One step. */
  readonly step: StepSeconds;
  readonly stepsPerEpoch: number;
  /** At most. */
  readonly epochs: number;
  /** Once: until the first step. */
  readonly before: number;
  /** After the steps of each epoch: judging the validation examples, and all else. */
  readonly between: { readonly compute: number; readonly rest: number };
}

/** Where the time of steps goes. */
export interface StepSeconds {
  /** Waiting for the next batch. */
  readonly data: number;
  /** Moving it to where it is computed. */
  readonly transfer: number;
  /** What lies between a step's inputs being there and its results. */
  readonly compute: number;
  /** What is none of these. */
  readonly rest: number;
}

export interface StageContext<Params = JsonObject> {
  /** The stage's name in the pipeline: for messages; it must not influence an out. */
  readonly stage: string;
  /** Params as the pipeline gives them, defaults filled in, already checked against stage.json. */
  readonly params: Params;
  /** Path of each dep given, by its name in stage.json. Read only. */
  readonly deps: Readonly<Record<string, string>>;
  /** Names of deps that the pipeline gives and nothing stands for yet: outs of an accepted run, before there is one. */
  readonly absent: readonly string[];
  /**
   * Path at which each declared out has to be written, as a file or a folder of that name.
   * The parent folder exists; an out whose `if` dep is absent is not among them.
   */
  readonly outs: Readonly<Record<string, string>>;
  /** A folder that outlives a killed attempt of this very fingerprint: for checkpoints. */
  readonly scratch: string;
  /**
   * A folder for what people watch and no stage reads, as TensorBoard's event files: it may hold times, is no out, and is
   * neither kept with the outs nor restored. The stage makes it; undefined where nobody would look, as in a replay.
   */
  readonly observations?: string;
  /** The pipeline's objective; only where stage.json asks for it (`"objective": true`). */
  readonly objective?: Objective;
  /** What the pipeline says of the stages that this one descends from; only where stage.json asks (`"upstream": true`). */
  readonly upstream?: Upstream;
  /** The backend that the planner resolved; only where stage.json asks for it (`"backend": true`). */
  readonly backend?: GrantedBackend;
  /**
   * A 32-bit seed for one purpose, derived from the pipeline's seed, the stage's name and `purpose`.
   * Needs `"seed": true` in stage.json, since otherwise the seed is not in the fingerprint.
   */
  seed(purpose: string): number;
  /** Says how far the work is; `done` and `total` in `unit`s. Never part of an out. */
  progress(state: Progress): void;
  /** One line that people see beside the stage's state, kept with the outs and shown again when they are restored. */
  summarize(line: string): void;
  /** Metrics of this stage: kept with the outs, compared between runs. */
  metrics(values: Readonly<Record<string, MetricValue>>): void;
  /**
   * What a gate has come to: kept with the outs, and the end of every run that has them. Once, and only where stage.json
   * says `"verdict": true`.
   */
  verdict(verdict: GateVerdict): void;
  /** Times, rates and hardware readings: kept with the stage-run record, never with the outs. */
  telemetry(values: JsonObject): void;
  /** What people should know and is no failure, as a fallback that was taken: told once, and kept in the run's record. */
  notice(message: string): void;
  /**
   * A piece of the work, cached by content within a stage type: `make` fills an empty folder, once for each `key`
   * (any JSON: digests of inputs, params) and version of the stage's code. Returns the folder, read only.
   *
   * Pieces that are made after another one of the same `like` (any JSON) get its folder as `earlier`, so that a piece
   * of which little has changed can take over the rest. It must come out as it would without.
   */
  memo(
    key: Json,
    make: (folder: string, earlier: string | undefined) => Promise<void> | void,
    options?: { readonly like: Json },
  ): Promise<string>;
  /**
   * The files of a folder that is a dep, with the digests by which the runner knows them, sorted by the bytes of their
   * paths. Undefined where the dep is a file.
   */
  files(dep: string): readonly SourceFile[] | undefined;
  /** Aborted when the run is cancelled or the stage's timeout is near its end. */
  readonly signal: AbortSignal;
}

/** A file of a folder that a stage reads. */
export interface SourceFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  /** Its sha256: 64 hexadecimal digits. */
  readonly hex: string;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  /** A short remark, as `val_loss 0.041`. */
  readonly note?: string;
}

/** Whether a gate accepts what the run has made. */
export interface GateVerdict {
  readonly accepted: boolean;
  /** Why not, each as one sentence without a full stop; empty where it accepts. */
  readonly reasons: readonly string[];
}

/** A number, or a number with the bounds of its confidence interval. */
export type MetricValue = number | { readonly value: number; readonly low: number; readonly high: number };

/** What the pipeline is after: drives early stopping, best weights and the gate alike. */
export interface Objective {
  readonly metric: string;
  readonly mode: 'min' | 'max';
  readonly on: 'validation';
  /** The class that metrics of one class are of, against all others. */
  readonly positive?: string;
  /** Of F-beta. */
  readonly beta?: number;
  /** Of top-k accuracy. */
  readonly top_k?: number;
  /** Of pinball loss. */
  readonly quantile?: number;
  /** Bounds of other metrics, by name, that the best value has to keep. */
  readonly subject_to?: Readonly<Record<string, MetricBounds>>;
}

/** What a pipeline says of a stage, and of those that it descends from. */
export interface Upstream {
  /** The stage's own deps that are outs of others, as `"train": "augment.train"`. */
  readonly deps: Readonly<Record<string, string>>;
  /** By name, all that the stage descends from in its pipeline. */
  readonly stages: Readonly<Record<string, UpstreamStage>>;
}

export interface UpstreamStage {
  /** Its stage type; null for a command. */
  readonly uses: string | null;
  /** Its deps that are outs of others. */
  readonly deps: Readonly<Record<string, string>>;
  /** Its params, defaults filled in. */
  readonly params: JsonObject;
  /** Its params as they stand in the pipeline; null where it has none. */
  readonly given: JsonObject | null;
}

/** At least one of the two. (A type, since an interface does not count as JSON.) */
export type MetricBounds = {
  readonly min?: number;
  readonly max?: number;
};

/** What computes the numbers, as the planner resolved it: a part of the fingerprint. */
export interface BackendChoice {
  readonly name: BackendName;
  /** Version of what implements it: of TensorFlow itself, or of the npm package. */
  readonly version: string;
  readonly device: 'cpu' | 'gpu';
  /** Threads on the processor; of no meaning, and 1, where a GPU computes. */
  readonly threads: number;
  /** Equal stages give equal bits. */
  readonly deterministic: boolean;
}

export type BackendName = 'tensorflow' | 'webgpu' | 'wasm' | 'cpu';

/** The same with what this machine has of it, which no fingerprint holds. */
export interface GrantedBackend extends BackendChoice {
  /** Absolute path of the installation; of `tensorflow` alone. */
  readonly folder?: string;
  /** Name of the adapter that it has to compute on; of `webgpu` alone. Absent: whichever Dawn takes. */
  readonly adapter?: string;
}
