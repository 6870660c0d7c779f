import { expect, it } from 'vitest';
import { timedBlocks } from '../../stages/train/warm-up.ts';

const block = (steps: number, seconds: number) => ({ steps, seconds, between: 0 });

/** Seconds of the blocks that count, of blocks of 10 steps. */
const counted = (...seconds: number[]) =>
  timedBlocks(seconds.map((each) => block(10, each)))?.map((each) => each.seconds);

it.each([
  // As wasm was seen to do: faster for 40 steps.
  [[0.6, 0.35, 0.27, 0.23, 0.22, 0.21], undefined],
  [
    [0.6, 0.35, 0.27, 0.23, 0.22, 0.21, 0.22],
    [0.21, 0.22],
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
])('of blocks of %j seconds, %j count', (seconds, timed) => {
  expect(counted(...seconds)).toEqual(timed);
});

it('goes on after 100 steps, however much faster they still become', () => {
  const seconds = Array.from({ length: 12 }, (_, index) => 0.8 ** index);
  expect(counted(...seconds)).toEqual(seconds.slice(10));
});

it('takes as many short epochs as make 20 steps', () => {
  const blocks = Array.from({ length: 21 }, () => block(3, 0.3));
  expect(timedBlocks(blocks)).toHaveLength(7);
  expect(timedBlocks(blocks.slice(0, 20))).toBeUndefined();
});
