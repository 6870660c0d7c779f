import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import type { Simd } from '../simd/load.ts';
import { infoOf, type Shape, slide } from './conv2d.ts';
import type { Margins } from './framed.ts';
import { type Call, replaceKernel, type WindowAttrs } from './kernel.ts';

/**
 * Conv2DBackpropInput at stride 1, the gradient of a convolution by its input: itself a convolution of dy with the
 * filter turned by 180° and its channels swapped.
 * Other strides go to the shipped kernel, which is right and slow.
 */
export const registerConv2DBackpropInput = (simd: Simd): void =>
  replaceKernel<Inputs, Attrs>('Conv2DBackpropInput', (shipped) => (call) => {
    if (!shipped) throw new Error('the wasm backend has no Conv2DBackpropInput');
    const info = infoOf(call.attrs.inputShape, call.inputs.filter.shape as Shape, call.attrs);
    const margins = fullMargins(info);
    return margins === undefined ? shipped(call) : convolveTurned(call, { info, margins, simd });
  });

interface Inputs {
  /** [batch, out height, out width, out channels] */
  readonly dy: TensorInfo;
  /** [height, width, in channels, out channels] */
  readonly filter: TensorInfo;
}

interface Attrs extends WindowAttrs {
  /** [batch, height, width, in channels] */
  readonly inputShape: Shape;
}

type Info = backend_util.Conv2DInfo;

/** What to pad dy with so that its convolution has the input's shape; undefined where that cannot be. */
const fullMargins = (info: Info): Margins | undefined => {
  if (info.strideHeight !== 1 || info.strideWidth !== 1) return undefined;
  const top = info.filterHeight - 1 - info.padInfo.top;
  const left = info.filterWidth - 1 - info.padInfo.left;
  const bottom = info.inHeight + info.filterHeight - 1 - info.outHeight - top;
  const right = info.inWidth + info.filterWidth - 1 - info.outWidth - left;
  if (Math.min(top, left, bottom, right) < 0) return undefined;
  return { top, bottom, left, right };
};

interface Turned {
  readonly info: Info;
  readonly margins: Margins;
  readonly simd: Simd;
}

const convolveTurned = ({ inputs, backend }: Call<Inputs, Attrs>, { info, margins, simd }: Turned): TensorInfo => {
  const { inChannels, outChannels, filterHeight, filterWidth, inHeight: outHeight, inWidth: outWidth } = info;
  const taps = filterHeight * filterWidth;
  // The last tap's first: [height, width, out channels] rows of in channels.
  const rows = Int32Array.from({ length: taps * outChannels }, (_, at) => {
    const [tap, channel] = [Math.floor(at / outChannels), at % outChannels];
    return (taps - 1 - tap) * inChannels * outChannels + channel;
  });
  const sizes = { filterHeight, filterWidth, strideHeight: 1, strideWidth: 1, outHeight, outWidth };
  const matrix = { w: inputs.filter, columns: inChannels, rows, step: outChannels };
  return slide({ backend, simd }, { x: inputs.dy, margins }, sizes, matrix);
};
