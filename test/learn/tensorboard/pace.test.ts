import { expect, test } from 'vitest';
import { paceOf } from '../../../src/learn/tensorboard/pace.ts';

/** After how many of 12 seconds something that takes some time was done, each second once asked for. */
const doneBy = async (share: number, takes: number): Promise<number[]> => {
  let now = 100;
  const pace = paceOf(share, () => now);
  const done: number[] = [];
  for (let second = 1; second <= 12; second += 1) {
    now = 100 + second;
    if (!pace.isDue()) continue;
    await pace.time(async () => {
      now += takes;
    });
    done.push(second);
  }
  return done;
};

test('what takes more than its share of the time waits until it does not; the first time it is always done', async () => {
  expect(await doneBy(0.25, 0.5)).toEqual([1, 4, 7, 10]);
  expect(await doneBy(0.25, 0.125)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(await doneBy(0.01, 0.5)).toEqual([1]);
});

test('all the time is share enough for each time, even where none has passed', async () => {
  const pace = paceOf(Number.POSITIVE_INFINITY, () => 100);
  expect(pace.isDue()).toBe(true);
  await pace.time(async () => {});
  expect(pace.isDue()).toBe(true);
});
