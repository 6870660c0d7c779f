import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Simd } from '../simd/load.ts';
import { type Call, product, replaceKernel } from './kernel.ts';
import { windowProduct } from './window-product.ts';

/**
 * BatchMatMul of two matrices, transposed or not: the shipped kernel is about 10 times slower where one is, and
 * computes on one thread. Several products at a time are left to it.
 */
export const registerBatchMatMul = (simd: Simd): void =>
  replaceKernel<Inputs, Attrs>('BatchMatMul', (shipped) => (call) => {
    if (!shipped) throw new Error('the wasm backend has no BatchMatMul');
    return isOurs(call) ? multiply(call, simd) : shipped(call);
  });

interface Inputs {
  /** [..., m, k], or [..., k, m] where `transposeA`. */
  readonly a: TensorInfo;
  /** [..., k, n], or [..., n, k] where `transposeB`. */
  readonly b: TensorInfo;
}

interface Attrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** What does not fit together is left to the shipped kernel, too: it says so. */
const isOurs = ({ inputs: { a, b }, attrs }: Call<Inputs, Attrs>): boolean =>
  a.dtype === 'float32' &&
  isSingle(a) &&
  isSingle(b) &&
  a.shape.at(attrs.transposeA ? -2 : -1) === b.shape.at(attrs.transposeB ? -1 : -2);

const isSingle = ({ shape }: TensorInfo): boolean => product(shape.slice(0, -2)) === 1;

/** Each row of the first factor is a window of one line. */
const multiply = ({ inputs: { a, b }, attrs, backend }: Call<Inputs, Attrs>, simd: Simd): TensorInfo => {
  const [outer, inner] = a.shape.slice(-2) as [number, number];
  const [rows, length] = attrs.transposeA ? [inner, outer] : [outer, inner];
  const [xRow, xStep] = attrs.transposeA ? [1, inner] : [inner, 1];
  const columns = b.shape.at(attrs.transposeB ? -2 : -1)!;
  const places = Int32Array.from({ length: rows }, (_, row) => row * xRow);
  const windows = { x: a, images: 1, xImage: 0, places, lines: 1, length, xLine: 0, xStep };
  const [bRow, step] = attrs.transposeB ? [1, length] : [columns, 1];
  const matrix = { w: b, columns, rows: Int32Array.from({ length }, (_, row) => row * bRow), step };
  const leading = a.shape.length > b.shape.length ? a.shape.slice(0, -2) : b.shape.slice(0, -2);
  return windowProduct({ backend, simd }, windows, matrix, [...leading, rows, columns]);
};
