import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { address, cut, type Simd } from '../simd/load.ts';
import { dispose, floats, narrowed } from './kernel.ts';

/** Windows of x, each multiplied by one matrix; distances are in elements. */
export interface Windows {
  readonly x: TensorInfo;
  readonly images: number;
  /** From an image to the next. */
  readonly xImage: number;
  /** Where each window of an image begins in it. */
  readonly places: Int32Array;
  /** Of a window: lines, their elements, and the distances between them. */
  readonly lines: number;
  readonly length: number;
  readonly xLine: number;
  readonly xStep: number;
}

/** A matrix [lines · length, columns]: where its elements stand in w. */
export interface Matrix {
  readonly w: TensorInfo;
  readonly columns: number;
  /** Where each row begins. */
  readonly rows: Int32Array;
  /** From a column to the next. */
  readonly step: number;
}

/** The products [images · places, columns] as a tensor of `shape`. */
export const windowProduct = (
  { backend, simd }: { readonly backend: BackendWasm; readonly simd: Simd },
  windows: Windows,
  matrix: Matrix,
  shape: number[],
): TensorInfo => {
  const { x, images, xImage, lines, length, xLine, xStep } = windows;
  const count = windows.places.length;
  const w = packed(backend, matrix);
  const places = placesOf(backend, windows.places);
  const [blocks, , width] = w.shape as [number, number, number];
  const channels = blocks * width;
  const out = backend.makeOutput([images * count, channels], 'float32');
  const [xAt, wAt, outAt, placesAt] = [x, w, out, places].map((tensor) => address(backend, tensor)) as Four;
  const threads = threadsFor(images * count * lines * length * channels, simd);
  const rest = [4 * channels, lines, length, 4 * xLine, 4 * xStep, 4 * xImage, 4 * channels * count];
  const shares =
    images > 1
      ? cut(images, { threads }).map(({ from, end }) => [
          ...[xAt + 4 * xImage * from, wAt, outAt + 4 * channels * count * from, placesAt, end - from, count],
          ...rest,
        ])
      : cut(count, { threads, unit: 4 }).map(({ from, end }) => [
          ...[xAt, wAt, outAt + 4 * channels * from, placesAt + 4 * from, 1, end - from, ...rest],
        ]);
  simd.run('windowProducts', shares);
  dispose(backend, [w, places]);
  return narrowed(backend, out, shape);
};

type Four = [number, number, number, number];

/** Another thread is worth waking for some tenths of a millisecond; a multiplication takes about 0.1 ns. */
export const threadsFor = (multiplications: number, { threads }: Simd): number => (multiplications < 4e6 ? 1 : threads);

/** Eight columns after the other [columns / 8, rows, 8], with zeros behind the last. */
const packed = (backend: BackendWasm, { w, columns, rows, step }: Matrix): TensorInfo => {
  const result = backend.makeOutput([Math.ceil(columns / 8), rows.length, 8], 'float32');
  const [from, to] = [floats(backend, w), floats(backend, result)];
  for (let column = 0; column < to.length / rows.length; column += 1) {
    const block = (column >> 3) * 8 * rows.length + (column & 7);
    for (let row = 0; row < rows.length; row += 1) {
      to[block + 8 * row] = column < columns ? from[rows[row]! + column * step]! : 0;
    }
  }
  return result;
};

/** In bytes; the last is repeated up to a multiple of four. */
const placesOf = (backend: BackendWasm, places: Int32Array): TensorInfo => {
  const result = backend.makeOutput([4 * Math.ceil(places.length / 4)], 'int32');
  const values = backend.typedArrayFromHeap(result);
  for (let at = 0; at < values.length; at += 1) values[at] = 4 * places[Math.min(at, places.length - 1)]!;
  return result;
};
