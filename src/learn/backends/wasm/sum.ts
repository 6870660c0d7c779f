import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { address, cut, type Simd } from '../simd/load.ts';
import { type Call, floats, product, replaceKernel } from './kernel.ts';

/**
 * Sum over the leading axes, as a bias's gradient takes it, where the rest is a multiple of four elements.
 * The shipped kernel transposes the whole tensor first. All other sums are left to it.
 */
export const registerSum = (simd: Simd): void =>
  replaceKernel<Inputs, Attrs>('Sum', (shipped) => (call) => {
    if (!shipped) throw new Error('the wasm backend has no Sum');
    return isOurs(call) ? sumRows(call, simd) : shipped(call);
  });

interface Inputs {
  readonly x: TensorInfo;
}

interface Attrs {
  readonly axis: number | number[];
  readonly keepDims: boolean;
}

const isOurs = ({ inputs: { x }, attrs }: Call<Inputs, Attrs>): boolean => {
  const axes = axesOf(x, attrs);
  const columns = product(x.shape.slice(axes.length));
  return x.dtype === 'float32' && columns % 4 === 0 && axes.every((axis, at) => axis === at);
};

const axesOf = ({ shape }: TensorInfo, { axis }: Attrs): number[] =>
  util.parseAxisParam(axis, shape).sort((a, b) => a - b);

/** Rows whose sum is taken before it is added to the whole. */
const block = 256;

/** As many are summed in about the time that it takes to wake a thread. */
const leastBytes = 1 << 20;

const sumRows = ({ inputs: { x }, attrs, backend }: Call<Inputs, Attrs>, simd: Simd): TensorInfo => {
  const axes = axesOf(x, attrs).length;
  const rest = x.shape.slice(axes);
  const [rows, columnBytes] = [product(x.shape.slice(0, axes)), 4 * product(rest)];
  const ones = x.shape.slice(0, axes).fill(1);
  const result = backend.makeOutput(attrs.keepDims ? [...ones, ...rest] : rest, 'float32');
  floats(backend, result).fill(0);
  const [from, to] = [address(backend, x), address(backend, result)];
  const threads = rows * columnBytes < leastBytes ? 1 : simd.threads;
  const shares = cut(columnBytes, { threads, unit: 64 }).map((share) => [
    ...[from + share.from, to + share.from, rows, columnBytes, share.end - share.from, block],
  ]);
  simd.run('columnSums', shares);
  return result;
};
