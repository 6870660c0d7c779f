import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { address, cut, type Simd } from '../simd/load.ts';
import { type Call, dispose, narrowed, replaceKernel, type WindowAttrs, widened } from './kernel.ts';

/**
 * MaxPool, which the shipped kernel computes on one thread; and MaxPoolGrad: each element of dy goes to the first maximum
 * of its window, as in the plain JavaScript backend. There the shipped kernel decides otherwise where a window has equal
 * maxima, and is about 20 times slower.
 */
export const registerMaxPool = (simd: Simd): void => {
  replaceKernel<Inputs, Attrs>('MaxPool', (shipped) => (call) => {
    if (!shipped) throw new Error('the wasm backend has no MaxPool');
    return call.inputs.x.dtype === 'float32' ? pool(call, simd) : shipped(call);
  });
  replaceKernel<GradientInputs, Attrs>('MaxPoolGrad', () => (call) => gradient(call, simd));
};

interface Inputs {
  /** [batch, height, width, channels] */
  readonly x: TensorInfo;
}

interface GradientInputs {
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

const pool = ({ inputs: { x: input }, attrs, backend }: Call<Inputs, Attrs>, simd: Simd): TensorInfo => {
  const info = infoOf(input, attrs);
  const x = widened(backend, input, 4);
  const channels = x.shape[3]!;
  const y = backend.makeOutput([...info.outShape.slice(0, 3), channels], 'float32');
  const [xAt, yAt] = [address(backend, x), address(backend, y)];
  const { inBytes, outBytes, rest } = layoutOf(info, channels);
  const shares = cut(info.batchSize, simd).map(({ from, end }) => [
    ...[xAt + from * inBytes, yAt + from * outBytes, end - from, ...rest],
  ]);
  simd.run('maxPool', shares);
  dispose(backend, [x]);
  return narrowed(backend, y, info.outShape);
};

const gradient = ({ inputs, attrs, backend }: Call<GradientInputs, Attrs>, simd: Simd): TensorInfo => {
  const info = infoOf(inputs.input, attrs);
  const wide = [inputs.input, inputs.output, inputs.dy].map((tensor) => widened(backend, tensor, 4));
  const dx = backend.makeOutput(wide[0]!.shape, 'float32');
  const { inBytes, outBytes, rest } = layoutOf(info, dx.shape[3]!);
  const [inputAt = 0, outputAt = 0, dyAt = 0, dxAt = 0] = [...wide, dx].map((tensor) => address(backend, tensor));
  const shares = cut(info.batchSize, simd).map(({ from, end }) => [
    ...[inputAt + from * inBytes, outputAt + from * outBytes, dyAt + from * outBytes, dxAt + from * inBytes],
    ...[end - from, ...rest],
  ]);
  simd.run('maxPoolGradient', shares);
  dispose(backend, wide);
  return narrowed(backend, dx, inputs.input.shape);
};

type Info = backend_util.Conv2DInfo;

const infoOf = ({ shape }: TensorInfo, { filterSize, strides, pad, dimRoundingMode }: Attrs): Info =>
  backend_util.computePool2DInfo(shape as Shape, filterSize, strides, 1, pad as 'valid', dimRoundingMode);

type Shape = [number, number, number, number];

/** Bytes of an image, and what the routines take behind their number. */
const layoutOf = (info: Info, channels: number) => {
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } =
    info;
  const channelBytes = 4 * channels;
  return {
    inBytes: inHeight * inWidth * channelBytes,
    outBytes: outHeight * outWidth * channelBytes,
    rest: [
      ...[inHeight, inWidth, outHeight, outWidth, channelBytes],
      ...[filterHeight, filterWidth, strideHeight, strideWidth, padInfo.top, padInfo.left],
    ],
  };
};
