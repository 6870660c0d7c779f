import * as tf from '@tensorflow/tfjs-core';
import type { TargetPart } from '../data/target-parts.ts';
import { StageError } from '../error.ts';
import type { Task } from './tasks.ts';

/** A target of several, with what is learned of it. */
export interface TaskPart {
  readonly part: TargetPart;
  readonly task: Task;
  /** What its loss counts for, above 0. */
  readonly weight: number;
}

/**
 * Several targets at once: loss = Σ weight · loss of each. Outputs and targets of each lie beside each other in a row.
 * The score is that of the first target; `also` has the losses of all, and the scores of the others.
 *
 * @throws StageError where what is recorded of two targets would have one name.
 */
export const jointTask = (parts: readonly TaskPart[]): Task => {
  const [first, ...others] = parts as readonly [TaskPart, ...TaskPart[]];
  const places = placesOf(parts);
  const names = [...parts.map(({ part }) => `${part.name}_loss`), ...others.map(scoreNameOf)];
  refuseTwins([scoreNameOf(first), ...names]);
  return {
    ...{
      kind: 'several',
      outputs: places.total,
      scoreName: scoreNameOf(first),
      labelSmoothing: labelSmoothingOf(parts),
    },
    loss: (outputs, target, weights) =>
      parts
        .map(({ task, weight, part }, at) => {
          const loss = task.loss(places.outputsOf(outputs, at), targetIn(target, part), weights);
          return weight === 1 ? loss : (tf.mul(loss, weight) as tf.Scalar);
        })
        .reduce((sum, each) => tf.add(sum, each) as tf.Scalar),
    score: (outputs, target) => first.task.score(places.outputsOf(outputs, 0), targetIn(target, first.part)),
    also: {
      names,
      values: (outputs, target, weights) => {
        const rows = target.shape[0]!;
        const each = parts.map(({ part }, at) => [places.outputsOf(outputs, at), targetIn(target, part)] as const);
        const losses = parts.map(({ task }, at) => tf.mul(task.loss(...each[at]!, weights), rows) as tf.Scalar);
        return [...losses, ...others.map(({ task }, at) => task.score(...each[at + 1]!))];
      },
    },
  };
};

const scoreNameOf = ({ part, task }: TaskPart): string => `${part.name}_${task.scoreName}`;

const labelSmoothingOf = (parts: readonly TaskPart[]): number =>
  Math.max(...parts.map(({ task }) => task.labelSmoothing));

const refuseTwins = (names: readonly string[]): void => {
  const all = ['loss', ...names].flatMap((name) => [name, `val_${name}`]);
  const twin = all.find((name, at) => all.indexOf(name) !== at);
  if (twin === undefined) return;
  throw new StageError(`two things would be recorded as "${twin}"`, 'rename a target in its source');
};

/** Where the outputs of each target begin. */
const placesOf = (parts: readonly TaskPart[]) => {
  const starts: number[] = [];
  let total = 0;
  for (const { part } of parts) {
    starts.push(total);
    total += part.outputs;
  }
  return {
    total,
    outputsOf: (outputs: tf.Tensor, at: number): tf.Tensor =>
      tf.slice(outputs, [0, starts[at]!], [outputs.shape[0]!, parts[at]!.part.outputs]),
  };
};

/** Class indices [batch]; values [batch]; of labels and tensors [batch, width]. */
const targetIn = (target: tf.Tensor, { kind, from, width }: TargetPart): tf.Tensor => {
  const rows = target.shape[0]!;
  const own = tf.slice(target, [0, from], [rows, width]);
  if (kind === 'classes') return tf.cast(tf.reshape(own, [rows]), 'int32');
  return kind === 'number' ? tf.reshape(own, [rows]) : own;
};
