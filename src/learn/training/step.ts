import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Batch } from './batches.ts';
import { penaltyOf } from './penalties.ts';
import type { Task } from './tasks.ts';
import type { Tensors, Transform } from './transforms.ts';
import type { Variables } from './variables.ts';

/** What a step works on. */
export interface Trainee {
  readonly network: LayersModel;
  readonly variables: Variables;
  /** Weights that no gradient moves: layers write them while they train, as batch normalization does. */
  readonly statistics: Variables;
  /** Weights of layers that do not learn now: nothing writes them. Absent: there are none. */
  readonly frozen?: Variables;
  readonly task: Task;
  readonly transform: Transform;
  /** Shape of one example's features. */
  readonly featureShape: readonly number[];
}

/** One batch on the backend. */
export interface BatchTensors {
  /** [rows, ...featureShape] */
  readonly x: tf.Tensor;
  /** Class indices (int32) or values, [rows]; or distributions over the classes, [rows, classes]. */
  readonly y: tf.Tensor;
  /** What each row counts for, [rows]; absent: all alike. */
  readonly w?: tf.Tensor;
}

export interface Step {
  /** By the variables' names. */
  readonly gradients: Tensors;
  /** Mean loss of the batch before the step, weighted where its rows are, and penalties of weights; a scalar. */
  readonly loss: tf.Scalar;
  /** The task's score, summed over the batch, a scalar. */
  readonly score: tf.Scalar;
  /** What is to be added to the variables. */
  readonly updates: Tensors;
  /** What the optimizer remembers after the step. */
  readonly state: Tensors;
  /** What the network's statistics are after the step. */
  readonly statistics: Tensors;
}

export const tensorsOf = ({ featureShape }: Pick<Trainee, 'featureShape'>, batch: Batch): BatchTensors => ({
  x: tf.tensor(batch.features, [batch.rows, ...featureShape]),
  y: tf.tensor(batch.target, [...batch.targetShape]),
  ...(batch.weights === undefined ? {} : { w: tf.tensor1d(batch.weights) }),
});

/**
 * Computes one step and changes nothing: forward, loss, gradients, updates. The caller disposes of the result.
 *
 * @param numbers the transform's, as scalars.
 */
export const computeStep = (trainee: Trainee, batch: BatchTensors, state: Tensors, numbers: Tensors): Step =>
  tf.tidy(() => {
    const found = differentiate(trainee, batch);
    const { transform, variables } = trainee;
    const { gradients, statistics } = found;
    return { ...found, ...transform.update(gradients, state, { numbers, variables, statistics }) };
  });

export type Differentiated = Pick<Step, 'gradients' | 'loss' | 'score' | 'statistics'>;

/** The part of a step before the transform. Call it in `tf.tidy`. */
export const differentiate = (trainee: Trainee, { x, y, w }: BatchTensors): Differentiated => {
  const { network, variables, statistics, task } = trainee;
  const outputs: tf.Tensor[] = [];
  const forward = (): tf.Scalar => {
    const output = network.apply(x, { training: true }) as tf.Tensor; // [b, outputs]
    outputs.push(tf.keep(output));
    const loss = task.loss(output, y, w);
    const penalty = penaltyOf(network);
    return penalty === undefined ? loss : tf.add(loss, penalty);
  };
  const before = copiesOf(statistics);
  const { value: loss, grads } = tf.variableGrads(forward, Object.values(variables));
  const after = copiesOf(statistics);
  for (const [name, variable] of Object.entries(statistics)) variable.assign(before[name]!);
  const score = task.score(outputs[0]!, y);
  tf.dispose(outputs);
  const gradients = Object.fromEntries(Object.entries(variables).map(([name, { name: key }]) => [name, grads[key]!]));
  return { loss, score, gradients, statistics: after };
};

/** Layers write their statistics while they compute: what they wrote is taken out, and handed on with the step. */
const copiesOf = (variables: Variables): Tensors =>
  Object.fromEntries(Object.entries(variables).map(([name, variable]) => [name, tf.clone(variable as tf.Tensor)]));

/** Takes the step: variable ← variable + update. */
export const applyUpdates = ({ variables, statistics }: Trainee, step: Step): void => {
  for (const [name, variable] of Object.entries(variables)) {
    const moved = tf.add(variable, step.updates[name]!);
    variable.assign(moved);
    moved.dispose();
  }
  for (const [name, variable] of Object.entries(statistics)) variable.assign(step.statistics[name]!);
};
