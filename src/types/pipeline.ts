import type { JsonObject } from './json.ts';
import type { DeclaredMachine, Price } from './machine.ts';
import type { BackendName, Objective } from './stage.ts';

/** Where everything of one run lies. All other paths in Stemma are relative to `root`, with `/`. */
export interface Project {
  /** Absolute path of the folder that holds `pipelines/`. */
  readonly root: string;
  /** Absolute path of `artifacts/`. */
  readonly artifacts: string;
}

/** A pipeline as `load/` hands it on: checked whole, references resolved, defaults filled in. */
export interface Pipeline {
  readonly name: string;
  readonly summary?: string;
  /** Path of the pipeline's file, relative to the project. */
  readonly file: string;
  readonly seed: number;
  readonly objective?: Objective;
  /** What the pipeline or `--backend` asks for. */
  readonly backend: 'auto' | BackendName;
  /** `strict`: no stage runs where the same stage could give other bits. */
  readonly determinism: 'relaxed' | 'strict';
  /** What this machine costs, if the pipeline says it; in no fingerprint. */
  readonly price?: Price;
  /** Other machines that the user could take. */
  readonly machines?: readonly DeclaredMachine[];
  /** In topological order; among equals, in the order of the file. */
  readonly stages: ReadonlyMap<string, Stage>;
}

export type Stage = UsesStage | CommandStage;

interface StageBase {
  readonly name: string;
  readonly summary?: string;
  readonly deps: Readonly<Record<string, Dep>>;
  readonly outs: Readonly<Record<string, Out>>;
  readonly params: JsonObject;
  /** The params that the pipeline gives, without defaults; absent: none. */
  readonly given?: JsonObject;
  /** Names of environment variables whose values are in the fingerprint. */
  readonly declaredEnv: readonly string[];
  /** Names of environment variables that the process gets and the fingerprint does not. */
  readonly passedEnv: readonly string[];
  readonly resources: Resources;
  /** Seconds for one attempt. */
  readonly timeout?: number;
  /** Further attempts after a failed one. */
  readonly retries: number;
  /** The stage's seed is in its fingerprint. */
  readonly seeded: boolean;
  /** Names of the stages that its deps refer to, sorted, each once. */
  readonly upstream: readonly string[];
}

export interface CommandStage extends StageBase {
  readonly kind: 'command';
  /** Argv with placeholders, or one line for `/bin/sh -c`. */
  readonly run: readonly string[] | string;
  /** Project files named in `run`: deps by themselves. */
  readonly programFiles: readonly string[];
  /** Name of the dep, a file, that is its standard input. */
  readonly stdin?: string;
  /** Name of the out whose file its standard output becomes. */
  readonly stdout?: string;
}

export interface UsesStage extends StageBase {
  readonly kind: 'uses';
  readonly type: StageType;
}

export interface Resources {
  /** Processor cores, at least 1. */
  readonly cpus: number;
  readonly gpus: number;
}

export interface StageType {
  readonly name: string;
  readonly version: number;
  /** Absolute path of the folder with stage.json and run.ts. */
  readonly folder: string;
  /** Absolute path of run.ts (or run.js, run.mjs). */
  readonly entry: string;
  /** Files of the folder that the code reads while it runs, relative to it. */
  readonly reads: readonly string[];
  readonly usesObjective: boolean;
  readonly usesUpstream: boolean;
  readonly usesBackend: boolean;
  /** It is a gate: a run in which it accepts is an accepted run. */
  readonly givesVerdict: boolean;
  /** Its code can tell from a few steps what a run would take. */
  readonly rehearses: boolean;
  /** Params that only say how far its work goes. */
  readonly extent: readonly string[];
  /** Its outs hold readings of the machine, and come out otherwise when it is executed again. */
  readonly measures: boolean;
}

export interface Out {
  /** Relative to the stage's own folder, `artifacts/<pipeline>/<stage>/`. */
  readonly path: string;
  /** As `dataset`, `model`, `json`; `any` fits everywhere. */
  readonly type: string;
}

export type Dep =
  | { readonly kind: 'stage'; readonly stage: string; readonly out: string }
  /** A file, a folder (`data/raw`) or a glob (`data/*.csv`), relative to the project. */
  | { readonly kind: 'path'; readonly path: string; readonly glob: boolean; readonly digest?: string }
  | {
      readonly kind: 'package';
      readonly package: string;
      readonly version: string;
      /** Path within the package. */
      readonly path: string;
      /** Absolute path of the file or folder. */
      readonly location: string;
      readonly digest?: string;
    }
  /** One file of the web, known by its digest before it is there. */
  | {
      readonly kind: 'url';
      /** Without secrets: `{env.NAME}` stands for the value of an environment variable. */
      readonly url: string;
      /** Under which the stage sees it. */
      readonly name: string;
      readonly digest: string;
      /** Name of the environment variable with a bearer token. */
      readonly token?: string;
    }
  /**
   * An out of an accepted run. Of this pipeline: the last one whose candidate is another than this run's; nothing until
   * there is one. Of another pipeline, which has a gate: the last one.
   */
  | { readonly kind: 'accepted'; readonly pipeline?: string; readonly stage: string; readonly out: string }
  /** An out of another pipeline that has no gate: of its last run. */
  | { readonly kind: 'pipeline'; readonly pipeline: string; readonly stage: string; readonly out: string };
