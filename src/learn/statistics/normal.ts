import { upperGamma } from './gamma.ts';

/** Standard normal distribution function Φ(x), by the incomplete gamma function: the tails keep their digits. */
export const normalShare = (x: number): number => {
  const tail = upperGamma(0.5, (x * x) / 2) / 2;
  return x < 0 ? tail : 1 - tail;
};

/**
 * Φ⁻¹(share), for shares above 0 and below 1: a rational approximation (relative error 1.15e-9), then one step of
 * Halley's method, to about 15 digits.
 *
 * @see P. J. Acklam: An Algorithm for Computing the Inverse Normal Cumulative Distribution Function, 2003.
 */
export const normalQuantile = (share: number): number => {
  // From the lower half, where Φ has all its digits.
  if (share > 0.5) return -normalQuantile(1 - share);
  const rough = share < 0.02425 ? tailQuantile(share) : middleQuantile(share);
  const error = (normalShare(rough) - share) * Math.sqrt(2 * Math.PI) * Math.exp((rough * rough) / 2);
  return rough - error / (1 + (rough * error) / 2);
};

const tailQuantile = (share: number): number => {
  const q = Math.sqrt(-2 * Math.log(share));
  return polynomial(tailTop, q) / (polynomial(tailBottom, q) * q + 1);
};

const middleQuantile = (share: number): number => {
  const q = share - 0.5;
  const r = q * q;
  return (polynomial(middleTop, r) * q) / (polynomial(middleBottom, r) * r + 1);
};

/** Highest power first. */
const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

const middleTop = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
];
const middleBottom = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1,
];
const tailTop = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const tailBottom = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416];
