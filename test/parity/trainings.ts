import type { Examples } from '../../src/learn/data/examples.ts';
import { stream } from '../../src/learn/random.ts';
import { makeOptimizer } from '../../src/learn/training/optimizers/make.ts';
import type { Training } from '../../src/learn/training/train.ts';
import { modelParams, optimizerParams, type SomeModel, type SomeOptimizer } from '../learn/training/defaults.ts';
import { bars, clouds, plane, series, texts } from '../learn/training/examples.ts';
import { planned } from '../learn/training/plan.ts';

export interface ParityTraining {
  readonly preset: string;
  readonly optimizer: string;
  readonly dropout: number;
  /** Once a backend has started. */
  readonly plan: () => Promise<Training>;
}

/**
 * Trainings of 40 rows in batches of 16, so that the last batch is a smaller one: together they take every path of the
 * presets, the tasks and the optimizers.
 */
export const small: Readonly<Record<string, ParityTraining>> = {
  cnn: training(bars(40, 1), { preset: 'cnn' }, { name: 'adam' }),
  'cnn, same padding': training(
    bars(40, 1),
    { preset: 'cnn', padding: 'same', filters: [5, 6] },
    { name: 'sgd', momentum: 0.9 },
  ),
  'cnn without pooling, with dropout': training(
    bars(40, 1),
    { preset: 'cnn', pool: 1, dropout: 0.3 },
    { name: 'sgd', momentum: 0.9, nesterov: true },
  ),
  mlp: training(clouds(40, 1), { preset: 'mlp' }, { name: 'sgd' }),
  'mlp with dropout': training(clouds(40, 1), { preset: 'mlp', dropout: 0.3 }, { name: 'sgd' }),
  'cnn without pooling': training(bars(40, 1), { preset: 'cnn', pool: 1 }, { name: 'sgd' }),
  'mlp of images': training(bars(40, 1), { preset: 'mlp' }, { name: 'adam' }),
  'mlp for a number': training(plane(40, 1), { preset: 'mlp' }, { name: 'adam' }),
  'mlp, normalized': training(clouds(40, 1), { preset: 'mlp', norm: 'layer', units: [8] }, { name: 'sgd' }),
  'mlp, normalized over the batch': training(
    clouds(40, 1),
    { preset: 'mlp', norm: 'batch', units: [8] },
    { name: 'sgd' },
  ),
  'cnn, normalized over the batch': training(bars(40, 1), { preset: 'cnn', norm: 'batch' }, { name: 'sgd' }),
  resnet: training(bars(40, 1), { preset: 'resnet', filters: [4, 8], blocks: 1 }, { name: 'sgd' }),
  'resnet of bottlenecks, normalized in groups': training(
    bars(40, 1),
    { preset: 'resnet', filters: [2, 4], blocks: 2, block: 'bottleneck', norm: 'group' },
    { name: 'sgd' },
  ),
  vgg: training(bars(40, 1), { preset: 'vgg', filters: [4, 8], units: [8] }, { name: 'sgd' }),
  lstm: training(texts(40, 1), { preset: 'lstm', units: [6], embedding: 4 }, { name: 'sgd' }),
  'lstm of series, both ways, normalized': training(
    series(40, 1),
    { preset: 'lstm', units: [4, 4], bidirectional: true, norm: 'layer', dense: [5] },
    { name: 'sgd' },
  ),
  gru: training(texts(40, 1), { preset: 'gru', units: [5, 6], embedding: 4 }, { name: 'sgd' }),
  'gru with dropout': training(
    texts(40, 1),
    { preset: 'gru', units: [5], embedding: 4, dropout: 0.2 },
    { name: 'sgd' },
  ),
  bert: training(
    texts(40, 1),
    {
      ...{ preset: 'bert', vocabulary: 12, width: 8, blocks: 1, heads: 2 },
      ...{ feed_forward: 12, positions: 8, dropout: 0 },
    },
    { name: 'sgd' },
  ),
  transformer: training(
    texts(40, 1),
    { preset: 'transformer', width: 8, heads: 2, feed_forward: 12, dropout: 0 },
    { name: 'sgd' },
  ),
  'transformer of series, sinusoidal, causal, normalized after': training(
    series(40, 1),
    {
      ...{ preset: 'transformer', width: 8, heads: 2, feed_forward: 12, blocks: 1, dropout: 0, dense: [5] },
      ...{ positions: 'sinusoidal', causal: true, norm: 'after' },
    },
    { name: 'sgd' },
  ),
  'transformer with dropout': training(
    texts(40, 1),
    { preset: 'transformer', width: 8, heads: 2, feed_forward: 12, blocks: 1, dropout: 0.2 },
    { name: 'sgd' },
  ),
  'mlp by nadam, its gradients clipped to a length': training(
    clouds(40, 1),
    { preset: 'mlp' },
    { name: 'nadam', clip: { norm: 0.1 } },
  ),
  'mlp by adamax': training(clouds(40, 1), { preset: 'mlp' }, { name: 'adamax' }),
  'mlp by adagrad': training(clouds(40, 1), { preset: 'mlp' }, { name: 'adagrad', rate: 0.01 }),
  'mlp by adadelta': training(clouds(40, 1), { preset: 'mlp' }, { name: 'adadelta', rate: 1 }),
  'mlp by rmsprop, centered': training(clouds(40, 1), { preset: 'mlp' }, { name: 'rmsprop', centered: true }),
  // Lion goes by signs: what rounds to the other side of 0 would go the other way, by twice the rate.
  'mlp by lion': training(clouds(40, 1), { preset: 'mlp' }, { name: 'lion', rate: 1e-4 }),
  'mlp by adamw, with all around it': training(
    clouds(40, 1),
    { preset: 'mlp' },
    {
      ...{ name: 'adamw', amsgrad: true, clip: { global_norm: 0.5 }, accumulate: 2 },
      ...{ lookahead: { k: 2, alpha: 0.5 }, ema: { decay: 0.9 } },
    },
  ),
  'mlp, components of its gradients clipped': training(
    clouds(40, 1),
    { preset: 'mlp' },
    { name: 'sgd', clip: { value: 0.01 } },
  ),
};

