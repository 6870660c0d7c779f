import { type BackendWasm, setThreadsCount, version_wasm as version } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { registerBatchMatMul } from './wasm/batch-mat-mul.ts';
import { registerConv2DBackpropFilter } from './wasm/conv2d-backprop-filter.ts';
import { registerConv2DBackpropInput } from './wasm/conv2d-backprop-input.ts';
import { registerIdentity } from './wasm/identity.ts';
import { registerMaxPoolGrad } from './wasm/max-pool-grad.ts';
import { registerSum } from './wasm/sum.ts';

/**
 * To be called before the backend starts. In Node the package runs on one thread: its workers need a browser's blob
 * URLs. The package finds its .wasm files beside its own code, wherever the caller's code lies.
 */
export const prepareWasm = (threads: number): { readonly version: string; readonly threads: number } => {
  setThreadsCount(threads);
  return { version, threads: 1 };
};

/** Replaces what the package does slowly and adds what it lacks, once; to be called after the backend has started. */
export const registerOurKernels = (): void => {
  const backend = tf.backend() as BackendWasm;
  if (registered.has(backend)) return;
  registered.add(backend);
  registerIdentity();
  registerBatchMatMul();
  registerConv2DBackpropInput();
  registerConv2DBackpropFilter(backend);
  registerMaxPoolGrad(backend);
  registerSum(backend);
};

const registered = new WeakSet<BackendWasm>();
