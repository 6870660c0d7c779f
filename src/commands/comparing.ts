import { pipelineNames } from '../load/dep-pipeline.ts';
import type { Pipeline, Project, Stage } from '../types/pipeline.ts';
import type { Objective } from '../types/stage.ts';
import { UserMistake } from './user-mistake.ts';

// What `ablate` and `sweep` have in common: variants of a pipeline are compared by its objective, on validation.

/** Throws where there is nothing to compare by. */
export const objectiveOf = ({ objective, name }: Pipeline): Objective => {
  if (objective !== undefined) return objective;
  throw new UserMistake(
    `pipeline "${name}" has no objective to compare by`,
    'write, for example, "objective": { "metric": "accuracy", "mode": "max", "on": "validation" }',
  );
};

/**
 * The stages whose code is told of the objective, but for those that evaluate on test, and gates behind them. They measure
 * it on validation, which they then need.
 */
export const judgesOf = ({ stages }: Pipeline): readonly string[] => {
  const judges = [...stages.values()].filter(
    (stage) => stage.kind === 'uses' && stage.type.usesObjective && !evaluates(stage) && stage.type.name !== 'gate',
  );
  const blind = judges.find(({ deps }) => !Object.hasOwn(deps, 'validation'));
  if (blind !== undefined)
    throw new UserMistake(
      `stage "${blind.name}" has no validation set, so that nothing measures what a step gains`,
      'give it the dep "validation": choices are made on validation, never on test',
    );
  return judges.map(({ name }) => name);
};

export const stagesThatEvaluate = ({ stages, name }: Pipeline): readonly string[] => {
  const found = [...stages.values()].filter(evaluates);
  if (found.length === 0) throw new UserMistake(`pipeline "${name}" has no stage that evaluates on test`);
  return found.map((stage) => stage.name);
};

const evaluates = (stage: Stage): boolean => stage.kind === 'uses' && stage.type.name === 'evaluate';

export const checkNames = (variants: readonly { readonly name: string }[], project: Project): void => {
  const taken = variants.find(({ name }) => pipelineNames(project).includes(name));
  if (taken !== undefined)
    throw new UserMistake(`pipeline "${taken.name}" has the name of a variant`, 'give it another one');
};

/** Seeds one after the other, from the pipeline's own on. */
export const seedsFrom = (first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, at) => (first + at) % 2 ** 32);
