import { describe, expect, test } from 'vitest';
import { rateAt } from '../../../src/learn/training/schedule.ts';

describe('rateAt', () => {
  test('constant is the peak in each step, beyond the horizon too', () => {
    const schedule = { name: 'constant', warmup: 0, horizon: 10 } as const;
    expect([0, 5, 9, 50].map((step) => rateAt(step, 0.3, schedule))).toEqual([0.3, 0.3, 0.3, 0.3]);
  });

  test('cosine falls from the peak by the closed form, to 0 at the horizon and after it', () => {
    const schedule = { name: 'cosine', warmup: 0, horizon: 8 } as const;
    const half = Math.SQRT1_2;
    const expected = [1, (1 + Math.cos(Math.PI / 8)) / 2, (1 + half) / 2, (1 + Math.sin(Math.PI / 8)) / 2, 0.5];
    expected.forEach((share, step) => {
      expect(rateAt(step, 0.2, schedule)).toBeCloseTo(0.2 * share, 15);
    });
    expect(rateAt(6, 0.2, schedule)).toBeCloseTo(0.1 * (1 - half), 15);
    expect([8, 9, 100].map((step) => rateAt(step, 0.2, schedule))).toEqual([0, 0, 0]);
  });

  test.each(['constant', 'cosine'] as const)('%s climbs in a straight line while warming up', (name) => {
    const schedule = { name, warmup: 0.25, horizon: 20 } as const;
    [0.2, 0.4, 0.6, 0.8, 1].forEach((share, step) => {
      expect(rateAt(step, 0.5, schedule)).toBeCloseTo(0.5 * share, 15);
    });
    expect(rateAt(5, 0.5, schedule)).toBeCloseTo(0.5, 15);
  });

  test('cosine after warm-up is the closed form of what is left', () => {
    const schedule = { name: 'cosine', warmup: 0.1, horizon: 100 } as const;
    for (const step of [10, 37, 55, 99]) {
      expect(rateAt(step, 1, schedule)).toBeCloseTo(0.5 * (1 + Math.cos((Math.PI * (step - 10)) / 90)), 15);
    }
  });

  test('a warm-up of less than a step is none', () => {
    expect(rateAt(0, 1, { name: 'constant', warmup: 0.04, horizon: 20 })).toBe(1);
  });

  test('a longer horizon leaves the first epochs as they are in a longer training', () => {
    const schedule = { name: 'cosine', warmup: 0.1, horizon: 120 } as const;
    expect(rateAt(60, 1, schedule)).toBeGreaterThan(0.5);
  });
});
