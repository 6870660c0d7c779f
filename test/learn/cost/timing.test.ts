import { expect, it } from 'vitest';
import { timesOf } from '../../../src/learn/cost/timing.ts';

it('times each answer by itself, after those that warm up', async () => {
  let clock = 1000;
  const asked: number[] = [];
  const ask = async (number: number): Promise<void> => {
    asked.push(number);
    // The first ones are slow, as where code is compiled.
    clock += number < 2 ? 500 : number;
  };
  const times = await timesOf(ask, { warmUp: 2, timed: 3 }, () => clock);
  expect([...times]).toEqual([2, 3, 4]);
  expect(asked).toEqual([0, 1, 2, 3, 4]);
});

it('asks the next question only when the one before has its answer', async () => {
  let open = 0;
  const ask = async (): Promise<void> => {
    open += 1;
    expect(open).toBe(1);
    await Promise.resolve();
    open -= 1;
  };
  expect((await timesOf(ask, { warmUp: 1, timed: 4 }, () => 0)).length).toBe(4);
});
