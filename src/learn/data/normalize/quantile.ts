/**
 * The place of a value among train's: between the quantiles on both sides, linearly; where quantiles are equal, in the
 * middle of their places. Below the least it is 0, above the greatest 1. As scikit-learn's QuantileTransformer.
 *
 * @param quantiles train's, rising, at even steps from 0 to 1.
 * @param output "normal" makes the place p the value below which a standard normal number lies with probability p,
 * within ±5.199: p is kept 1e-7 away from 0 and 1.
 */
export const placeAmong = (quantiles: readonly number[], output: 'uniform' | 'normal'): ((value: number) => number) => {
  const last = quantiles.length - 1;
  const reverse = quantiles.map((value) => -value).reverse();
  const margin = output === 'normal' ? 1e-7 : 0;
  const step = (at: number): number => (last === 0 ? 0 : at / last);
  const uniform = (value: number): number => {
    if (value - margin < quantiles[0]! || value === quantiles[0]) return 0;
    if (value + margin > quantiles[last]! || value === quantiles[last]) return 1;
    const below = interpolate(quantiles, value, step);
    const above = interpolate(reverse, -value, step);
    return 0.5 * (below + (1 - above));
  };
  if (output === 'uniform') return (value) => (Number.isNaN(value) ? value : uniform(value));
  return (value) => {
    if (Number.isNaN(value)) return value;
    return Math.min(limit, Math.max(-limit, normalQuantile(uniform(value))));
  };
};

/** The place of `value` on the line through (quantiles[i], step(i)); at equal quantiles, the last of them. */
const interpolate = (quantiles: readonly number[], value: number, step: (at: number) => number): number => {
  let [low, high] = [0, quantiles.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (quantiles[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return 0;
  if (low === quantiles.length) return step(low - 1);
  const [left, right] = [quantiles[low - 1]!, quantiles[low]!];
  const slope = (step(low) - step(low - 1)) / (right - left);
  return slope * (value - left) + step(low - 1);
};

/**
 * The value below which a standard normal number lies with probability p: to about 16 digits; -∞ at 0, ∞ at 1.
 *
 * @see M. J. Wichura: Algorithm AS 241: The Percentage Points of the Normal Distribution, Applied Statistics 37(3), 1988.
 */
export const normalQuantile = (p: number): number => {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(central.above, r)) / polynomial(central.below, r);
  }
  const tail = q < 0 ? p : 1 - p;
  if (tail <= 0) return q < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const root = Math.sqrt(-Math.log(tail));
  const { above, below, from } = root <= 5 ? near : far;
  const value = polynomial(above, root - from) / polynomial(below, root - from);
  return q < 0 ? -value : value;
};

/** By Horner's rule, the highest power first. */
const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

const central = {
  above: [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
    133.14166789178438, 3.3871328727963665,
  ],
  below: [
    5226.495278852546, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
    42.31333070160091, 1,
  ],
};

const near = {
  from: 1.6,
  above: [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  below: [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
};

const far = {
  from: 5,
  above: [
    2.0103343992922881e-7, 0.000027115555687434876, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
    1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  below: [
    2.0442631033899397e-15, 1.421511758316446e-7, 0.000018463183175100548, 0.0007868691311456133, 0.014875361290850615,
    0.1369298809227358, 0.599832206555888, 1,
  ],
};

/** The normal value at 1e-7 less one unit in the last place of 1: where scikit-learn's output ends too. */
const limit = -normalQuantile(1e-7 - Number.EPSILON);
