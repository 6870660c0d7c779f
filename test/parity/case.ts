import type * as tf from '@tensorflow/tfjs-core';

/** A kernel with inputs that decide something about it, to be computed on every backend and compared. */
export interface ParityCase {
  /** As TensorFlow.js has it in its registry. */
  readonly kernel: string;
  readonly what: string;
  readonly compute: () => tf.Tensor;
  /** Greatest difference to plain JavaScript that is right, and why it is not 0. */
  readonly tolerance: Tolerance;
  /** Backends that refuse these inputs: their words. No preset hands them such. */
  readonly refused?: ByBackend;
  /** Backends that compute something else, and what: the day they do not any more, the case says so. */
  readonly differs?: ByBackend;
}

type ByBackend = Readonly<Partial<Record<'tensorflow' | 'webgpu', string>>>;

/** As a share of the greatest value; `webgpu`'s own where it is less exact. */
export interface Tolerance {
  readonly share: number;
  readonly webgpu?: number;
  readonly why: string;
}

export const exact: Tolerance = { share: 0, why: 'IEEE 754 says what comes out, or nothing is computed' };

/** WGSL lets a division be wrong by 2.5 ulp, and a root be 1 / inverseSqrt, wrong by 2. */
export const rounded: Tolerance = { share: 0, webgpu: 5e-7, why: 'IEEE 754 says what comes out; WGSL allows some ulp' };

export const approximated: Tolerance = { share: 1e-6, why: 'each library has its own series, right to some ulp' };

/** float32 has 24 bits: some thousand numbers, summed in another order, differ by about 1e-6 of their size. */
export const summed: Tolerance = { share: 1e-5, why: 'sums in another order' };
