import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Simd } from '../simd/load.ts';
import { type Call, dispose, padded, replaceKernel, type WindowAttrs } from './kernel.ts';
import { windowProduct } from './window-product.ts';

/**
 * Conv2D without dilation: the shipped kernel computes on one thread. What is dilated is left to it.
 */
export const registerConv2D = (simd: Simd): void =>
  replaceKernel<Inputs, Attrs>('Conv2D', (shipped) => (call) => {
    if (!shipped) throw new Error('the wasm backend has no Conv2D');
    return isOurs(call.attrs) ? convolve(call, simd) : shipped(call);
  });

interface Inputs {
  /** [batch, height, width, in channels] */
  readonly x: TensorInfo;
  /** [height, width, in channels, out channels] */
  readonly filter: TensorInfo;
}

interface Attrs extends WindowAttrs {
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dilations: number | [number, number];
}

type Shape = [number, number, number, number];

const isOurs = ({ dataFormat, dilations }: Attrs): boolean =>
  dataFormat === 'NHWC' && [dilations].flat().every((size) => size === 1);

const convolve = ({ inputs, attrs, backend }: Call<Inputs, Attrs>, simd: Simd): TensorInfo => {
  const filterShape = inputs.filter.shape as Shape;
  const info = backend_util.computeConv2DInfo(
    inputs.x.shape as Shape,
    filterShape,
    attrs.strides,
    1,
    attrs.pad as 'valid',
    attrs.dimRoundingMode,
    false,
    'channelsLast',
  );
  const { top, bottom, left, right } = info.padInfo;
  const x = padded(backend, inputs.x, [[0, 0], [top, bottom], [left, right], [0, 0]]); // biome-ignore format: one row
  const [, height, width, channels] = x.shape as Shape;
  const places = Int32Array.from({ length: info.outHeight * info.outWidth }, (_, at) => {
    const [line, place] = [Math.floor(at / info.outWidth), at % info.outWidth];
    return (line * info.strideHeight * width + place * info.strideWidth) * channels;
  });
  const xLine = width * channels;
  const window = { lines: info.filterHeight, length: info.filterWidth * channels, xLine, xStep: 1 };
  const windows = { x, images: info.batchSize, xImage: height * xLine, places, ...window };
  const matrix = { w: inputs.filter, columns: info.outChannels, layout: 'plain' } as const;
  const result = windowProduct({ backend, simd }, windows, matrix, info.outShape);
  dispose(backend, [x]);
  return result;
};
