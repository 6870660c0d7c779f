import { describe, expect, it } from 'vitest';
import { scaleRow, timeMaskRow, timeShiftRow, windowRow } from '../../../../src/learn/data/augment/series.ts';
import { swapRow } from '../../../../src/learn/data/augment/swap.ts';
import { dropTokens, swapTokens } from '../../../../src/learn/data/augment/tokens.ts';
import { stream } from '../../../../src/learn/random.ts';

describe('swap noise', () => {
  const rows = 50;
  const features = Float32Array.from({ length: rows * 4 }, (_, at) => {
    const [row, column] = [Math.floor(at / 4), at % 4];
    // One category of three: exactly one of the columns 1, 2, 3 is 1.
    return column === 0 ? row : Number(row % 3 === column - 1);
  });
  const pool = { rows, features };
  const groups = [[0], [1, 2, 3]];

  it('takes values that occur, and keeps a category whole', () => {
    const random = stream(1);
    let swapped = 0;
    for (let time = 0; time < 2000; time += 1) {
      const row = Float32Array.of(-1, 1, 0, 0);
      swapRow(row, { amount: 0.25, random, pool, groups });
      swapped += Number(row[0] !== -1);
      expect(row[1]! + row[2]! + row[3]!).toBe(1);
      expect(row[0] === -1 || Number.isInteger(row[0])).toBe(true);
    }
    expect(Math.abs(swapped - 500)).toBeLessThan(3.3 * Math.sqrt(2000 * 0.25 * 0.75));
  });
});

describe('series', () => {
  const shape = [6, 2];
  const base = Float32Array.from({ length: 12 }, (_, at) => (at % 2 === 0 ? at / 2 + 1 : (10 * (at - 1)) / 2 + 10));
  const given = (amount: number, seed: number) => ({
    shape,
    amount,
    random: stream(seed),
    outside: -9,
    spare: new Float32Array(12),
  });
  const changed = (alter: typeof scaleRow, amount: number, seed: number): number[] => {
    const row = base.slice();
    alter(row, given(amount, seed));
    return [...row];
  };

  it('scale multiplies each channel by one factor of its own', () => {
    const row = changed(scaleRow, 0.2, 1);
    const factors = row.map((value, at) => value / base[at]!);
    for (let at = 2; at < 12; at += 1) expect(factors[at]).toBeCloseTo(factors[at - 2]!, 5);
    expect(factors[0]).not.toBeCloseTo(factors[1]!, 3);
  });

  it('time shift moves whole steps, both ways, and holds the ends', () => {
    const firsts = new Set(
      Array.from({ length: 60 }, (_, seed) =>
        changed(timeShiftRow, 2, seed)
          .filter((_v, at) => at % 2 === 0)
          .join(),
      ),
    );
    expect([...firsts].sort()).toEqual(
      ['1,1,1,2,3,4', '1,1,2,3,4,5', '1,2,3,4,5,6', '2,3,4,5,6,6', '3,4,5,6,6,6'].sort(),
    );
  });

  it('time mask hides one stretch of all channels', () => {
    const lengths = new Set<number>();
    for (let seed = 0; seed < 60; seed += 1) {
      const masked = changed(timeMaskRow, 3, seed).flatMap((value, at) => (value === -9 ? [at] : []));
      lengths.add(masked.length / 2);
      expect(masked).toEqual(masked.map((_, at) => masked[0]! + at));
      expect(masked[0]! % 2).toBe(0);
    }
    expect([...lengths].sort()).toEqual([1, 2, 3]);
  });

  it('window stretches a part of a line to a line between its ends', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const line = changed(windowRow, 0.5, seed).filter((_, at) => at % 2 === 0);
      // Three steps of six: from k to k + 2.
      expect(line[5]! - line[0]!).toBeCloseTo(2, 5);
      line.forEach((value, at) => {
        expect(value).toBeCloseTo(line[0]! + (2 * at) / 5, 5);
      });
    }
    expect(changed(windowRow, 1, 1)).toEqual([...base]);
  });
});

describe('tokens', () => {
  it('word dropout puts the mask in the place of words, never of padding', () => {
    const random = stream(1);
    let masked = 0;
    for (let time = 0; time < 500; time += 1) {
      const row = Float32Array.of(5, 6, 7, 8, 0, 0);
      dropTokens(row, { amount: 0.2, random, mask: 1 });
      expect([row[4], row[5]]).toEqual([0, 0]);
      masked += row.filter((token) => token === 1).length;
    }
    expect(Math.abs(masked - 400)).toBeLessThan(3.3 * Math.sqrt(2000 * 0.2 * 0.8));
  });

  it('word swap exchanges neighbours, and leaves padding where it is', () => {
    const row = Float32Array.of(5, 6, 7, 0, 0);
    swapTokens(row, { amount: 1, random: stream(1) });
    expect([...row]).toEqual([6, 5, 7, 0, 0]);
  });
});
