import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Run, replaceKernel, withShape } from './kernel.ts';

/**
 * Identity, and Cast to the type that a tensor has: a further reference to the same memory.
 * No kernel writes into its inputs, so the copy that the shipped kernels make is for nothing.
 */
export const registerIdentity = (): void => {
  replaceKernel<Inputs, object>('Identity', () => reference);
  replaceKernel<Inputs, { readonly dtype: string }>('Cast', (shipped) => (call) => {
    if (!shipped) throw new Error('the wasm backend has no Cast');
    return call.inputs.x.dtype === call.attrs.dtype ? reference(call) : shipped(call);
  });
};

interface Inputs {
  readonly x: TensorInfo;
}

const reference: Run<Inputs, object> = ({ inputs: { x }, backend }) => {
  backend.incRef(x.dataId);
  return withShape(x, x.shape);
};
