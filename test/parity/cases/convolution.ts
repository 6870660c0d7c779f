import * as tf from '@tensorflow/tfjs-core';
import { kernel, normal } from '../../learn/backends/on-backend.ts';
import { type ParityCase, summed } from '../case.ts';

type Shape = [number, number, number, number];

interface Convolution {
  /** [batch, height, width, channels] */
  readonly input: Shape;
  /** [height, width, in, out] */
  readonly filter: Shape;
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
}

const convolutions: readonly Convolution[] = [
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
  // On TensorFlow's own kernel the process dies: see backends/tensorflow/strided-points.ts.
  { input: [16, 10, 10, 4], filter: [1, 1, 4, 8], strides: 2, pad: 'same' },
  { input: [1, 3, 3, 1], filter: [3, 3, 1, 1], strides: 1, pad: 'valid' },
  { input: [1, 4, 4, 1], filter: [3, 3, 1, 1], strides: 1, pad: 'valid' },
  { input: [3, 5, 5, 1], filter: [3, 3, 1, 1], strides: 1, pad: 'same' },
  { input: [8, 20, 20, 16], filter: [3, 3, 16, 16], strides: 1, pad: 'same' },
];

const outShape = ({ input, filter, strides, pad }: Convolution): Shape =>
  tf.backend_util.computeConv2DInfo(input, filter, strides, 1, pad, 'floor', false, 'channelsLast').outShape as Shape;

const attrsOf = ({ strides, pad }: Convolution) => ({
  ...{ strides, pad, dataFormat: 'NHWC', dimRoundingMode: typeof pad === 'number' ? 'floor' : undefined },
  dilations: 1,
});

const name = ({ input, filter, strides, pad }: Convolution): string =>
  `[${input}] by [${filter}], strides ${strides}, pad ${pad}`;

const casesOf = (one: Convolution): readonly ParityCase[] => {
  const explicit = typeof one.pad === 'number';
  const shared = {
    ...{ what: name(one), tolerance: summed },
    ...(explicit && { refused: { tensorflow: 'TF Backend supports only' } }),
  };
  return [
    {
      ...{ kernel: 'Conv2D', ...shared },
      compute: () => kernel('Conv2D', { x: normal(one.input, 1), filter: normal(one.filter, 2) }, attrsOf(one)),
    },
    {
      ...{ kernel: 'Conv2DBackpropFilter', ...shared },
      compute: () => {
        const inputs = { x: normal(one.input, 1), dy: normal(outShape(one), 2) };
        return kernel('Conv2DBackpropFilter', inputs, { ...attrsOf(one), filterShape: one.filter });
      },
    },
    {
      ...{ kernel: 'Conv2DBackpropInput', ...shared },
      compute: () => {
        const inputs = { dy: normal(outShape(one), 3), filter: normal(one.filter, 4) };
        return kernel('Conv2DBackpropInput', inputs, { ...attrsOf(one), inputShape: one.input });
      },
    },
  ];
};

const fused = (pad: 'valid' | 'same'): ParityCase => ({
  ...{ kernel: 'FusedConv2D', what: `with bias and ReLU, pad ${pad}`, tolerance: summed },
  compute: () =>
    tf.fused.conv2d({
      ...{ x: normal([2, 9, 8, 3], 1) as tf.Tensor4D, filter: normal([3, 3, 3, 8], 2) as tf.Tensor4D },
      ...{ bias: normal([8], 3), strides: 1, pad, activation: 'relu' },
    }),
});

export const convolution: readonly ParityCase[] = [
  ...convolutions.flatMap(casesOf),
  fused('valid'),
  fused('same'),
  {
    ...{ kernel: 'Conv2D', what: 'dilated', tolerance: summed },
    compute: () =>
      tf.conv2d(normal([2, 9, 8, 3], 1) as tf.Tensor4D, normal([3, 3, 3, 8], 2) as tf.Tensor4D, 1, 'same', 'NHWC', 2),
  },
];
