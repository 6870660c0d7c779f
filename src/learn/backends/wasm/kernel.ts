import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';

/** What a kernel is called with; `inputs` and `attrs` are those that its op documents. */
export interface Call<Inputs, Attrs> {
  readonly inputs: Inputs;
  readonly attrs: Attrs;
  readonly backend: BackendWasm;
}

/** The attributes that convolutions and poolings share, as TensorFlow.js hands them to a kernel. */
export interface WindowAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | [number, number][];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * Puts a kernel of our own into the wasm backend's registry.
 * `make` gets the kernel that was there, to hand on to it what ours does not treat; `undefined` where there was none.
 */
export const replaceKernel = <Inputs, Attrs>(
  kernelName: string,
  make: (shipped: Run<Inputs, Attrs> | undefined) => Run<Inputs, Attrs>,
): void => {
  const shipped = getKernel(kernelName, 'wasm') as KernelConfig | undefined;
  if (shipped) unregisterKernel(kernelName, 'wasm');
  const run = make(shipped && (shipped.kernelFunc as unknown as Run<Inputs, Attrs>));
  registerKernel({ kernelName, backendName: 'wasm', kernelFunc: run as unknown as KernelFunc });
};

export type Run<Inputs, Attrs> = (call: Call<Inputs, Attrs>) => TensorInfo;

/** Runs another kernel of the wasm backend. */
export const runKernel = (name: string, backend: BackendWasm, inputs: object, attrs: object): TensorInfo => {
  const { kernelFunc } = getKernel(name, 'wasm');
  return (kernelFunc as unknown as Run<object, object>)({ inputs, attrs, backend });
};

/** The wasm heap's own memory of a tensor. Allocating another may move the heap: take views last. */
export const floats = (backend: BackendWasm, tensor: TensorInfo): Float32Array =>
  backend.typedArrayFromHeap(tensor) as Float32Array;

/** The same elements under another shape; nothing is copied, and there is one memory to dispose of. */
export const withShape = ({ dataId, dtype }: TensorInfo, shape: number[]): TensorInfo => ({ dataId, dtype, shape });

export const dispose = (backend: BackendWasm, tensors: readonly TensorInfo[]): void => {
  for (const { dataId } of tensors) backend.disposeData(dataId);
};

export const product = (shape: readonly number[]): number => shape.reduce((all, size) => all * size, 1);

/**
 * `x` with zeros after the channels (its last axis), up to a multiple of `multiple`, so that vectors of them fit.
 * A further reference to `x` where there is nothing to add; either way it has to be disposed of.
 */
export const widened = (backend: BackendWasm, x: TensorInfo, multiple: number): TensorInfo => {
  const spare = -x.shape.at(-1)! & (multiple - 1);
  if (spare === 0) return runKernel('Identity', backend, { x }, {});
  const paddings = x.shape.map((_, axis) => [0, axis === x.shape.length - 1 ? spare : 0]);
  return runKernel('PadV2', backend, { x }, { paddings, constantValue: 0 });
};

/** The first rows and channels of a matrix [rows, channels] as a tensor of `shape`; it takes the place of `x`. */
export const narrowed = (backend: BackendWasm, x: TensorInfo, shape: number[]): TensorInfo => {
  if (product(x.shape) === product(shape)) return withShape(x, shape);
  const result = backend.makeOutput(shape, 'float32');
  const [from, to] = [floats(backend, x), floats(backend, result)];
  const [wide, narrow] = [x.shape.at(-1)!, shape.at(-1)!];
  for (let at = 0; at < to.length; at += 1) to[at] = from[Math.floor(at / narrow) * wide + (at % narrow)]!;
  dispose(backend, [x]);
  return result;
};
