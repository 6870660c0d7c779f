import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { type Call, dispose, replaceKernel, runKernel, type WindowAttrs } from './kernel.ts';

/**
 * Conv2DBackpropInput at stride 1, the gradient of a convolution by its input: itself a convolution of dy with the
 * filter turned by 180° and its channels swapped, which XNNPACK does fast.
 * Other strides go to the shipped kernel, which is right and slow.
 */
export const registerConv2DBackpropInput = (): void =>
  replaceKernel<Inputs, Attrs>('Conv2DBackpropInput', (shipped) => (call) => {
    if (!shipped) throw new Error('the wasm backend has no Conv2DBackpropInput');
    const margins = fullMargins(call);
    return margins === undefined ? shipped(call) : convolveTurned(call, margins);
  });

interface Inputs {
  /** [batch, out height, out width, out channels] */
  readonly dy: TensorInfo;
  /** [height, width, in channels, out channels] */
  readonly filter: TensorInfo;
}

interface Attrs extends WindowAttrs {
  /** [batch, height, width, in channels] */
  readonly inputShape: [number, number, number, number];
}

type Margins = [[0, 0], [number, number], [number, number], [0, 0]];

/** What to pad dy with so that its convolution has the input's shape; undefined where that cannot be. */
const fullMargins = ({ inputs, attrs }: Call<Inputs, Attrs>): Margins | undefined => {
  const info = backend_util.computeConv2DInfo(
    attrs.inputShape,
    inputs.filter.shape as [number, number, number, number],
    attrs.strides,
    1,
    attrs.pad as 'valid',
    attrs.dimRoundingMode,
    false,
    'channelsLast',
  );
  if (info.strideHeight !== 1 || info.strideWidth !== 1) return undefined;
  const top = info.filterHeight - 1 - info.padInfo.top;
  const left = info.filterWidth - 1 - info.padInfo.left;
  const bottom = info.inHeight + info.filterHeight - 1 - info.outHeight - top;
  const right = info.inWidth + info.filterWidth - 1 - info.outWidth - left;
  if (Math.min(top, left, bottom, right) < 0) return undefined;
  return [[0, 0], [top, bottom], [left, right], [0, 0]]; // biome-ignore format: one row
};

const convolveTurned = ({ inputs: { dy, filter }, backend }: Call<Inputs, Attrs>, pad: Margins): TensorInfo => {
  const turned = runKernel('Reverse', backend, { x: filter }, { dims: [0, 1] });
  const swapped = runKernel('Transpose', backend, { x: turned }, { perm: [0, 1, 3, 2] });
  const attrs = { strides: [1, 1], pad, dataFormat: 'NHWC', dilations: [1, 1] };
  const result = runKernel('Conv2D', backend, { x: dy, filter: swapped }, attrs);
  dispose(backend, [turned, swapped]);
  return result;
};
