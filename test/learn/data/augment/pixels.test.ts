import { describe, expect, it } from 'vitest';
import { blurRow } from '../../../../src/learn/data/augment/blur.ts';
import { eraseRow } from '../../../../src/learn/data/augment/erase.ts';
import { brightnessRow, contrastRow } from '../../../../src/learn/data/augment/light.ts';
import { stream } from '../../../../src/learn/random.ts';

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe('contrast', () => {
  it('keeps the mean of each channel, and multiplies the distances from it', () => {
    const image = Float32Array.from({ length: 32 }, (_, at) => (at % 2 === 0 ? at : -3 * at));
    const before = image.slice();
    contrastRow(image, { shape: [4, 4, 2], amount: 0.5, random: stream(1), range: null });
    const factor = 1 + (2 * stream(1).next() - 1) * 0.5;
    for (const channel of [0, 1]) {
      const of = (values: Float32Array) => values.filter((_, at) => at % 2 === channel);
      expect(mean(of(image))).toBeCloseTo(mean(of(before)), 4);
      expect(of(image)[0]! - mean(of(image))).toBeCloseTo(factor * (of(before)[0]! - mean(of(before))), 4);
    }
  });

  it('stays in the range of a pixel', () => {
    const image = Float32Array.of(0, 1, 0, 1);
    for (let seed = 0; seed < 20; seed += 1)
      contrastRow(image, { shape: [2, 2, 1], amount: 1, random: stream(seed), range: [0, 1] });
    expect(image.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});

describe('brightness', () => {
  it('adds one number, uniform in ± the share of the range', () => {
    const random = stream(2);
    const added = Array.from({ length: 1000 }, () => {
      const image = Float32Array.of(50, 60);
      brightnessRow(image, { shape: [1, 2, 1], amount: 0.1, random, range: [0, 200] });
      expect(image[1]! - image[0]!).toBeCloseTo(10, 4);
      return image[0]! - 50;
    });
    expect(Math.max(...added.map(Math.abs))).toBeLessThanOrEqual(20.0001);
    // A uniform distribution in ±20 has the deviation 20 / √3.
    expect(Math.sqrt(mean(added.map((each) => each ** 2)))).toBeCloseTo(20 / Math.sqrt(3), 0);
  });
});

describe('blur', () => {
  it('keeps an even image as it is', () => {
    const even = new Float32Array(25).fill(3);
    blurRow(even, { shape: [5, 5, 1], amount: 2, random: stream(1), spare: new Float32Array(25) });
    for (const value of even) expect(value).toBeCloseTo(3, 5);
  });

  it('makes a Gaussian of a dot, of the deviation that is drawn', () => {
    const side = 41;
    const image = new Float32Array(side ** 2);
    image[(side ** 2 - 1) / 2] = 1;
    blurRow(image, { shape: [side, side, 1], amount: 3, random: stream(9), spare: image.slice() });
    const sd = 3 * stream(9).next();
    let [sum, squares] = [0, 0];
    image.forEach((value, at) => {
      sum += value;
      squares += value * ((at % side) - 20) ** 2;
    });
    expect(sum).toBeCloseTo(1, 5);
    // Beyond three deviations the Gaussian is cut off: its variance is a little smaller.
    expect(Math.sqrt(squares) / sd).toBeGreaterThan(0.97);
    expect(Math.sqrt(squares) / sd).toBeLessThanOrEqual(1.001);
  });
});

describe('erase', () => {
  it('replaces a rectangle within the share of the area, by values between the extremes', () => {
    const random = stream(3);
    const areas = Array.from({ length: 500 }, () => {
      const image = Float32Array.from({ length: 400 }, (_, at) =>
        at === 0 ? -1000 : at === 1 ? 1000 : 5000 * (at % 2) - 2500,
      );
      const low = Math.min(...image);
      const before = image.slice();
      eraseRow(image, { shape: [20, 20, 1], amount: 0.3, random });
      const changed = [...image.keys()].filter((at) => image[at] !== before[at]);
      const [ys, xs] = [changed.map((at) => Math.floor(at / 20)), changed.map((at) => at % 20)];
      expect((Math.max(...ys) - Math.min(...ys) + 1) * (Math.max(...xs) - Math.min(...xs) + 1)).toBe(changed.length);
      expect(image.every((value) => value >= low && value <= -low)).toBe(true);
      return changed.length / 400;
    });
    // Sides are rounded to whole pixels.
    expect(Math.max(...areas)).toBeLessThan(0.34);
    expect(Math.min(...areas)).toBeGreaterThan(0.01);
    expect(mean(areas)).toBeCloseTo(0.16, 1);
  });

  it('leaves an image alone into which no rectangle fits', () => {
    const image = Float32Array.of(1, 2);
    eraseRow(image, { shape: [1, 2, 1], amount: 0.5, random: stream(1) });
    expect([...image]).toEqual([1, 2]);
  });
});
