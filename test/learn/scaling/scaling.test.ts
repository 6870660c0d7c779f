import { describe, expect, it } from 'vitest';
import { bagOfWords, hashedColumns } from '../../../src/learn/scaling/hashed.ts';
import { applyQuantiles, fitQuantiles, invertQuantiles } from '../../../src/learn/scaling/quantiles.ts';
import { applyRobust, fitRobust, invertRobust } from '../../../src/learn/scaling/robust.ts';
import { applyLog1p, invertLog1p, unitRows } from '../../../src/learn/scaling/rowwise.ts';
import { normalQuantile, normalShare } from '../../../src/learn/statistics/normal.ts';
// scikit-learn's values; golden.py beside it made them.
import golden from './golden.json' with { type: 'json' };

const expectAll = (found: ArrayLike<number>, wanted: readonly number[], digits = 10): void => {
  expect(found.length).toBe(wanted.length);
  wanted.forEach((value, at) => void expect(found[at], `value ${at}`).toBeCloseTo(value, digits));
};
const throughJson = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;
const cases = golden.cases.map((of) => ({ ...of, name: `${of.train.length} values, ${of.count} quantiles` }));

describe.each(cases)('as scikit-learn: $name', ({ train, others, count, ...wanted }) => {
  it('robust, and back', () => {
    const fitted = throughJson(fitRobust(train));
    const scaled = applyRobust(fitted, others);
    expectAll(scaled, wanted.robust);
    expectAll(invertRobust(fitted, scaled), others);
  });

  it.each(['uniform', 'normal'] as const)('quantiles, %s, and back', (output) => {
    const fitted = throughJson(fitQuantiles(train, { output, count }));
    const scaled = applyQuantiles(fitted, others);
    expectAll(scaled, wanted[output], output === 'uniform' ? 10 : 6);
    expectAll(invertQuantiles(fitted, scaled), wanted[`${output}_back`], 6);
  });
});

describe('the normal distribution as scipy', () => {
  it.each(golden.normal_quantile)('quantile at %d', (share, wanted) => {
    expect(Math.abs(normalQuantile(share!) - wanted!)).toBeLessThan(1e-9 * Math.max(1, Math.abs(wanted!)));
  });
  it.each(golden.normal_share)('share below %d', (x, wanted) => {
    expect(Math.abs(normalShare(x!) / wanted! - 1)).toBeLessThan(1e-10);
  });
});

describe('row by row', () => {
  it('rows of length 1 as scikit-learn', () => {
    const { values } = unitRows({ values: Float64Array.from(golden.rows.flat()), rows: 6, columns: 4 });
    expectAll(values, golden.unit.flat(), 12);
  });

  it('log1p, and back; NaN stays, -1 is refused', () => {
    expectAll(applyLog1p([0, Math.E - 1]), [0, 1], 12);
    expectAll(invertLog1p(applyLog1p([0, 3, 1e-12, 1e9])), [0, 3, 1e-12, 1e9], 5);
    expect(applyLog1p([Number.NaN])[0]).toBeNaN();
    expect(() => applyLog1p([1, -1])).toThrow('value 1 is -1');
  });
});

describe('hashed', () => {
  it('categories have a stable column', () => {
    // hashText('spam') is held against MurmurHash3 elsewhere; these are a format: models depend on them.
    expect([...hashedColumns(['a', 'b', null, 'a', ''], 16)]).toEqual([10, 7, -1, 10, 0]);
  });

  it('words are counted by column, in rows of length 1', () => {
    const bag = bagOfWords(['Spam, spam and eggs', '…', 'eggs'], 1024);
    expect([...bag.starts]).toEqual([0, 3, 3, 4]);
    expect([...bag.values.subarray(0, 3)].sort()).toEqual([1, 1, 2].map((count) => count / Math.sqrt(6)));
    expect([...bag.indices.subarray(0, 3)]).toContain(bag.indices[3]);
  });
});
