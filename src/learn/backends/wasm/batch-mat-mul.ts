import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Call, dispose, product, replaceKernel, runKernel } from './kernel.ts';

/**
 * BatchMatMul with transposed operands: transposes them first, then multiplies.
 * Only a single product of untransposed matrices reaches XNNPACK; the shipped kernel is about 10 times slower
 * on all others.
 */
export const registerBatchMatMul = (): void =>
  replaceKernel<Inputs, Attrs>('BatchMatMul', (shipped) => (call) => {
    const { transposeA, transposeB } = call.attrs;
    const single = isSingle(call.inputs.a) && isSingle(call.inputs.b);
    if (!shipped) throw new Error('the wasm backend has no BatchMatMul');
    return single && (transposeA || transposeB) ? multiplyTransposed(call, shipped) : shipped(call);
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

const isSingle = ({ shape }: TensorInfo): boolean => product(shape.slice(0, -2)) === 1;

const multiplyTransposed = (call: Call<Inputs, Attrs>, shipped: (call: Call<Inputs, Attrs>) => TensorInfo) => {
  const { inputs, attrs, backend } = call;
  const a = attrs.transposeA ? transposed(backend, inputs.a) : inputs.a;
  const b = attrs.transposeB ? transposed(backend, inputs.b) : inputs.b;
  const result = shipped({ inputs: { a, b }, attrs: { ...attrs, transposeA: false, transposeB: false }, backend });
  dispose(
    backend,
    [a, b].filter((matrix) => matrix !== inputs.a && matrix !== inputs.b),
  );
  return result;
};

const transposed = (backend: BackendWasm, x: TensorInfo): TensorInfo => {
  const rank = x.shape.length;
  const axes = [...x.shape.keys()].slice(0, -2);
  return runKernel('Transpose', backend, { x }, { perm: [...axes, rank - 1, rank - 2] });
};
