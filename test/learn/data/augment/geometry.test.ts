import { describe, expect, it } from 'vitest';
import {
  type Affine,
  backFromFlip,
  backFromRotation,
  backFromScale,
  backFromShift,
  compose,
  identity,
} from '../../../../src/learn/data/augment/affine.ts';
import type { Fill } from '../../../../src/learn/data/augment/amounts.ts';
import { drawGeometry, moveRow, together } from '../../../../src/learn/data/augment/geometry.ts';
import { warpRow } from '../../../../src/learn/data/augment/warp.ts';
import { stream } from '../../../../src/learn/random.ts';

const random = stream(7);
const imageOf = (shape: readonly number[]): Float32Array =>
  Float32Array.from({ length: shape.reduce((all, size) => all * size, 1) }, () => random.next());

const warped = (
  image: Float32Array,
  shape: readonly number[],
  back: Affine,
  { fill = 'zero', by = warpRow }: { readonly fill?: Fill; readonly by?: typeof warpRow } = {},
): Float32Array => {
  const copy = image.slice();
  by(copy, { shape, back, fill, outside: -1, spare: image.slice() });
  return copy;
};

/** The image of which each pixel is another's. */
const mapped = (
  image: Float32Array,
  [height, width, channels]: readonly [number, number, number],
  from: (y: number, x: number) => readonly [number, number],
): Float32Array =>
  image.map((_, at) => {
    const [pixel, channel] = [Math.floor(at / channels), at % channels];
    const [y, x] = from(Math.floor(pixel / width), pixel % width);
    return y < 0 || x < 0 || y >= height || x >= width ? -1 : image[(y * width + x) * channels + channel]!;
  });

describe('a warp', () => {
  it.each([[[5, 5, 1]], [[4, 7, 3]], [[1, 1, 1]]] as const)('by nothing is exact: %j', (shape) => {
    const image = imageOf(shape);
    for (const fill of ['zero', 'edge', 'reflect'] as const)
      expect(warped(image, shape, identity, { fill })).toEqual(image);
  });

  it.each([
    ['90°', 90, (y: number, x: number) => [8 - x, y] as const],
    ['180°', 180, (y: number, x: number) => [8 - y, 8 - x] as const],
    ['270°', -90, (y: number, x: number) => [x, 8 - y] as const],
  ])('by %s is the exact rotation of the array, clockwise', (_, degrees, from) => {
    const shape = [9, 9, 2] as const;
    const image = imageOf(shape);
    expect(warped(image, shape, backFromRotation(degrees))).toEqual(mapped(image, shape, from));
    const even = [8, 8, 1] as const;
    const other = imageOf(even);
    const turned = [90, 90, 90, 90].reduce((so, quarter) => warped(so, even, backFromRotation(quarter)), other);
    expect(turned).toEqual(other);
  });

  it('by whole pixels and mirrors is exact, and as fast ways do it', () => {
    const shape = [6, 9, 2] as const;
    const image = imageOf(shape);
    for (const [right, down, axes] of [
      [2, -1, []],
      [0, 3, ['horizontal']],
      [-4, 2, ['vertical']],
      [1, 1, ['horizontal', 'vertical']],
    ] as const) {
      const back = together([...axes.map(backFromFlip), backFromShift(right, down)]);
      const flip = (size: number, place: number, axis: 'horizontal' | 'vertical') =>
        (axes as readonly string[]).includes(axis) ? size - 1 - place : place;
      const expected = mapped(image, shape, (y, x) => {
        const [fromY, fromX] = [y - down, x - right];
        if (fromY < 0 || fromY >= 6 || fromX < 0 || fromX >= 9) return [-1, -1];
        return [flip(6, fromY, 'vertical'), flip(9, fromX, 'horizontal')];
      });
      expect(warped(image, shape, back)).toEqual(expected);
      expect(warped(image, shape, back, { by: moveRow })).toEqual(expected);
    }
  });

  it('between pixels takes the bilinear mean of the four around', () => {
    const image = Float32Array.of(1, 2, 4, 8);
    const at = warped(image, [2, 2, 1], backFromShift(-0.25, -0.5));
    expect(at[0]).toBeCloseTo(0.75 * 0.5 * 1 + 0.25 * 0.5 * 2 + 0.75 * 0.5 * 4 + 0.25 * 0.5 * 8, 6);
    // To the right of the border lies what is outside.
    expect(at[1]).toBeCloseTo(0.75 * 0.5 * 2 + 0.25 * 0.5 * -1 + 0.75 * 0.5 * 8 + 0.25 * 0.5 * -1, 6);
  });

  it.each([
    ['zero', [-1, -1, 1, 2, 3]],
    ['edge', [1, 1, 1, 2, 3]],
    ['reflect', [3, 2, 1, 2, 3]],
  ] as const)('fills by %s', (fill, expected) => {
    expect([...warped(Float32Array.of(1, 2, 3, 4, 5), [1, 5, 1], backFromShift(2, 0), { fill })]).toEqual(expected);
    expect([...warped(Float32Array.of(1, 2, 3, 4, 5), [1, 5, 1], backFromShift(2, 0), { fill, by: moveRow })]).toEqual(
      expected,
    );
  });

  it('of several maps is one after the other', () => {
    const [flip, turn, shift] = [backFromFlip('horizontal'), backFromRotation(90), backFromShift(1, 2)];
    const image = imageOf([7, 7, 1]);
    const apart = [flip, turn, shift].reduce((so, back) => warped(so, [7, 7, 1], back), image);
    expect(warped(image, [7, 7, 1], together([flip, turn, shift]))).toEqual(apart);
    expect(compose(identity, turn)).toEqual(turn);
  });

  it('enlarged twice shows the middle half', () => {
    const ramp = Float32Array.from({ length: 8 }, (_, x) => x);
    const large = warped(ramp, [1, 8, 1], backFromScale(2, 1));
    [...large].forEach((value, x) => {
      expect(value).toBeCloseTo(3.5 + (x - 3.5) / 2, 5);
    });
  });
});

