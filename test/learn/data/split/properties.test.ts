import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '../../../../src/learn/data/dataset.ts';
import { decide } from '../../../../src/learn/data/split/decide.ts';
import type { SplitParams } from '../../../../src/learn/data/split/params.ts';
import { planOf } from '../../../../src/learn/data/split/plan.ts';
import { writeTable } from '../../../../src/learn/data/table.ts';
import { makeFolder } from '../../../stages/context.ts';
import { rowsOf, writeDataset } from '../rows.ts';
import { writeCuts } from './cuts.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());
const fresh = (): string => join(folder.path, `d${count++}`);

const params = (given: Partial<SplitParams>): SplitParams => ({
  method: 'random',
  stratify: null,
  group: null,
  time: null,
  gap: 0,
  ...given,
});

type Columns = Readonly<Record<string, readonly (number | string | null)[]>>;

/** The code of each row: 0 train, 1 validation, 2 test, 3 gap. */
const codesOf = async (
  examples: string,
  given: Partial<SplitParams>,
  { seed = 1, groups = '' } = {},
): Promise<number[]> => {
  const dataset = await openDataset(examples);
  const deps = groups === '' ? { examples } : { examples, groups };
  const plan = planOf(params(given), dataset.manifest, { groups: groups !== '', splits: false });
  return [...(await decide(plan, { dataset, deps, seed })).codes];
};

const codesFor = async (columns: Columns, given: Partial<SplitParams>, seed = 1): Promise<number[]> =>
  codesOf(await writeDataset(fresh(), rowsOf(columns)), given, { seed });

const numbers = (length: number): number[] => Array.from({ length }, (_, row) => row);
const tally = (codes: readonly number[]): number[] =>
  [0, 1, 2, 3].map((wanted) => codes.filter((found) => found === wanted).length);
const straddling = (keys: readonly unknown[], codes: readonly number[]): unknown[] => {
  const seen = new Map<unknown, number>();
  return keys.filter((key, row) => {
    const other = seen.get(key) ?? codes[row];
    seen.set(key, other as number);
    return other !== codes[row];
  });
};
const settings = { numRuns: 15, seed: 1337 };
const seeds = fc.nat(2 ** 31);

