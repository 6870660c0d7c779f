import * as tf from '@tensorflow/tfjs-core';
import { normal } from '../../learn/backends/on-backend.ts';
import { type ParityCase, summed } from '../case.ts';

const sizes = [
  { batch: [], m: 5, k: 7, n: 3 },
  { batch: [1], m: 64, k: 800, n: 10 },
  { batch: [4], m: 3, k: 2, n: 5 },
  { batch: [2, 3], m: 4, k: 6, n: 1 },
  { batch: [], m: 210, k: 190, n: 130 },
];

const transposes = [false, true].flatMap((a) => [false, true].map((b) => ({ a, b })));

const matrices = sizes.flatMap(({ batch, m, k, n }) =>
  transposes.map(
    ({ a, b }): ParityCase => ({
      kernel: 'BatchMatMul',
      what: `[${batch}] × [${m}, ${k}] × [${k}, ${n}], transposed: ${a} and ${b}`,
      compute: () => {
        const left = normal([...batch, ...(a ? [k, m] : [m, k])], 1);
        const right = normal([...batch, ...(b ? [n, k] : [k, n])], 2);
        return tf.matMul(left, right, a, b);
      },
      tolerance: summed,
    }),
  ),
);

export const products: readonly ParityCase[] = [
  ...matrices,
  {
    ...{ kernel: '_FusedMatMul', what: 'with bias and ReLU', tolerance: summed },
    compute: () =>
      tf.fused.matMul({ a: normal([9, 30], 1), b: normal([30, 7], 2), bias: normal([7], 3), activation: 'relu' }),
  },
  {
    ...{ kernel: '_FusedMatMul', what: 'with bias', tolerance: summed },
    compute: () => tf.fused.matMul({ a: normal([9, 30], 1), b: normal([30, 10], 2), bias: normal([10], 3) }),
  },
];
