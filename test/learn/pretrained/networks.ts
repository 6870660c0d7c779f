import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, type layers, layers as make, sequential } from '@tensorflow/tfjs-layers';
import { BatchNorm } from '../../../src/learn/models/batch-norm.ts';

export const filesFolder = join(import.meta.dirname, 'files');
export const fileOf = (name: string): string => join(filesFolder, name);

interface Told {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'golden.json'), 'utf8')) as Readonly<
  Record<string, Told>
> & { readonly kinds: Readonly<Record<string, readonly string[]>> };

const features = (shape: readonly number[]): layers.Layer =>
  make.inputLayer({ inputShape: [...shape], name: 'features' });

/** The networks that golden.py has in Keras and in PyTorch. */
export const networks = {
  cnn: (pool: [number, number] = [2, 2]): LayersModel =>
    sequential({
      layers: [
        features([6, 6, 2]),
        make.conv2d({ filters: 3, kernelSize: 3, activation: 'relu', name: 'conv_1' }),
        new BatchNorm({ name: 'norm_1' }),
        make.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2, name: 'depthwise' }),
        make.maxPooling2d({ poolSize: pool, name: 'pool_1' }),
        make.flatten({ name: 'flatten' }),
        make.dense({ units: 5, activation: 'relu', name: 'dense_1' }),
        make.dense({ units: 4, name: 'head' }),
      ],
    }),
  wide: (): LayersModel =>
    sequential({
      layers: [
        features([6, 6, 2]),
        make.conv2d({ filters: 3, kernelSize: 3, activation: 'relu', name: 'conv_1' }),
        make.flatten({ name: 'flatten' }),
        make.dropout({ rate: 0.5, name: 'dropout' }),
        make.dense({ units: 4, name: 'head' }),
      ],
    }),
  lstm: (): LayersModel =>
    sequential({
      layers: [
        features([5]),
        make.embedding({ inputDim: 12, outputDim: 4, name: 'embedding' }),
        make.lstm({ units: 3, recurrentActivation: 'sigmoid', recurrentInitializer: 'zeros', name: 'lstm_1' }),
        make.layerNormalization({ name: 'norm' }),
        make.dense({ units: 2, name: 'head' }),
      ],
    }),
};

/** The greatest difference of what a network says of golden inputs from what was recorded. */
export const distance = (network: LayersModel, inputs: string, outputs: string): number => {
  const [given, wanted] = [golden[inputs]!, golden[outputs]!];
  return tf.tidy(() => {
    const x = tf.tensor([...given.values], [...given.shape]);
    const found = network.apply(x, { training: false }) as tf.Tensor;
    const values = found.dataSync();
    if (values.length !== wanted.values.length) throw new Error(`${values.length} values, not ${wanted.values.length}`);
    return Math.max(...wanted.values.map((value, index) => Math.abs(value - values[index]!)));
  });
};
