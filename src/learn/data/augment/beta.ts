import type { Stream } from '../../random.ts';

/**
 * A number of the distribution Beta(α, α): in [0, 1], with mean 1/2; near 0 and 1 where α is small.
 *
 * x / (x + y) for x, y of Gamma(α).
 *
 * @param alpha above 0.
 */
export const drawBeta = (alpha: number, random: Stream): number => {
  const [x, y] = [drawGamma(alpha, random), drawGamma(alpha, random)];
  // For a very small α both can be below the least number there is: then one of the ends.
  return x + y > 0 ? x / (x + y) : random.int(2);
};

/**
 * A number of the distribution Gamma(shape, 1).
 *
 * @see G. Marsaglia, W. W. Tsang: A Simple Method for Generating Gamma Variables, ACM TOMS 26(3), 2000.
 */
const drawGamma = (shape: number, random: Stream): number => {
  if (shape < 1) return drawGamma(shape + 1, random) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < x ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
};
