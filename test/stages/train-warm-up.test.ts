import { expect, it } from 'vitest';
import { timedBlocks } from '../../stages/train/warm-up.ts';

const block = (steps: number, seconds: number) => ({ steps, seconds });

/** Seconds of the blocks that count, of blocks of 10 steps. */
const counted = (...seconds: number[]) =>
  timedBlocks(seconds.map((each) => block(10, each)))?.map((each) => each.seconds);

it.each([
  // As wasm was seen to do, on an idle machine: faster for 40 steps.
  [[3, 1.75, 1.35, 1.15, 1.1, 1.05], undefined],
  [
    [3, 1.75, 1.35, 1.15, 1.1, 1.05, 1.1],
    [1.05, 1.1],
  ],
  // Steady from the first: of 40 steps, nobody relies on that.
  [
    [1, 1, 1, 1, 1.1, 0.9],
    [1.1, 0.9],
  ],
  [[1, 1, 1, 1, 1], undefined],
  // A step takes a second: after one block, enough was waited.
  [
    [10, 9, 8],
    [9, 8],
  ],
  // Of 20 steps in less than 2 seconds, one that waits decides too much.
  [[0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5], undefined],
  [
    [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
    [0.5, 0.5, 0.5, 0.5],
  ],
])('of blocks of %j seconds, %j count', (seconds, timed) => {
  expect(counted(...seconds)).toEqual(timed);
});

it('goes on after 100 steps, however much faster they still become', () => {
  const seconds = Array.from({ length: 12 }, (_, index) => (index < 10 ? 0.8 ** index : 1));
  expect(counted(...seconds)).toEqual([1, 1]);
});

it('of steps that take no time counts 200', () => {
  const seconds = Array.from({ length: 24 }, () => 0.01);
  expect(counted(...seconds)).toHaveLength(20);
  expect(counted(...seconds.slice(1))).toBeUndefined();
});

it('takes as many readings of short epochs as are needed', () => {
  const blocks = Array.from({ length: 21 }, () => block(3, 0.3));
  expect(timedBlocks(blocks)).toHaveLength(7);
  expect(timedBlocks(blocks.slice(0, 20))).toBeUndefined();
});
