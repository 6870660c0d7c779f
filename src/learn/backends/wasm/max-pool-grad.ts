import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { address, cut, type Simd } from '../simd/load.ts';
import { type Call, dispose, narrowed, replaceKernel, type WindowAttrs, widened } from './kernel.ts';

/**
 * MaxPoolGrad: each element of dy goes to the first maximum of its window, as in the plain JavaScript backend.
 * The shipped kernel decides otherwise where a window has equal maxima, and is about 20 times slower.
 */
export const registerMaxPoolGrad = (simd: Simd): void =>
  replaceKernel<Inputs, Attrs>('MaxPoolGrad', () => (call) => gradient(call, simd));

interface Inputs {
  /** [batch, out height, out width, channels] */
  readonly dy: TensorInfo;
  /** [batch, height, width, channels] */
  readonly input: TensorInfo;
  /** The greatest of each window, shaped as dy. */
  readonly output: TensorInfo;
}

interface Attrs extends WindowAttrs {
  readonly filterSize: number | [number, number];
}

const gradient = (call: Call<Inputs, Attrs>, simd: Simd): TensorInfo => {
  const { inputs: { dy, input, output }, attrs, backend } = call; // biome-ignore format: one row
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const shape = input.shape as [number, number, number, number];
  const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad as 'valid', dimRoundingMode);
  const wide = [input, output, dy].map((tensor) => widened(backend, tensor, 4));
  const dx = backend.makeOutput(wide[0]!.shape, 'float32');
  const channelBytes = 4 * dx.shape[3]!;
  const [inBytes, outBytes] = [
    info.inHeight * info.inWidth * channelBytes,
    info.outHeight * info.outWidth * channelBytes,
  ];
  const [inputAt, outputAt, dyAt, dxAt] = [...wide, dx].map((tensor) => address(backend, tensor)) as [
    number,
    number,
    number,
    number,
  ];
  const shares = cut(info.batchSize, simd).map(({ from, end }) => [
    ...[inputAt + from * inBytes, outputAt + from * outBytes, dyAt + from * outBytes, dxAt + from * inBytes],
    ...[end - from, info.inHeight, info.inWidth, info.outHeight, info.outWidth, channelBytes],
    ...[info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth, info.padInfo.top, info.padInfo.left],
  ]);
  simd.run('maxPoolGradient', shares);
  dispose(backend, wide);
  return narrowed(backend, dx, input.shape);
};
