import type { Stream } from '../../random.ts';
import type { TensorData } from '../safetensors.ts';
import {
  type Affine,
  backFromFlip,
  backFromRotation,
  backFromScale,
  backFromShear,
  backFromShift,
  compose,
  identity,
} from './affine.ts';
import { flipRow } from './flip.ts';
import { shiftRow } from './shift.ts';
import { type Warp, warpRow } from './warp.ts';

/**
 * What one transform of a kind does to one image, drawn from its own stream.
 *
 * | name | amount | drawn |
 * |---|---|---|
 * | crop | least share of the area, above 0 | a share of the area, uniform; the ratio of its sides, log-uniform in [3/4, 4/3]; its place: then stretched to the whole |
 * | flip | axis | nothing more |
 * | shear, rotate | degrees | an angle, uniform in ± the amount |
 * | zoom | share above 0 | a factor, log-uniform in [1 / (1 + amount), 1 + amount] |
 * | shift | pixels | a whole number along each axis, uniform in ± the amount |
 *
 * A shift is what others call padding by so many pixels and cropping to the old size (He et al. 2016).
 *
 * @see C. Szegedy et al.: Going Deeper with Convolutions, CVPR 2015 (crop).
 */
export const drawGeometry = (
  name: string,
  amount: number | string,
  { shape, random }: { readonly shape: readonly number[]; readonly random: Stream },
): Affine => {
  const within = (size: number): number => (2 * random.next() - 1) * size;
  const size = Number(amount);
  switch (name) {
    case 'crop':
      return drawCrop(size, shape, random);
    case 'flip':
      return backFromFlip(String(amount));
    case 'shear':
      return backFromShear(within(size));
    case 'rotate':
      return backFromRotation(within(size));
    case 'zoom': {
      const factor = Math.exp(within(Math.log(1 + size)));
      return backFromScale(factor, factor);
    }
    default: {
      const down = random.int(2 * size + 1) - size;
      const right = random.int(2 * size + 1) - size;
      return backFromShift(right, down);
    }
  }
};

const drawCrop = (least: number, shape: readonly number[], random: Stream): Affine => {
  const [height, width] = shape as [number, number];
  const area = least + (1 - least) * random.next();
  const ratio = Math.exp((2 * random.next() - 1) * Math.log(4 / 3));
  const across = Math.min(1, Math.sqrt(area * ratio));
  const down = Math.min(1, Math.sqrt(area / ratio));
  const x = ((2 * random.next() - 1) * width * (1 - across)) / 2;
  const y = ((2 * random.next() - 1) * height * (1 - down)) / 2;
  return [across, 0, x, 0, down, y];
};

/** One after the other as one map. */
export const together = (maps: readonly Affine[]): Affine => maps.reduce(compose, identity);

/** Warps an image in place; what moves whole pixels only is copied. */
export const moveRow = (values: TensorData, warp: Warp): void => {
  const [a, b, c, d, e, f] = warp.back;
  const isWhole = Math.abs(a) === 1 && Math.abs(e) === 1 && b === 0 && d === 0 && [c, f].every(Number.isInteger);
  if (!isWhole || warp.fill !== 'zero') {
    if (!(isWhole && a === 1 && e === 1 && c === 0 && f === 0)) warpRow(values, warp);
    return;
  }
  const { shape, outside, spare } = warp;
  if (a === -1) flipRow(values, { shape, axis: 'horizontal' });
  if (e === -1) flipRow(values, { shape, axis: 'vertical' });
  // The map back is p → ±p + (c, f): of a mirrored image, a shift by ∓(c, f).
  const [right, down] = [-c * a, -f * e];
  if (right !== 0 || down !== 0) shiftRow(values, { shape, down, right, fill: outside, spare });
};
