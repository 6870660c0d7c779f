import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Batch } from './batches.ts';
import type { Task } from './tasks.ts';
import type { StepPlace, Tensors, Transform } from './transforms.ts';
import type { Variables } from './variables.ts';

/** What a step works on. */
export interface Trainee {
  readonly network: LayersModel;
  readonly variables: Variables;
  readonly task: Task;
  readonly transform: Transform;
  /** Shape of one example's features. */
  readonly featureShape: readonly number[];
}

export interface Step {
  /** Mean loss of the batch before the step, a scalar. */
  readonly loss: tf.Scalar;
  /** The task's score, summed over the batch, a scalar. */
  readonly score: tf.Scalar;
  /** What is to be added to the variables. */
  readonly updates: Tensors;
  /** What the optimizer remembers after the step. */
  readonly state: Tensors;
}

/** Computes one step and changes nothing: forward, loss, gradients, updates. The caller disposes of the result. */
export const computeStep = (trainee: Trainee, batch: Batch, state: Tensors, place: StepPlace): Step =>
  tf.tidy(() => {
    const { network, variables, task, transform, featureShape } = trainee;
    const x = tf.tensor(batch.features, [batch.rows, ...featureShape]); // [b, ...features]
    const y = tf.tensor(batch.target); // [b]
    const outputs: tf.Tensor[] = [];
    const forward = (): tf.Scalar => {
      const output = network.apply(x, { training: true }) as tf.Tensor; // [b, outputs]
      outputs.push(tf.keep(output));
      return task.loss(output, y);
    };
    const { value: loss, grads } = tf.variableGrads(forward, Object.values(variables));
    const score = task.score(outputs[0]!, y);
    tf.dispose(outputs);
    const gradients = Object.fromEntries(Object.entries(variables).map(([name, { name: key }]) => [name, grads[key]!]));
    return { loss, score, ...transform.update(gradients, state, place) };
  });

/** Takes the step: variable ← variable + update. */
export const applyUpdates = (variables: Variables, updates: Tensors): void => {
  for (const [name, variable] of Object.entries(variables)) {
    const moved = tf.add(variable, updates[name]!);
    variable.assign(moved);
    moved.dispose();
  }
};
