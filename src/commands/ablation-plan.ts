import { suggest } from '../diagnostics/suggest.ts';
import { readSource } from '../load/ablation/read-source.ts';
import { dataSteps, offValue, parseStep, type Source, type Step, stepName } from '../load/ablation/step.ts';
import { type Refusal, type Variant, variantWithout, wholeVariant } from '../load/ablation/variants.ts';
import type { AblationRequest } from '../run/ablation/run-ablation.ts';
import type { Pipeline, Project } from '../types/pipeline.ts';
import { checkNames, judgesOf, objectiveOf, seedsFrom, stagesThatEvaluate } from './comparing.ts';
import { type OpenedPipeline, pipelineFileOf } from './pipeline-options.ts';
import { UserMistake } from './user-mistake.ts';

/** What an ablation will do. */
export interface AblationPlan extends Omit<AblationRequest, 'settings' | 'onStart' | 'onEnd'> {
  readonly project: Project;
  /** Stages that each variant is run to; none for all. */
  readonly targets: readonly string[];
}

export interface AblationAsked {
  /** The pipeline as it was named. */
  readonly asked: string | undefined;
  readonly set: readonly string[];
  /** As `augment` or `clean.duplicates`; none for all that work on the data. */
  readonly steps: readonly string[];
  readonly seeds: number;
  readonly test?: boolean;
}

/** Makes the variants of a pipeline. Throws `UserMistake` where there is nothing to compare, or nothing to compare by. */
export const planAblation = async (
  { project, pipeline }: OpenedPipeline,
  asked: AblationAsked,
): Promise<AblationPlan> => {
  const objective = objectiveOf(pipeline);
  const source = await readSource({ project, file: pipelineFileOf(project, asked.asked), set: asked.set });
  if (source === undefined) throw new UserMistake(`${pipeline.file} cannot be read any more`);
  const judges = judgesOf(pipeline);
  const testStages = asked.test ? stagesThatEvaluate(pipeline) : [];
  const named = [...judges, ...testStages];
  // Where no stage type has the objective, a command may measure it: nobody knows which, so all stages are run.
  const targets = judges.length > 0 ? named : [];
  const request = { project, pipeline, source, judges: targets };
  const made: (Variant | Refusal)[] = [];
  for (const step of stepsOf(asked.steps, pipeline, source)) made.push(await variantWithout(step, request));
  const whole = wholeVariant(request);
  const variants = made.filter((each): each is Variant => 'text' in each);
  const refused = made.filter((each): each is Refusal => 'why' in each);
  checkNames([whole, ...variants], project);
  return {
    ...{ project, pipeline: { ...pipeline, objective }, whole, variants, refused, testStages },
    seeds: seedsFrom(pipeline.seed, asked.seeds),
    judgedRows: judgedRows(source),
    targets,
  };
};

const stepsOf = (names: readonly string[], pipeline: Pipeline, source: Source): readonly Step[] => {
  if (names.length > 0) return [...new Set(names)].map((name) => stepNamed(name, pipeline, source));
  const steps = dataSteps(source);
  if (steps.length > 0) return steps;
  throw new UserMistake(
    `pipeline "${pipeline.name}" has no stage that works on the data alone, as clean, impute or augment`,
    `name the stages to leave out: ${[...pipeline.stages.keys()].join(', ')}`,
  );
};

const stepNamed = (name: string, { stages, ...pipeline }: Pipeline, source: Source): Step => {
  const step = parseStep(name);
  const stage = step && stages.get(step.stage);
  if (step === undefined || stage === undefined) {
    const near = suggest(step?.stage ?? name, stages.keys(), 'its stages');
    throw new UserMistake(`pipeline "${pipeline.name}" has no stage "${step?.stage ?? name}"`, near);
  }
  if (step.kind === 'stage') return step;
  const known = Object.keys(stage.params);
  if (!known.includes(step.param)) {
    const hint = suggest(step.param, known, 'its params');
    throw new UserMistake(`stage "${step.stage}" has no param "${step.param}" to go without`, hint);
  }
  const type = stage.kind === 'uses' ? source.types.get(stage.type.name) : undefined;
  const isOff =
    type !== undefined && JSON.stringify(stage.params[step.param]) === JSON.stringify(offValue(type, step.param));
  if (isOff) throw new UserMistake(`${stepName(step)} is off already: it has its default value`);
  return step;
};

/** What stages that split hand on for judging. */
const judgedRows = ({ json, types }: Source): AblationPlan['judgedRows'] =>
  Object.entries(json.stages).flatMap(([stage, { uses }]) =>
    Object.entries((uses === undefined ? undefined : types.get(uses)?.declaration.outs) ?? {}).flatMap(
      ([out, { split }]) => (split === 'validation' ? [{ stage, out }] : []),
    ),
  );
