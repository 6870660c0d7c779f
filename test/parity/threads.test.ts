import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../src/learn/backends/backend.ts';
import { cut } from '../../src/learn/backends/simd/load.ts';
import { choices } from '../learn/backends/on-backend.ts';
import { makeProgram, type Program } from '../rig/program.ts';
import { large } from './trainings.ts';

const withThreads = (threads: number) => ({ ...choices.wasm, threads });

test('as many threads as were asked for, more than there are cores as well, and no global is left changed', async () => {
  const globals = () =>
    [...Reflect.ownKeys(globalThis)].map((key) => [key, Reflect.getOwnPropertyDescriptor(globalThis, key)]);
  const before = globals();
  expect(await startBackend(withThreads(5))).toEqual({ name: 'wasm', version: '4.22.0', device: 'cpu', threads: 5 });
  expect(globals()).toEqual(before);
  await expect(startBackend(withThreads(2))).rejects.toThrow('resolved with 2 threads, and has 5');
  const product = tf.matMul(tf.ones([300, 200]), tf.ones([200, 100]));
  expect(new Set(await product.data())).toEqual(new Set([200]));
});

describe('threads of a process', () => {
  let program: Program;
  beforeAll(async () => {
    program = await makeProgram('test/parity/programs/train.ts');
  });
  afterAll(() => program.remove());

  // The program does nothing to end: threads that kept it alive would let this test run into its timeout.
  test('1, 2 and 3 give the same losses and weights, to the bit', async () => {
    const runs = [1, 2, 3].map((threads) =>
      program.run([JSON.stringify(withThreads(threads)), 'eager', ...Object.keys(large)]),
    );
    const [one, two, three] = await Promise.all(runs);
    expect(Object.keys(JSON.parse(one!.stdout))).toEqual(Object.keys(large));
    expect(two).toEqual(one);
    expect(three).toEqual(one);
  });
});

describe('cut', () => {
  test.each([
    { size: 100, threads: 2, unit: 1 },
    { size: 100, threads: 3, unit: 16 },
    { size: 13, threads: 2, unit: 4 },
    { size: 2, threads: 5, unit: 1 },
    { size: 9, threads: 1, unit: 4 },
    { size: 0, threads: 2, unit: 1 },
  ])('$size for $threads threads, in units of $unit: all of it, in whole units', ({ size, threads, unit }) => {
    const shares = cut(size, { threads, unit });
    const elements = shares.flatMap(({ from, end }) => Array.from({ length: end - from }, (_, at) => from + at));
    expect(elements).toEqual([...Array(size).keys()]);
    expect(shares.every(({ from, end }) => from % unit === 0 && end > from)).toBe(true);
    expect(shares.length).toBe(threads === 1 ? 1 : Math.min(4 * threads, Math.ceil(size / unit)));
  });
});
