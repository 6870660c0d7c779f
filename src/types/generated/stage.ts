/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * What it is, as `dataset`, `model`, `history`, `evaluation`, `preview`, `json`, `table`, `html`, `file`, `folder` or `any`.
 */
export type Type = string;
/**
 * Where one of these params is given.
 *
 * @minItems 1
 */
export type ParamNames = [string, ...string[]];
/**
 * Where none of these params is given.
 *
 * @minItems 1
 */
export type ParamNames1 = [string, ...string[]];
/**
 * The part of the rows that it is: `validation` is for choices, `test` for judging alone.
 */
export type SplitPart = 'train' | 'validation' | 'test';
/**
 * Params by which the source itself says which rows the part has, so that each split of the same source gives the same ones.
 */
export type Given = GivenBy[];

/**
 * A stage type: `stages/<type>/stage.json`, beside the code that does the work (`run.ts`).
 */
export interface StageTypeFile {
  /**
   * The schema that editors check and complete this file with.
   */
  $schema?: string;
  /**
   * What the stage does, in one sentence.
   */
  summary: string;
  /**
   * Version of the stage type; part of every fingerprint.
   */
  version: number;
  /**
   * What the stage reads, by name.
   */
  deps?: {
    [k: string]: StageTypeDep;
  };
  /**
   * Deps of other names are allowed too. A name that is nearly one of `deps` is still taken for a mistake.
   */
  other_deps?: {
    type: Type;
    /**
     * What they are for.
     */
    description: string;
  };
  /**
   * What the stage writes, by name.
   */
  outs?: {
    [k: string]: StageTypeOut;
  };
  /**
   * A JSON Schema (draft-07) of the params: every property described, with defaults where it has them.
   */
  params?: {
    /**
     * Params are an object.
     */
    type: 'object';
    [k: string]: unknown;
  };
  /**
   * The stage may call `context.seed(purpose)`; the pipeline's seed is part of its fingerprint.
   */
  seed?: boolean;
  /**
   * The stage gets the pipeline's objective as `context.objective`; it is part of its fingerprint. In its place, the metrics that the stage can be after: a pipeline whose objective none of its stages can measure is refused.
   */
  objective?: boolean | ObjectiveMetrics;
  /**
   * The stage gets what the pipeline says of the stages that it descends from as `context.upstream`; it is part of its fingerprint.
   */
  upstream?: boolean;
  /**
   * The stage gets the backend as `context.backend`; it is part of its fingerprint.
   */
  backend?: boolean;
  /**
   * The stage is a gate: it calls `context.verdict` once, and a run in which it accepts is an accepted run, whose deps of the gate are published.
   */
  verdict?: boolean;
  /**
   * `run.ts` exports `rehearse` too, which times a few steps and writes nothing: `stemma advise` calls it.
   */
  rehearsal?: boolean;
  /**
   * Params that only say how far the work goes, as `epochs`: stages that differ in nothing else share their scratch, so that a longer one can go on from where a shorter one stopped.
   */
  extent?: string[];
  /**
   * The outs hold what was measured, as times and memory: executed again, they come out a little otherwise. Whoever replays the stage is told so. All other stage types keep readings of the machine out of their outs.
   */
  measures?: boolean;
  /**
   * Files of the folder that the code reads while it runs, relative to it; their content is part of the fingerprint.
   */
  reads?: string[];
}
export interface StageTypeDep {
  type: Type;
  /**
   * Whether a stage may do without it.
   */
  optional?: boolean;
  needed?: DepNeeded;
  /**
   * Whether it is an out of an earlier run that was accepted, `{ "accepted": "stage.out" }`, and never one of this run. For stages that give a verdict.
   */
  accepted?: boolean;
  /**
   * Whether its rows must have gone through no fitted stage, as what looks at the data themselves needs them.
   */
  raw?: boolean;
  /**
   * What it is for.
   */
  description: string;
}
/**
 * Params by which a stage cannot do without a dep that is optional else.
 */
export interface DepNeeded {
  with?: ParamNames;
  without?: ParamNames1;
}
export interface StageTypeOut {
  type: Type;
  /**
   * Path of the file or folder, relative to the stage's own folder.
   */
  path: string;
  /**
   * Name of an optional dep: the out exists only where that dep is given.
   */
  if?: string;
  /**
   * Deps whose rows it holds; `[]`: none. Without it: none where `fitted_on`, `chosen_on` or `judged_on` says what it was made by, else those of the dep that has the out's name, else those of all deps.
   */
  rows?: string | string[];
  split?: SplitPart;
  given_by?: Given;
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
  /**
   * What it holds.
   */
  description: string;
}
export interface GivenBy {
  /**
   * Name of a param.
   */
  param: string;
  /**
   * The value with which it does so; without it, any.
   */
  value?: string | number | boolean;
}
export interface ObjectiveMetrics {
  /**
   * Those of which more is better, as `accuracy`.
   */
  max?: string[];
  /**
   * Those of which less is better, as `log_loss`.
   */
  min?: string[];
}
