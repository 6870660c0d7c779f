import * as tf from '@tensorflow/tfjs-core';
import { input, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { Batch } from '../../../../src/learn/training/batches.ts';
import { compiledStepper } from '../../../../src/learn/training/compiled-stepper.ts';
import type { Optimizer } from '../../../../src/learn/training/optimizers/optimizer.ts';
import type { Trainee } from '../../../../src/learn/training/step.ts';
import { scalarsOf, type Tensors } from '../../../../src/learn/training/transforms.ts';
import { variablesOf } from '../../../../src/learn/training/variables.ts';
import type { SomeOptimizer } from '../defaults.ts';
import golden from './golden.json' with { type: 'json' };

/** What Keras made of the recorded gradients. */
export interface Case {
  readonly params: SomeOptimizer;
  /** All variables, one after the other, after some numbers of steps. */
  readonly after: Readonly<Record<string, readonly number[]>>;
  readonly averages?: readonly number[];
}

export const cases = golden.cases as unknown as readonly Case[];
export const { initial, gradients, variables } = golden;

/** Numbers of all variables as tensors by name. */
export const tensorsOf = (numbers: readonly number[]): Tensors => {
  let at = 0;
  return Object.fromEntries(
    variables.map(({ name, shape }) => {
      const size = shape.reduce((all, length) => all * length, 1);
      at += size;
      return [name, tf.tensor(numbers.slice(at - size, at), shape)];
    }),
  );
};

/** Tensors of all variables as numbers. */
export const numbersOf = (tensors: Tensors, prefix = ''): number[] =>
  variables.flatMap(({ name }) => [...tensors[prefix + name]!.dataSync()]);

export interface Reached {
  readonly weights: Tensors;
  readonly state: Tensors;
  /** The greatest size of each number on the way. */
  readonly most?: readonly number[];
}

/** Feeds an optimizer's transform the recorded gradients, `steps` of them, at its peak rate. */
export const fed = ({ transform, peak }: Optimizer, steps: number): Reached => {
  let weights = tensorsOf(initial);
  let state = transform.init(weights, {});
  let most = initial.map(Math.abs);
  for (let step = 0; step < steps; step += 1) {
    const numbers = scalarsOf(transform.numbers({ step, rate: peak }));
    const given = { numbers, variables: weights, statistics: {} };
    const moved = transform.update(tensorsOf(gradients[step]!), state, given);
    weights = Object.fromEntries(Object.entries(weights).map(([name, w]) => [name, tf.add(w, moved.updates[name]!)]));
    state = moved.state;
    const now = numbersOf(weights);
    most = most.map((value, at) => Math.max(value, Math.abs(now[at]!)));
  }
  return { weights, state, most };
};

/** A layer that has the recorded variables, and whose output has the features as its gradients. */
class Recorded extends layers.Layer {
  static readonly className = 'Recorded';
  readonly #weights: [layers.Layer['weights'][number], number][] = [];

  override build(): void {
    const values = tensorsOf(initial);
    for (const { name, shape } of variables) {
      const zeros = { apply: () => tf.zeros(shape) } as unknown as NonNullable<
        Parameters<layers.Layer['addWeight']>[3]
      >;
      const weight = this.addWeight(name, shape, 'float32', zeros);
      weight.write(values[name]!);
      this.#weights.push([weight, values[name]!.size]);
    }
    this.built = true;
  }

  override computeOutputShape(): number[] {
    return [1, 1];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = tf.reshape(Array.isArray(inputs) ? inputs[0]! : inputs, [-1]);
      let at = 0;
      const parts = this.#weights.map(([weight, size]) => {
        at += size;
        return tf.sum(tf.mul(tf.reshape(weight.read(), [size]), tf.slice(x, [at - size], [size])));
      });
      return tf.reshape(tf.addN(parts), [1, 1]);
    });
  }
}

/** The same as one graph of TensorFlow's, by its own op where the optimizer names one. */
export const fedCompiled = async (optimizer: Optimizer, steps: number): Promise<Reached> => {
  const features = input({ shape: [initial.length] });
  const network = model({
    inputs: features,
    outputs: new Recorded({ name: 'all' }).apply(features) as SymbolicTensor,
  });
  const loss = (outputs: tf.Tensor): tf.Scalar => tf.sum(outputs);
  const score = (): tf.Scalar => tf.scalar(0);
  const task = { kind: 'number', outputs: 1, scoreName: 'mae', labelSmoothing: 0, loss, score } as const;
  const trainee: Trainee = {
    ...{ network, task, transform: optimizer.transform, featureShape: [initial.length] },
    ...{ variables: variablesOf(network), statistics: {} },
  };
  const batchOf = (numbers: readonly number[]): Batch => ({
    ...{ rows: 1, features: Float32Array.from(numbers), target: Float32Array.of(0), targetShape: [1] },
  });
  const state = optimizer.transform.init(trainee.variables, {});
  const stepper = compiledStepper(trainee, state, {
    native: optimizer.native,
    samples: [[batchOf(gradients[0]!), batchOf(gradients[1]!)]],
    masks: { seed: 1, step: 0 },
    measures: () => false,
    entered: () => {},
  });
  for (let step = 0; step < steps; step += 1) stepper.take(batchOf(gradients[step]!), { step, rate: optimizer.peak });
  stepper.settle();
  const kept = await stepper.state();
  stepper.close();
  const stripped = [...kept].map(([name, { shape, data }]) => [
    name.slice('optimizer/'.length).replace('all/', ''),
    tf.tensor(data, [...shape]),
  ]);
  return {
    weights: Object.fromEntries(
      Object.entries(trainee.variables).map(([name, value]) => [name.slice('all/'.length), value]),
    ),
    state: Object.fromEntries(stripped) as Tensors,
  };
};
