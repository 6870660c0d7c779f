import type * as tf from '@tensorflow/tfjs-core';
import { kernel, normal, whole } from '../../learn/backends/on-backend.ts';
import { exact, type ParityCase } from '../case.ts';

type Pair = [number, number];

const windows = [
  { shape: [2, 26, 26, 16], filterSize: 2, strides: 2, pad: 'valid' },
  { shape: [3, 11, 11, 8], filterSize: 2, strides: 2, pad: 'valid' },
  { shape: [2, 11, 9, 4], filterSize: 2, strides: 2, pad: 'same' },
  { shape: [2, 9, 9, 12], filterSize: 3, strides: 1, pad: 'same' },
  { shape: [1, 10, 7, 4], filterSize: [3, 2] as Pair, strides: [2, 1] as Pair, pad: 'valid' },
  { shape: [2, 8, 8, 20], filterSize: 3, strides: 2, pad: 1 },
  { shape: [2, 8, 8, 3], filterSize: 2, strides: 2, pad: 'valid' },
  { shape: [1, 4, 4, 4], filterSize: 4, strides: 4, pad: 'valid' },
  { shape: [1, 5, 5, 6], filterSize: 1, strides: 1, pad: 'valid' },
] as const;

export const pooling: readonly ParityCase[] = windows.flatMap(({ shape, filterSize, strides, pad }) => {
  const what = `[${shape}], window ${filterSize}, strides ${strides}, pad ${pad}`;
  const explicit = typeof pad === 'number';
  const attrs = { filterSize, strides, pad, dimRoundingMode: explicit ? 'floor' : undefined };
  const pooled = (input: tf.Tensor) => kernel('MaxPool', { x: input }, attrs);
  const gradient = (input: tf.Tensor): tf.Tensor => {
    const output = pooled(input);
    return kernel('MaxPoolGrad', { dy: whole(output.shape, 2), input, output }, attrs);
  };
  const refused = explicit && { refused: { tensorflow: 'TF Backend supports only' } };
  const rest = { kernel: 'MaxPoolGrad', tolerance: exact, ...refused };
  return [
    { ...rest, kernel: 'MaxPool', what, compute: () => pooled(whole(shape, 1)) },
    { ...rest, what, compute: () => gradient(normal(shape, 1)) },
    {
      ...{ ...rest, what: `${what}, of equal maxima the first`, compute: () => gradient(whole(shape, 1)) },
      ...(filterSize !== 1 && { differs: { webgpu: 'another one of them gets the gradient' } }),
    },
  ];
});
