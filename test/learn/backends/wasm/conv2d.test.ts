import type * as tf from '@tensorflow/tfjs-core';
import { backend_util } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { difference, kernel, normal } from '../on-backend.ts';

type Shape = [number, number, number, number];

interface Case {
  /** [batch, height, width, channels] */
  readonly input: Shape;
  /** [height, width, in, out] */
  readonly filter: Shape;
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
}

const cases: readonly Case[] = [
  { input: [2, 28, 28, 1], filter: [3, 3, 1, 16], strides: 1, pad: 'valid' },
  { input: [3, 13, 13, 16], filter: [3, 3, 16, 32], strides: 1, pad: 'valid' },
  { input: [2, 14, 14, 8], filter: [5, 5, 8, 8], strides: 1, pad: 'same' },
  { input: [1, 7, 9, 3], filter: [3, 2, 3, 5], strides: 1, pad: 'same' },
  { input: [2, 9, 7, 2], filter: [2, 4, 2, 12], strides: 1, pad: 'valid' },
  { input: [2, 11, 11, 4], filter: [3, 3, 4, 8], strides: 2, pad: 'valid' },
  { input: [2, 10, 11, 3], filter: [3, 3, 3, 7], strides: [2, 1], pad: 'same' },
  { input: [2, 12, 10, 5], filter: [3, 3, 5, 16], strides: [1, 3], pad: 'valid' },
  { input: [1, 8, 8, 6], filter: [4, 4, 6, 9], strides: 1, pad: 2 },
  { input: [5, 6, 6, 7], filter: [1, 1, 7, 3], strides: 1, pad: 'valid' },
  { input: [2, 5, 5, 3], filter: [1, 1, 3, 8], strides: 2, pad: 'same' },
  { input: [1, 3, 3, 1], filter: [3, 3, 1, 1], strides: 1, pad: 'valid' },
];

const outShape = ({ input, filter, strides, pad }: Case): Shape =>
  backend_util.computeConv2DInfo(input, filter, strides, 1, pad, 'floor', false, 'channelsLast').outShape as Shape;

const attrsOf = ({ strides, pad }: Case) => ({ strides, pad, dataFormat: 'NHWC', dimRoundingMode: 'floor' });

describe.each(cases)('convolution of $input by $filter, strides $strides, pad $pad', (example) => {
  test('its gradient by the filter is that of plain JavaScript, to 1e-5', async () => {
    const compute = (): tf.Tensor => {
      const inputs = { x: normal(example.input, 1), dy: normal(outShape(example), 2) };
      return kernel('Conv2DBackpropFilter', inputs, { ...attrsOf(example), filterShape: example.filter });
    };
    expect(await difference(compute)).toBeLessThan(1e-5);
  });

  test('its gradient by the input is that of plain JavaScript, to 1e-5', async () => {
    const compute = (): tf.Tensor => {
      const inputs = { dy: normal(outShape(example), 3), filter: normal(example.filter, 4) };
      return kernel('Conv2DBackpropInput', inputs, { ...attrsOf(example), inputShape: example.input });
    };
    expect(await difference(compute)).toBeLessThan(1e-5);
  });
});