describe('what is drawn', () => {
  const shape = [20, 30, 1];
  const draws = (name: string, amount: number): Affine[] =>
    Array.from({ length: 2000 }, () => drawGeometry(name, amount, { shape, random }));

  it('is an angle uniform in ± the amount', () => {
    const angles = draws('rotate', 40).map(([cos, sin]) => (Math.atan2(sin, cos) * 180) / Math.PI);
    expect(Math.max(...angles.map(Math.abs))).toBeLessThanOrEqual(40);
    const quarters = [0, 0, 0, 0];
    for (const angle of angles) quarters[Math.min(3, Math.floor((angle + 40) / 20))]! += 1;
    // χ² of 3 degrees of freedom at 0.1 %.
    expect(quarters.reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0)).toBeLessThan(16.3);
  });

  it('is a zoom that enlarges as often as it shrinks, by the amount at most', () => {
    const factors = draws('zoom', 0.5).map(([a]) => 1 / a);
    expect(Math.max(...factors)).toBeLessThanOrEqual(1.5 + 1e-9);
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(1 / 1.5 - 1e-9);
    expect(Math.abs(factors.filter((factor) => factor > 1).length - 1000)).toBeLessThan(3.3 * Math.sqrt(500));
  });

  it('is a rectangle within the image, with the share of its area at least but for what its sides cannot have', () => {
    for (const [across, , x, , down, y] of draws('crop', 0.6)) {
      expect(across * down).toBeGreaterThanOrEqual(0.6 * 0.75 - 1e-9);
      expect(Math.max(across, down)).toBeLessThanOrEqual(1);
      expect(Math.abs(x)).toBeLessThanOrEqual((30 * (1 - across)) / 2 + 1e-9);
      expect(Math.abs(y)).toBeLessThanOrEqual((20 * (1 - down)) / 2 + 1e-9);
    }
  });
});
