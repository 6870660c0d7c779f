import type { Examples } from '../../src/learn/data/examples.ts';
import type { ModelParams } from '../../src/learn/models/presets.ts';
import { stream } from '../../src/learn/random.ts';
import { makeOptimizer, nothingAround } from '../../src/learn/training/optimizers/make.ts';

/** The networks that the bench trains. */
export const models: Readonly<Record<string, ModelParams>> = {
  cnn: cnn('none'),
  'cnn-norm': cnn('batch'),
  mlp: { preset: 'mlp', units: [512, 512], dropout: 0, norm: 'none', l1: 0, l2: 0 },
};

function cnn(norm: 'none' | 'batch'): ModelParams {
  const window = { kernel: 3, pool: 2, padding: 'valid' } as const;
  return { preset: 'cnn', filters: [32, 64], ...window, units: [128], dropout: 0, norm, l1: 0, l2: 0 };
}

/** Images of chance, 28×28, with chance for their classes. */
export const imagesOf = (rows: number): Examples => {
  const random = stream(1);
  return {
    ...{ ids: [], rows, featureShape: [28, 28, 1], featureNames: ['image'], targetName: 'digit', augment: null },
    features: Float32Array.from({ length: rows * 784 }, () => random.next()),
    target: Int32Array.from({ length: rows }, () => random.int(10)),
    classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
  };
};

/** Adam as Keras has it. */
export const adam = () =>
  makeOptimizer({
    name: 'adam',
    rate: 1e-3,
    beta_1: 0.9,
    beta_2: 0.999,
    epsilon: 1e-7,
    amsgrad: false,
    ...nothingAround,
  });
