import { type Matrix, must } from '../matrix.ts';
import { stream } from '../random.ts';

export interface RandomFeatureOptions {
  /** How many features to make. */
  readonly count: number;
  /** Width of the kernel exp(-gamma · distance²), above 0. */
  readonly gamma: number;
  readonly seed: number;
  /** What each value is multiplied by first: 1/255 for bytes, say. 1 by default. */
  readonly scale?: number;
}

/**
 * Random Fourier features: √(2 / count) · cos(x · W + b), W normal with variance 2 gamma, b uniform. A linear model of
 * them is nearly one with a Gaussian kernel: much better than one of pixels, and almost as cheap.
 *
 * @returns [rows, count].
 * @see A. Rahimi, B. Recht: Random Features for Large-Scale Kernel Machines, NIPS 2007.
 */
export const randomFeatures = (
  { values, rows, columns }: Matrix,
  { count, gamma, seed, scale = 1 }: RandomFeatureOptions,
): Matrix => {
  must(gamma > 0 && count >= 1, `gamma must be above 0 and count 1 or more, not ${gamma} and ${count}`);
  const random = stream(seed);
  const spread = Math.sqrt(2 * gamma) * scale;
  const directions = Float64Array.from({ length: columns * count }, () => spread * random.normal());
  const phases = Float64Array.from({ length: count }, () => 2 * Math.PI * random.next());
  const height = Math.sqrt(2 / count);
  const features = new Float64Array(rows * count);
  const sums = new Float64Array(count);
  for (let row = 0; row < rows; row += 1) {
    sums.set(phases);
    for (let column = 0; column < columns; column += 1) {
      const value = values[row * columns + column]!;
      if (value !== 0) for (let k = 0; k < count; k += 1) sums[k]! += value * directions[column * count + k]!;
    }
    for (let k = 0; k < count; k += 1) features[row * count + k] = height * Math.cos(sums[k]!);
  }
  return { values: features, rows, columns: count };
};