describe('a split', () => {
  it('keeps groups whole, at random, by hash and stratified', async () => {
    const groups = fc.array(fc.nat(30), { minLength: 40, maxLength: 200 });
    const kinds = fc.constantFrom<Partial<SplitParams>>({}, { method: 'hash' }, { stratify: 'y' });
    await fc.assert(
      fc.asyncProperty(groups, kinds, seeds, async (group, kind, seed) => {
        const y = group.map((_, row) => (row % 3 === 0 ? 'a' : 'b'));
        const codes = await codesFor({ x: numbers(group.length), group, y }, { group: 'group', ...kind }, seed);
        expect(straddling(group, codes)).toEqual([]);
      }),
      settings,
    );
  });

  it('keeps rows whole that agree in several columns, and no more', async () => {
    const [a, b] = [numbers(300).map((row) => row % 5), numbers(300).map((row) => (row >> 3) % 4)];
    const codes = await codesFor({ x: numbers(300), a, b }, { group: ['a', 'b'] });
    expect(
      straddling(
        a.map((value, row) => `${value} ${b[row]}`),
        codes,
      ),
    ).toEqual([]);
    expect(straddling(a, codes)).not.toEqual([]);
  });

  it('moves nobody by hash when 10 % more rows come, wherever they stand', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.boolean(), async (seed, first) => {
        const [old, more] = [numbers(300), numbers(30).map((row) => 1_000 + row)];
        const all = first ? [...more, ...old] : [...old, ...more];
        const before = await codesFor({ x: old }, { method: 'hash' }, seed);
        const after = await codesFor({ x: all }, { method: 'hash' }, seed);
        expect(old.map((value) => after[all.indexOf(value)])).toEqual(before);
      }),
      settings,
    );
  });

  it('gives by hash the shares asked for on average', async () => {
    const codes = await codesFor({ x: numbers(20_000) }, { method: 'hash', test: 0.3, validation: 0.1 });
    const [train = 0, validation = 0, test = 0] = tally(codes);
    // Binomial: standard deviations of 65, 42 and 69.
    expect(Math.abs(test - 6_000)).toBeLessThan(260);
    expect(Math.abs(validation - 2_000)).toBeLessThan(170);
    expect(train + validation + test).toBe(20_000);
  });

  it('puts each row into test as often as asked for, over many seeds', async () => {
    const examples = await writeDataset(fresh(), rowsOf({ x: numbers(20) }));
    const times = new Array<number>(20).fill(0);
    for (let seed = 0; seed < 60; seed += 1) {
      const codes = await codesOf(examples, { test: 0.5, validation: 0 }, { seed });
      for (const [row, found] of codes.entries()) times[row]! += Number(found === 2);
    }
    // Each count is binomial(60, 1/2): 30, with a standard deviation of 3.9.
    expect(Math.min(...times)).toBeGreaterThan(14);
    expect(Math.max(...times)).toBeLessThan(46);
  });

  it('has exact totals at random, with equal rows among them, and exact shares of labels', async () => {
    const values = fc.array(fc.nat(400), { minLength: 60, maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(values, seeds, async (x, seed) => {
        const y = x.map((value) => (value % 3 === 0 ? 'a' : 'b'));
        const codes = await codesFor({ x, y }, { test: 0.25, validation: 0.15 }, seed);
        expect(straddling(x, codes)).toEqual([]);
        expect(tally(codes).slice(1, 3)).toEqual([Math.round(x.length * 0.15), Math.round(x.length * 0.25)]);
        const distinct = [...new Set(x)];
        const labels = distinct.map((value) => (value % 3 === 0 ? 'a' : 'b'));
        const strata = await codesFor(
          { x: distinct, y: labels },
          { test: 0.25, validation: 0.15, stratify: 'y' },
          seed,
        );
        for (const label of ['a', 'b']) {
          const own = strata.filter((_, row) => labels[row] === label);
          expect(Math.abs((tally(own)[2] as number) - own.length * 0.25)).toBeLessThan(1);
        }
      }),
      settings,
    );
  });

  it('has nearly the shares asked for where groups are stratified', async () => {
    const group = numbers(2_000).map((row) => (row * 7919) % 211);
    const y = group.map((value, row) => ((value + (row % 4)) % 3 === 0 ? 'rare' : 'often'));
    const codes = await codesFor(
      { x: numbers(2_000), group, y },
      { group: 'group', stratify: 'y', test: 0.2, validation: 0.2 },
    );
    expect(straddling(group, codes)).toEqual([]);
    for (const label of ['rare', 'often']) {
      const own = codes.filter((_, row) => y[row] === label);
      const [, validation = 0, test = 0] = tally(own);
      expect(Math.abs(test / own.length - 0.2)).toBeLessThan(0.01);
      expect(Math.abs(validation / own.length - 0.2)).toBeLessThan(0.01);
    }
  });

  it('is in the order of time, with the gap in rows', async () => {
    const times = fc.array(fc.nat(500), { minLength: 80, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(times, fc.nat(5), async (time, gap) => {
        const codes = await codesFor({ x: numbers(time.length), time }, { time: 'time', gap });
        const of = (wanted: number): number[] => time.filter((_, row) => codes[row] === wanted);
        const sorted = [...time].sort((a, b) => a - b);
        for (const [early, late] of [
          [0, 1],
          [1, 2],
        ] as const) {
          const [last, next] = [Math.max(...of(early)), Math.min(...of(late))];
          expect(last).toBeLessThan(next);
          expect(sorted.filter((value) => value > last && value < next).length).toBeGreaterThanOrEqual(gap);
        }
      }),
      settings,
    );
  });

  it('is in the order of dates, with the gap as a duration', async () => {
    const dates = numbers(365).map((day) =>
      new Date(Date.UTC(2012, 0, 1 + ((day * 101) % 365))).toISOString().slice(0, 10),
    );
    const codes = await codesFor(
      { x: numbers(365), date: dates },
      { time: 'date', gap: '7 days', test: 0.2, validation: 0.2 },
    );
    expect(tally(codes)).toEqual([213, 67, 73, 12]);
    const bounds = [0, 1, 2].map((wanted) => dates.filter((_, row) => codes[row] === wanted).sort());
    expect(bounds.map((own) => [own[0], own.at(-1)])).toEqual([
      ['2012-01-01', '2012-07-31'],
      ['2012-08-07', '2012-10-12'],
      ['2012-10-19', '2012-12-30'],
    ]);
  });

  it('does not depend on the order of rows, on shards or on the folder', async () => {
    const [x, y, z] = [
      numbers(240),
      numbers(240).map((row) => (row % 5 === 0 ? null : `v${row % 7}`)),
      numbers(240).map(String),
    ];
    const shuffled = numbers(240).sort((a, b) => ((a * 97) % 241) - ((b * 97) % 241));
    const pick = <T>(values: readonly T[]): T[] => shuffled.map((row) => values[row] as T);
    const kinds: Partial<SplitParams>[] = [{}, { method: 'hash' }, { group: 'x' }, { time: 'x', gap: 3 }];
    for (const kind of kinds) {
      const whole = await codesFor({ x, y, z }, kind);
      expect(await codesFor({ z: pick(z), x: pick(x), y: pick(y) }, kind)).toEqual(pick(whole));
      const cut = await writeCuts(fresh(), rowsOf({ x, y, z }), [1, 100, 30, 109]);
      expect(await codesOf(cut, kind)).toEqual(whole);
    }
  });

  it('keeps the groups of a table together, with all rows that equal one of them', async () => {
    const x = numbers(200).map((row) => (row < 190 ? row : row - 190));
    const examples = await writeDataset(fresh(), rowsOf({ x }));
    const groups = `${fresh()}.parquet`;
    const named = numbers(180).filter((row) => row % 2 === 0);
    await writeTable(groups, [
      { name: 'id', type: 'string', values: [...named.map((row) => `r${row}`), 'r4', 'gone'] },
      { name: 'group', type: 'string', values: [...named.map((row) => `g${row % 20}`), 'g6', 'g0'] },
    ]);
    for (let seed = 0; seed < 10; seed += 1) {
      for (const method of ['random', 'hash'] as const) {
        const codes = await codesOf(examples, { method, test: 0.4 }, { seed, groups });
        const keys = x.map((value) =>
          value < 180 && value % 2 === 0 ? `g${value % 20 === 4 ? 6 : value % 20}` : value,
        );
        expect(straddling(keys, codes)).toEqual([]);
      }
    }
  });
});
