import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, layers, regularizers, type Sequential, sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { initialize } from '../../../src/learn/models/initialize.ts';
import { stream } from '../../../src/learn/random.ts';
import { makeOptimizer } from '../../../src/learn/training/optimizers/make.ts';
import { penaltyOf } from '../../../src/learn/training/penalties.ts';
import { type Training, train } from '../../../src/learn/training/train.ts';
import { validate } from '../../../src/learn/training/validation.ts';
import { tensorflow, withTensorflow } from '../../rig/tensorflow.ts';
import { choices } from '../backends/on-backend.ts';
import { modelParams, optimizerParams } from './defaults.ts';
import { plane } from './examples.ts';
import { planned, silent } from './plan.ts';

/** y = 2a − b + 3 as before, and eight more features that have nothing to do with it. */
const distracted = (rows: number) => {
  const examples = plane(rows, 1);
  const random = stream(9);
  const features = Float32Array.from({ length: rows * 10 }, (_, at) =>
    at % 10 < 2 ? examples.features[2 * Math.floor(at / 10) + (at % 10)]! : random.normal(),
  );
  const featureNames = Array.from({ length: 10 }, (_, at) => `f${at}`);
  return { ...examples, features, featureShape: [10], featureNames };
};

type Penalty = { readonly l1: number; readonly l2: number };

const linear = ({ l1, l2 }: Penalty): Sequential => {
  const kernelRegularizer = regularizers.l1l2({ l1, l2 });
  const network = sequential({
    layers: [layers.dense({ units: 1, inputShape: [10], kernelRegularizer, name: 'head' })],
  });
  initialize(network, 7);
  return network;
};

const kernelOf = (network: LayersModel): number[] => [...network.getWeights()[0]!.dataSync()];
const sizes = (values: readonly number[]): number[] => values.map(Math.abs);
const optimizer = makeOptimizer(optimizerParams({ name: 'sgd', rate: 0.05 }));

const trained = async (penalty: Penalty, changes: Partial<Training> = {}) => {
  const network = linear(penalty);
  const schedule = { shareAt: (step: number) => 1 / (1 + step / 40), plan: 'falls' };
  const rest = { network, optimizer, schedule, epochs: 20, ...changes };
  const training = await planned(distracted(128), modelParams({ preset: 'mlp' }), rest);
  const history = await train(training, silent);
  return { training, history, kernel: kernelOf(network) };
};

const onBoth = [
  ['wasm', choices.wasm],
  ['tensorflow', tensorflow],
] as const;

describe.each(onBoth)('on %s', (name, backend) => {
  describe.skipIf(backend === undefined)(name === 'wasm' ? 'penalties' : withTensorflow('penalties'), () => {
    beforeAll(async () => {
      await startBackend(backend!);
    });

    test('L1 makes zeros of what does not matter, and leaves the rest', async () => {
      const plain = (await trained({ l1: 0, l2: 0 })).kernel;
      const { kernel } = await trained({ l1: 0.1, l2: 0 });
      expect(Math.min(...sizes(plain.slice(2)))).toBeGreaterThan(1e-5);
      expect(Math.max(...sizes(kernel.slice(2)))).toBeLessThan(2e-3);
      expect(kernel[0]).toBeCloseTo(1.95, 1);
      expect(kernel[1]).toBeCloseTo(-0.95, 1);
    });

    test('L2 makes norms smaller: those of ridge regression', async () => {
      const norms = [];
      for (const l2 of [0, 0.1, 1]) norms.push(Math.hypot(...(await trained({ l1: 0, l2 })).kernel));
      expect(norms[1]! / norms[0]!).toBeCloseTo(1 / 1.1, 1);
      expect(norms[2]! / norms[0]!).toBeCloseTo(1 / 2, 1);
    });

    test('the recorded losses have the penalty in them, as in Keras', async () => {
      const { training, history } = await trained({ l1: 0.1, l2: 0.2 }, { epochs: 2 });
      const { network, validation } = training;
      const kernel = kernelOf(network);
      const penalty = kernel.reduce((sum, w) => sum + 0.1 * Math.abs(w) + 0.2 * w ** 2, 0);
      expect(penalty).toBeGreaterThan(0.1);
      const mse = (await validate(linearLike(network), validation!, 'val_loss'))['val_loss']!;
      expect(history.epochs[history.kept - 1]!.val_loss).toBeCloseTo(mse + penalty, 4);
      const still = await trained(
        { l1: 0.1, l2: 0.2 },
        { epochs: 1, schedule: { shareAt: () => 0, plan: 'none' }, batchSize: 128 },
      );
      expect(still.history.epochs[0]!.loss).toBeCloseTo(still.history.epochs[0]!.val_loss!, 4);
    });

    test('what is not trained costs nothing', () => {
      const network = linear({ l1: 1, l2: 0 });
      expect(tf.tidy(() => penaltyOf(network)!.dataSync()[0])).toBeGreaterThan(0);
      network.layers[0]!.trainable = false;
      expect(tf.tidy(() => penaltyOf(network))).toBe(undefined);
    });

    test('the slope of |w| at 0 is 0', () => {
      const network = linear({ l1: 0.5, l2: 0 });
      network.setWeights([tf.tensor2d([0, 1, -2, 0, 0, 0, 0, 0, 0, 3], [10, 1]), tf.zeros([1])]);
      const { value, grads } = tf.variableGrads(() => penaltyOf(network)!);
      expect(value.dataSync()[0]).toBeCloseTo(3, 6);
      const slopes = Object.values(grads).map((slope) => [...slope.dataSync()]);
      expect(slopes).toContainEqual([0, 0.5, -0.5, 0, 0, 0, 0, 0, 0, 0.5]);
    });
  });
});

/** The same weights without penalties. */
const linearLike = (network: LayersModel): LayersModel => {
  const copy = linear({ l1: 0, l2: 0 });
  copy.setWeights(network.getWeights());
  return copy;
};
