import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers'; // It registers the gradients of the ops.
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { stream } from '../../../src/learn/random.ts';

export const choices = {
  wasm: { name: 'wasm', version: '4.22.0', device: 'cpu', threads: 1, deterministic: true },
  cpu: { name: 'cpu', version: '4.22.0', device: 'cpu', threads: 1, deterministic: true },
} as const;

/** What `compute` gives on a backend. */
export const on = async (name: 'wasm' | 'cpu', compute: () => tf.Tensor): Promise<Float32Array> => {
  await startBackend(choices[name]);
  const result = tf.tidy(compute);
  const values = Float32Array.from(result.dataSync());
  result.dispose();
  return values;
};

/**
 * The greatest difference between wasm and plain JavaScript, as a share of the greatest value.
 * float32 has 24 bits: sums of some thousand numbers, taken in another order, differ by about 1e-6 of their size.
 */
export const difference = async (compute: () => tf.Tensor): Promise<number> => {
  const [wasm, cpu] = [await on('wasm', compute), await on('cpu', compute)];
  if (wasm.length !== cpu.length) return Number.POSITIVE_INFINITY;
  const scale = cpu.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
  return wasm.reduce((most, value, at) => Math.max(most, Math.abs(value - cpu[at]!)), 0) / scale;
};

/** Normal numbers of a seed, the same on every backend. */
export const normal = (shape: readonly number[], seed: number): tf.Tensor => {
  const random = stream(seed);
  const size = shape.reduce((all, length) => all * length, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => random.normal()),
    [...shape],
    'float32',
  );
};

/** Small whole numbers, so that windows have equal maxima. */
export const whole = (shape: readonly number[], seed: number): tf.Tensor => {
  const random = stream(seed);
  const size = shape.reduce((all, length) => all * length, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => random.int(4)),
    [...shape],
    'float32',
  );
};

/** Runs one kernel of the current backend, with the inputs and attributes that its op would hand it. */
export const kernel = (name: string, inputs: Readonly<Record<string, tf.Tensor>>, attrs: object = {}): tf.Tensor =>
  tf.engine().runKernel(name, { ...inputs }, { ...attrs });
