import { describe, expect, test } from 'vitest';
import { makeSchedule, type ScheduleParams } from '../../../../src/learn/training/schedules/make.ts';
import { scheduleNames as names, scheduleParams } from '../defaults.ts';
import golden from './golden.json' with { type: 'json' };

const { stepsPerEpoch, horizon } = golden;
const course = { stepsPerEpoch, horizon, monitor: { name: 'val_loss', mode: 'min' } } as const;
const made = (params: object) => makeSchedule(scheduleParams(params), course);

describe('each step of a schedule is that of Keras or PyTorch', () => {
  test.each(golden.cases.map((each) => [JSON.stringify(each.params), each] as const))('%s', (_, { params, shares }) => {
    const schedule = made(params);
    expect(shares.length).toBeGreaterThan(40);
    // Keras computes in float32.
    shares.forEach((share, step) => {
      expect(Math.abs(schedule(step, []) - share), `step ${step}`).toBeLessThan(2e-6);
    });
  });

  test('after a warm-up, which Keras begins at 0', () => {
    const { params, shares } = golden.warmCosine;
    const schedule = made(params);
    for (let step = 0; step < 8; step += 1) expect(schedule(step, [])).toBeCloseTo(shares[step + 1]!, 6);
    for (let step = 8; step < shares.length; step += 1) expect(schedule(step, [])).toBeCloseTo(shares[step]!, 6);
  });
});

describe('closed forms', () => {
  test('constant is the peak in each step, beyond the horizon too', () => {
    const schedule = made({ name: 'constant' });
    expect([0, 5, 41, 500].map((step) => schedule(step, []))).toEqual([1, 1, 1, 1]);
  });

  test('cosine falls by the closed form, to 0 at the horizon and after it', () => {
    const schedule = makeSchedule(scheduleParams({ name: 'cosine' }), { ...course, stepsPerEpoch: 4, horizon: 2 });
    const half = Math.SQRT1_2;
    const expected = [1, (1 + Math.cos(Math.PI / 8)) / 2, (1 + half) / 2, (1 + Math.sin(Math.PI / 8)) / 2, 0.5];
    expected.forEach((share, step) => {
      expect(schedule(step, [])).toBeCloseTo(share, 15);
    });
    expect([8, 9, 100].map((step) => schedule(step, []))).toEqual([0, 0, 0]);
  });

  test('inverse square root: √(τ / (τ + s)), of the Transformer after a warm-up of τ steps', () => {
    const [warm, climb] = [made({ name: 'inverse_sqrt', warmup: 0.25 }), 10];
    for (const step of [0, 3, 9]) expect(warm(step, [])).toBeCloseTo((step + 1) / climb, 15);
    for (const step of [10, 25, 90, 3000]) expect(warm(step, [])).toBeCloseTo(Math.sqrt(climb / step), 15);
    const plain = made({ name: 'inverse_sqrt' });
    for (const step of [0, 7, 21]) expect(plain(step, [])).toBeCloseTo(Math.sqrt(7 / (7 + step)), 15);
    expect(made({ name: 'inverse_sqrt', timescale: 3 })(21, [])).toBeCloseTo(Math.SQRT1_2, 15);
  });

  test.each(names)('%s climbs in a straight line while warming up, and begins then', (name) => {
    const [warm, cold] = [
      made({ name, warmup: 0.25 }),
      makeSchedule(scheduleParams({ name }), { ...course, horizon: 32 / 7 }),
    ];
    for (let step = 0; step < 10; step += 1) expect(warm(step, [])).toBeCloseTo((step + 1) / 10, 15);
    if (name === 'inverse_sqrt') return;
    for (const step of [0, 4, 17, 31]) expect(warm(10 + step, [])).toBeCloseTo(cold(step, []), 12);
  });

  test.each(names)('%s: all shares lie in [0, 1], also far beyond the horizon', (name) => {
    const schedule = made({ name });
    for (const step of [...Array(100).keys(), 1000, 123_456]) {
      expect(schedule(step, [])).toBeGreaterThanOrEqual(0);
      expect(schedule(step, [])).toBeLessThanOrEqual(1 + 1e-12);
    }
  });

  test('a warm-up of less than a step is none', () => {
    expect(makeSchedule(scheduleParams({ name: 'constant', warmup: 0.02 }), course)(0, [])).toBe(1);
  });
});

describe('plateau', () => {
  const records = (values: readonly number[], key: string) =>
    values.map((value, at) => ({ epoch: at + 1, rate: 1, loss: 1, [key]: value }));

  test.each(golden.plateaus.map((each) => [JSON.stringify(each.params), each] as const))(
    'is Keras’s, epoch by epoch: %s',
    (_, { params, mode, values, shares }) => {
      const schedule = made({ name: 'plateau', monitor: 'val_accuracy', mode, ...params });
      const all = records(values, 'val_accuracy');
      shares.forEach((share, epochs) => {
        expect(schedule(0, all.slice(0, epochs)), `after ${epochs}`).toBeCloseTo(share, 6);
      });
    },
  );

  test('goes by what decides over epochs, unless it is told otherwise', () => {
    const flat = records([1, 1, 1], 'val_loss');
    expect(made({ name: 'plateau', patience: 2, factor: 0.5 })(0, flat)).toBe(0.5);
    expect(() => made({ name: 'plateau', monitor: 'val_auc' })(0, flat)).toThrow(
      /schedule\.monitor is "val_auc", which is not recorded\nhint: recorded are loss, val_loss/,
    );
  });

  test('asked for any number of epochs, in any order, gives the same: it remembers nothing', () => {
    const all = records([1, 1, 1, 1, 1, 1], 'val_loss');
    const params = { name: 'plateau', patience: 1, factor: 0.5 };
    const schedule = made(params);
    for (const count of [6, 2, 4, 0])
      expect(schedule(0, all.slice(0, count))).toBe(made(params)(0, all.slice(0, count)));
  });
});

test('steps that take several batches make the horizon shorter', () => {
  const params: ScheduleParams = scheduleParams({ name: 'polynomial' });
  expect(makeSchedule(params, { ...course, stepsPerEpoch: 7 / 3, horizon: 6 })(7, [])).toBeCloseTo(0.5, 12);
});
