import { describe, expect, it } from 'vitest';
import { stream } from '../../../src/learn/random.ts';
import { kdTree, nearestRows, rowsWithin } from '../../../src/learn/similarity/kd-tree.ts';
import { nearRows } from '../../../src/learn/similarity/near-rows.ts';

const random = stream(11);
const columns = 4;
const rows = 700;
// Rounded: there are ties and equal rows.
const values = Float64Array.from({ length: rows * columns }, () => Math.round(8 * random.normal()) / 8);
const distance = (a: number, b: number): number =>
  Math.hypot(...Array.from({ length: columns }, (_, c) => values[a * columns + c]! - values[b * columns + c]!));
const point = (row: number): Float64Array => values.slice(row * columns, (row + 1) * columns);
const all = Array.from({ length: rows }, (_, row) => row);

describe('a k-d tree', () => {
  const tree = kdTree({ values, rows, columns });

  it('finds the nearest rows, as looking at all does', () => {
    for (const row of all) {
      const wanted = all
        .filter((other) => other !== row)
        .sort((a, b) => distance(row, a) - distance(row, b) || a - b)
        .slice(0, 7);
      const found = nearestRows(tree, point(row), 7, row);
      expect(found.map((near) => near.distance)).toEqual(
        wanted.map((other) => expect.closeTo(distance(row, other), 12)),
      );
    }
  });

  it('of equally near rows gives those with the lower number', () => {
    const equal = kdTree({ values: new Float64Array(50), rows: 50, columns: 1 });
    expect(nearestRows(equal, Float64Array.of(0), 3).map(({ row }) => row)).toEqual([0, 1, 2]);
  });

  it('finds the rows within a radius', () => {
    for (const row of all) {
      const found: number[] = [];
      rowsWithin(tree, point(row), { radius: 0.8, visit: (other) => void found.push(other) });
      expect(found.sort((a, b) => a - b)).toEqual(all.filter((other) => distance(row, other) ** 2 <= 0.64));
    }
  });

  it('refuses what is no matrix of numbers', () => {
    expect(() => kdTree({ values: Float64Array.of(1, 2, 3), rows: 2, columns: 2 })).toThrow(RangeError);
    expect(() => kdTree({ values: Float64Array.of(1, Number.NaN), rows: 2, columns: 1 })).toThrow('NaN');
  });
});

describe('near rows of a table', () => {
  const normal = (): Float64Array => Float64Array.from({ length: 3000 }, () => random.normal());
  const numbers = [normal(), normal(), normal(), normal(), normal()];
  const kind = Array.from({ length: 3000 }, () => (random.int(2) === 0 ? 'a' : null));
  for (let row = 0; row < 40; row += 1) {
    for (const column of numbers) column[2999 - row] = column[row]! + 0.002 * random.normal();
    kind[2999 - row] = kind[row]!;
  }

  it('are the planted ones, at their distance', () => {
    const pairs = nearRows({ numbers, categories: [kind], rows: 3000 }, 0.01);
    expect(pairs.map(({ first, second }) => [first, second])).toEqual(
      Array.from({ length: 40 }, (_, row) => [row, 2999 - row]),
    );
    for (const { measure } of pairs) expect(measure).toBeLessThan(0.01);
  });

  it('have equal categories, and miss the same values', () => {
    const table = {
      numbers: [Float64Array.of(1, 1, 1, Number.NaN, Number.NaN, 9)],
      categories: [['x', 'x', 'y', 'x', 'x', null]],
      rows: 6,
    };
    const pairs = nearRows(table, 0);
    expect(pairs).toEqual([
      { first: 0, second: 1, measure: 0 },
      { first: 3, second: 4, measure: 0 },
    ]);
  });

  it('need no numbers', () => {
    expect(nearRows({ numbers: [], categories: [['x', 'y', 'x']], rows: 3 }, 0.1)).toEqual([
      { first: 0, second: 2, measure: 0 },
    ]);
  });

  it('refuses columns of unequal length', () => {
    expect(() => nearRows({ numbers: [Float64Array.of(1)], categories: [], rows: 2 }, 0)).toThrow(RangeError);
  });
});
