import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { address, cut, type Simd } from '../simd/load.ts';
import { infoOf, type Shape } from './conv2d.ts';
import { framed } from './framed.ts';
import { type Call, dispose, floats, narrowed, replaceKernel, type WindowAttrs, widened } from './kernel.ts';

/** Conv2DBackpropFilter, the gradient of a convolution by its filter, which the wasm backend lacks. */
export const registerConv2DBackpropFilter = (simd: Simd): void =>
  replaceKernel<Inputs, Attrs>('Conv2DBackpropFilter', () => (call) => gradient(call, simd));

interface Inputs {
  /** [batch, height, width, in channels] */
  readonly x: TensorInfo;
  /** [batch, out height, out width, out channels] */
  readonly dy: TensorInfo;
}

interface Attrs extends WindowAttrs {
  /** [height, width, in channels, out channels] */
  readonly filterShape: [number, number, number, number];
}

const gradient = ({ inputs, attrs, backend }: Call<Inputs, Attrs>, simd: Simd): TensorInfo => {
  const { filterShape } = attrs;
  const info = infoOf(inputs.x.shape as Shape, filterShape, attrs);
  const x = framed({ backend, simd }, inputs.x, info.padInfo);
  const dy = widened(backend, inputs.dy, 8);
  const offsets = offsetsOf(backend, x, filterShape);
  const dw = backend.makeOutput([offsets.shape[0]!, dy.shape[3]!], 'float32');
  floats(backend, dw).fill(0);
  const xRow = 4 * x.shape[2]! * info.inChannels;
  const [rows, channelBytes] = [dw.shape[0]!, 4 * dw.shape[1]!];
  const [xAt, dyAt, dwAt, offsetsAt] = [x, dy, dw, offsets].map((tensor) => address(backend, tensor)) as Shape;
  const rest = [channelBytes, info.batchSize, info.outHeight, info.outWidth * channelBytes];
  const steps = [4 * info.inChannels * info.strideWidth, xRow * info.strideHeight, xRow * x.shape[1]!];
  // Few rows are cut unevenly: then channels are cut.
  const shares =
    rows > 32
      ? cut(rows, { threads: simd.threads, unit: 4, each: 2 }).map(({ from, end }) => [
          ...[xAt, dyAt, dwAt + from * channelBytes, offsetsAt + 4 * from, end - from, channelBytes, ...rest, ...steps],
        ])
      : cut(channelBytes, { threads: simd.threads, unit: 32, each: 2 }).map(({ from, end }) => [
          ...[xAt, dyAt + from, dwAt + from, offsetsAt, rows, end - from, ...rest, ...steps],
        ]);
  simd.run('filterGradient', shares);
  dispose(backend, [x, dy, offsets]);
  return narrowed(backend, dw, filterShape);
};

/** Bytes from the first input that a filter meets to that of each of its rows; the last is repeated up to a four. */
const offsetsOf = (backend: BackendWasm, x: TensorInfo, [height, width, channels]: Shape): TensorInfo => {
  const rows = height * width * channels;
  const offsets = backend.makeOutput([4 * Math.ceil(rows / 4)], 'int32');
  const values = backend.typedArrayFromHeap(offsets);
  for (let at = 0; at < values.length; at += 1) {
    const row = Math.min(at, rows - 1);
    const line = Math.floor(row / (width * channels));
    values[at] = 4 * (line * x.shape[2]! * channels + (row - line * width * channels));
  }
  return offsets;
};
