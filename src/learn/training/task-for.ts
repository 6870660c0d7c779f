import type { Examples } from '../data/examples.ts';
import type { TargetPart } from '../data/target-parts.ts';
import { StageError } from '../error.ts';
import { jointTask, type TaskPart } from './joint-task.ts';
import { predictLabels } from './label-task.ts';
import { predictTags } from './tag-task.ts';
import { predictNumbers, type Task, taskOf } from './tasks.ts';

export interface TaskOptions {
  /** Share of the truth that all classes get alike, in [0, 1). */
  readonly labelSmoothing?: number | undefined;
}

/**
 * What a network is trained for on some examples.
 *
 * @throws StageError where labels are to be smoothed and there are none.
 */
export const taskFor = (
  { classes, classWeights, targets }: Pick<Examples, 'classes' | 'classWeights' | 'targets'>,
  { labelSmoothing = 0 }: TaskOptions = {},
): Task => {
  if (targets === undefined) return taskOf(classes, classWeights, labelSmoothing);
  if (labelSmoothing > 0 && targets.every((part) => part.classes === null)) {
    throw new StageError('label_smoothing is for classes and labels, and the targets are numbers', 'leave it out');
  }
  const parts = targets.map((part): TaskPart => {
    const smoothing = part.classes === null ? 0 : labelSmoothing;
    return { part, task: taskOfPart(part, classWeights, smoothing), weight: part.lossWeight ?? 1 };
  });
  return parts.length === 1 ? parts[0]!.task : jointTask(parts);
};

const taskOfPart = (
  { kind, classes, width }: TargetPart,
  weights: readonly number[] | undefined,
  labelSmoothing: number,
): Task => {
  switch (kind) {
    case 'labels':
      return predictLabels(width, weights, labelSmoothing);
    case 'tags':
      return predictTags({ tags: classes!.length, steps: width }, weights, labelSmoothing);
    case 'numbers':
      return predictNumbers(width);
    default:
      return taskOf(classes, undefined, labelSmoothing);
  }
};

/**
 * Says of each target what its loss counts for.
 *
 * @param weights by the targets' names, above 0; absent: 1 each.
 * @throws StageError where there is one target, or a name is none of them.
 */
export const withLossWeights = (
  examples: Examples,
  weights: Readonly<Record<string, number>> | undefined,
): Examples => {
  if (weights === undefined) return examples;
  const { targets } = examples;
  if (targets === undefined || targets.length < 2) {
    throw new StageError('loss_weights is for several targets, and there is one', 'leave it out');
  }
  const unknown = Object.keys(weights).find((name) => !targets.some((part) => part.name === name));
  if (unknown !== undefined) {
    throw new StageError(
      `loss_weights names "${unknown}", which is no target`,
      `targets are ${targets.map(({ name }) => `"${name}"`).join(', ')}`,
    );
  }
  const weighted = targets.map((part) =>
    Object.hasOwn(weights, part.name) ? { ...part, lossWeight: weights[part.name]! } : part,
  );
  return { ...examples, targets: weighted };
};