/** Large enough that wasm gives its threads something to do. */
export const large: Readonly<Record<string, ParityTraining>> = {
  'large cnn': training(digits(48), { preset: 'cnn', filters: [32, 64], units: [128] }, { name: 'adam' }, 32),
  'large cnn, same padding': training(
    digits(48),
    { preset: 'cnn', filters: [12, 20], padding: 'same', dropout: 0.2 },
    { name: 'adam' },
    32,
  ),
  'large mlp': training(digits(48), { preset: 'mlp', units: [512, 130] }, { name: 'adam' }, 32),
};

function training(examples: Examples, model: SomeModel, optimizer: SomeOptimizer, batchSize = 16): ParityTraining {
  const changes = { optimizer: makeOptimizer(optimizerParams(optimizer)), batchSize, epochs: 1 };
  const params = modelParams(model);
  const { preset, dropout } = params;
  return { preset, dropout, optimizer: optimizer.name, plan: () => planned(examples, params, changes) };
}

/** Images of 28×28 of noise, of ten classes: nothing to learn, but much to compute. */
function digits(rows: number): Examples {
  const random = stream(1);
  return {
    ...{ ids: Array.from({ length: rows }, (_, row) => `row-${row}`), rows, featureShape: [28, 28, 1] },
    ...{ featureNames: ['image'], features: Float32Array.from({ length: rows * 784 }, () => random.next()) },
    ...{ target: Int32Array.from({ length: rows }, () => random.int(10)), targetName: 'digit' },
    ...{ classes: [...'0123456789'], augment: null },
  };
}
