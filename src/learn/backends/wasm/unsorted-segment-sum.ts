import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Call, floats, product, replaceKernel } from './kernel.ts';

/**
 * UnsortedSegmentSum, which the package lacks: the gradient of an embedding. Row i of x is added to row ids[i] of the sum, in
 * the order of i, so that equal inputs give equal bits; a negative id counts for nothing.
 */
export const registerUnsortedSegmentSum = (): void => replaceKernel<Inputs, Attrs>('UnsortedSegmentSum', () => sum);

interface Inputs {
  /** [n, …] */
  readonly x: TensorInfo;
  /** [n], int32 */
  readonly segmentIds: TensorInfo;
}

interface Attrs {
  /** Rows of the sum. */
  readonly numSegments: number;
}

const sum = ({ inputs: { x, segmentIds }, attrs, backend }: Call<Inputs, Attrs>): TensorInfo => {
  const [rows, ...rest] = x.shape as [number, ...number[]];
  const width = product(rest);
  const result = backend.makeOutput([attrs.numSegments, ...rest], 'float32');
  const [from, to] = [floats(backend, x), floats(backend, result)];
  const ids = backend.typedArrayFromHeap(segmentIds) as Int32Array;
  to.fill(0);
  for (let row = 0; row < rows; row += 1) {
    const into = ids[row]! * width;
    if (into < 0) continue;
    for (let at = 0; at < width; at += 1) to[into + at]! += from[row * width + at]!;
  }
  return result;
};
