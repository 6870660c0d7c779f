import type { TensorInfo } from '@tensorflow/tfjs-core';
import { address, cut, type Simd } from '../simd/load.ts';
import { type Call, product, type Run, replaceKernel } from './kernel.ts';

/**
 * The element by element ops of a network's hidden layers, on large tensors, where there are threads: memory is read
 * faster by two. All else is left to the shipped kernels, which are as fast on one.
 */
export const registerElementwise = (simd: Simd): void => {
  if (simd.threads === 1) return;
  replaceKernel<{ readonly x: TensorInfo }, object>('Relu', unary('relu', simd));
  replaceKernel<{ readonly x: TensorInfo }, { readonly alpha?: number }>('Step', unary('step', simd));
  replaceKernel<Pair, object>('Add', binary('add', simd));
  replaceKernel<Pair, object>('Multiply', binary('multiply', simd));
};

interface Pair {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}

/** What takes about as long as to wake a thread. */
const leastElements = 1 << 19;

const isLarge = ({ dtype, shape }: TensorInfo): boolean =>
  dtype === 'float32' && product(shape) >= leastElements && product(shape) % 4 === 0;

const unary =
  (routine: 'relu' | 'step', simd: Simd) =>
  (shipped: Run<{ readonly x: TensorInfo }, { readonly alpha?: number }> | undefined) =>
  (call: Call<{ readonly x: TensorInfo }, { readonly alpha?: number }>): TensorInfo => {
    if (!shipped) throw new Error(`the wasm backend has no ${routine}`);
    const { inputs: { x }, attrs, backend } = call; // biome-ignore format: one row
    if (!isLarge(x) || (attrs?.alpha ?? 0) !== 0) return shipped(call);
    const out = backend.makeOutput(x.shape, 'float32');
    const [from, to] = [address(backend, x), address(backend, out)];
    const shares = cut(4 * product(x.shape), { ...simd, unit: 16 }).map((share) => [
      ...[from + share.from, 0, to + share.from, 1, share.end - share.from],
    ]);
    simd.run(routine, shares);
    return out;
  };

const binary =
  (routine: 'add' | 'multiply', simd: Simd) =>
  (shipped: Run<Pair, object> | undefined) =>
  (call: Call<Pair, object>): TensorInfo => {
    if (!shipped) throw new Error(`the wasm backend has no ${routine}`);
    const { inputs: { a, b }, backend } = call; // biome-ignore format: one row
    if (!isLarge(a) || b.dtype !== 'float32' || !repeats(a, b)) return shipped(call);
    const out = backend.makeOutput(a.shape, 'float32');
    const [aAt, bAt, outAt] = [a, b, out].map((tensor) => address(backend, tensor)) as [number, number, number];
    const rowBytes = 4 * product(b.shape);
    const rows = product(a.shape) / product(b.shape);
    const shares =
      rows === 1
        ? cut(rowBytes, { ...simd, unit: 16 }).map(({ from, end }) => [
            ...[aAt + from, bAt + from, outAt + from, 1, end - from],
          ])
        : cut(rows, simd).map(({ from, end }) => [
            ...[aAt + from * rowBytes, bAt, outAt + from * rowBytes, end - from, rowBytes],
          ]);
    simd.run(routine, shares);
    return out;
  };

/** Whether b is as a, or as the end of its shape, and whole vectors. */
const repeats = ({ shape: a }: TensorInfo, { shape: b }: TensorInfo): boolean =>
  b.length <= a.length && b.every((size, at) => size === a[a.length - b.length + at]) && product(b) % 4 === 0;
