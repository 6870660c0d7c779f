import type { CardTarget, ModelCard } from '../../types/generated/model.ts';
import type { Objective } from '../../types/stage.ts';
import type { Examples } from '../data/examples.ts';
import { withTarget } from '../data/with-target.ts';
import { listed } from '../data/words.ts';
import { StageError } from '../error.ts';
import type { ModelInterface } from './fit.ts';

/**
 * The target that a model is judged by; undefined where it has one that is a category or a number.
 *
 * @param asked its name, where there are several.
 * @throws StageError where none is asked for of several, or one that the model does not predict.
 */
export const chooseTarget = ({ target, targets }: ModelCard, asked: string | undefined): CardTarget | undefined => {
  if (asked === undefined && (targets?.length ?? 1) === 1) return targets?.[0];
  const names = [target].flat();
  if (asked === undefined) {
    throw new StageError(
      `the model predicts ${listed(names)}, and one of them is judged`,
      `say which, as "target": "${names[0]}"; each can have a stage of its own`,
    );
  }
  if (targets === undefined && target === asked) return undefined;
  const chosen = targets?.find(({ name }) => name === asked);
  if (chosen !== undefined) return chosen;
  throw new StageError(`params.target is "${asked}", and the model predicts ${listed(names)}`);
};

/** The examples with that target alone, where it is one of several or of its own kind. */
export const examplesFor = (examples: Examples, chosen: CardTarget | undefined): Examples => {
  const part = examples.targets?.find(({ name }) => name === chosen?.name);
  return part === undefined ? examples : withTarget(examples, part);
};

/** What a model says of itself, as far as that target goes. */
export const interfaceFor = (card: ModelCard, chosen: CardTarget | undefined): ModelInterface => {
  const { features, target, classes } = card;
  if (chosen === undefined) return { features, target: String(target), classes };
  return { features, target: chosen.name, classes: chosen.classes ?? null };
};

/** The labels of the list that is the target; undefined where it is none. */
export const labelsOf = ({ targets: [part] = [] }: Examples): readonly string[] | undefined =>
  part?.kind === 'labels' ? part.classes! : undefined;

/** A tensor of numbers as so many numbers: each element is an example, with its place after the id. */
export const asNumbers = (examples: Examples): Examples => {
  const [part] = examples.targets ?? [];
  if (part?.kind !== 'numbers') return examples;
  const { targets: _, ...others } = examples;
  const { width } = part;
  const ids = examples.ids.flatMap((id) => Array.from({ length: width }, (__, element) => `${id}[${element}]`));
  return { ...others, ids, rows: examples.rows * width, scaling: part.scaling };
};

/** The pipeline's objective, as far as it is about that target: of several targets, it begins with the target's name. */
export const objectiveFor = (
  objective: Objective | undefined,
  { targets }: ModelCard,
  chosen: CardTarget | undefined,
): Objective | undefined => {
  if (objective === undefined || chosen === undefined || (targets?.length ?? 1) === 1) return objective;
  const prefix = `${chosen.name}_`;
  const isAbout = objective.metric.startsWith(prefix) && objective.metric !== `${prefix}loss`;
  return isAbout ? { ...objective, metric: objective.metric.slice(prefix.length) } : undefined;
};
