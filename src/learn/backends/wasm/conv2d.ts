import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Simd } from '../simd/load.ts';
import { framed, type Margins } from './framed.ts';
import { type Call, dispose, replaceKernel, type WindowAttrs } from './kernel.ts';
import { type Matrix, windowProduct } from './window-product.ts';

/**
 * Conv2D without dilation: the shipped kernel computes on one thread. What is dilated is left to it.
 */
export const registerConv2D = (simd: Simd): void =>
  replaceKernel<Inputs, Attrs>('Conv2D', (shipped) => (call) => {
    if (!shipped) throw new Error('the wasm backend has no Conv2D');
    return isOurs(call) ? convolve(call, simd) : shipped(call);
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

export type Shape = [number, number, number, number];

const isOurs = ({ inputs, attrs: { dataFormat, dilations } }: Call<Inputs, Attrs>): boolean =>
  inputs.x.dtype === 'float32' && dataFormat === 'NHWC' && [dilations].flat().every((size) => size === 1);

const convolve = ({ inputs, attrs, backend }: Call<Inputs, Attrs>, simd: Simd): TensorInfo => {
  const info = infoOf(inputs.x.shape as Shape, inputs.filter.shape as Shape, attrs);
  const columns = info.outChannels;
  const rows = Int32Array.from(
    { length: info.filterHeight * info.filterWidth * info.inChannels },
    (_, at) => at * columns,
  );
  const image = { x: inputs.x, margins: info.padInfo };
  return slide({ backend, simd }, image, info, { w: inputs.filter, columns, rows, step: 1 });
};

/** What TensorFlow.js computes of the shapes that a convolution without dilation meets. */
export const infoOf = (input: Shape, filter: Shape, { strides, pad, dimRoundingMode }: WindowAttrs): Conv2DInfo =>
  backend_util.computeConv2DInfo(input, filter, strides, 1, pad as 'valid', dimRoundingMode, false, 'channelsLast');

/** The products of a matrix [height · width · channels, columns] with each window of an image with margins. */
export const slide = (
  where: { readonly backend: BackendWasm; readonly simd: Simd },
  image: { readonly x: TensorInfo; readonly margins: Margins },
  sizes: Sizes,
  matrix: Matrix,
): TensorInfo => {
  const { filterHeight, filterWidth, strideHeight, strideWidth, outHeight, outWidth } = sizes;
  const x = framed(where, image.x, image.margins);
  const [images, height, width, channels] = x.shape as Shape;
  const places = Int32Array.from({ length: outHeight * outWidth }, (_, at) => {
    const [line, place] = [Math.floor(at / outWidth), at % outWidth];
    return (line * strideHeight * width + place * strideWidth) * channels;
  });
  const xLine = width * channels;
  const window = { lines: filterHeight, length: filterWidth * channels, xLine, xStep: 1 };
  const windows = { x, images, xImage: height * xLine, places, ...window };
  const result = windowProduct(where, windows, matrix, [images, outHeight, outWidth, matrix.columns]);
  dispose(where.backend, [x]);
  return result;
};

type Conv2DInfo = backend_util.Conv2DInfo;
type Sizes = Pick<
  Conv2DInfo,
  'filterHeight' | 'filterWidth' | 'strideHeight' | 'strideWidth' | 'outHeight' | 'outWidth'
>;
