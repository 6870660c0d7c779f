import { type BackendWasm, setThreadsCount, version_wasm as version } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { loadSimd } from './simd/load.ts';
import { registerBatchMatMul } from './wasm/batch-mat-mul.ts';
import { registerConv2D } from './wasm/conv2d.ts';
import { registerConv2DBackpropFilter } from './wasm/conv2d-backprop-filter.ts';
import { registerConv2DBackpropInput } from './wasm/conv2d-backprop-input.ts';
import { registerElementwise } from './wasm/elementwise.ts';
import { registerIdentity } from './wasm/identity.ts';
import { registerMaxPool } from './wasm/max-pool.ts';
import { memoryOf, startOverSharedMemory } from './wasm/shared-memory.ts';
import { registerSum } from './wasm/sum.ts';
import { registerUnsortedSegmentSum } from './wasm/unsorted-segment-sum.ts';

/**
 * To be called before the backend is made TensorFlow.js's own. The package finds its .wasm files beside its own code,
 * wherever the caller's code lies. Its own threads spin between two kernels, and are at most half as many as there are
 * cores: it computes on one, and what takes long are kernels of ours, on threads of ours.
 */
export const prepareWasm = async (threads: number): Promise<{ readonly version: string }> => {
  setThreadsCount(1);
  if (threads > 1 && tf.findBackend('wasm') === null) await startOverSharedMemory();
  return { version };
};

/**
 * Replaces what the package does slowly and adds what it lacks, once; to be called after the backend has started.
 *
 * @returns the threads that it has: those asked for, unless it had been started with others before.
 */
export const registerOurKernels = async (threads: number): Promise<number> => {
  const backend = tf.backend() as BackendWasm;
  const before = registered.get(backend);
  if (before !== undefined) return before;
  const memory = memoryOf(backend);
  const simd = await loadSimd(memory, memory.buffer instanceof SharedArrayBuffer ? threads : 1);
  registered.set(backend, simd.threads);
  registerIdentity();
  registerBatchMatMul(simd);
  registerConv2D(simd);
  registerConv2DBackpropInput(simd);
  registerConv2DBackpropFilter(simd);
  registerMaxPool(simd);
  registerSum(simd);
  registerElementwise(simd);
  registerUnsortedSegmentSum();
  return simd.threads;
};

const registered = new WeakMap<BackendWasm, number>();
