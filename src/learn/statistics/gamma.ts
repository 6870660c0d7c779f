// Special functions that p-values and information estimates are made of.

/**
 * ln Γ(x) for x > 0, to about 15 digits.
 *
 * @see C. Lanczos: A Precision Approximation of the Gamma Function, SIAM J. Numer. Anal. B 1, 1964; the coefficients
 * for g = 7, n = 9 are P. Godfrey's, 2001.
 */
export const lnGamma = (x: number): number => {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - lnGamma(1 - x);
  const z = x - 1;
  let sum = lanczos[0]!;
  for (let k = 1; k < lanczos.length; k += 1) sum += lanczos[k]! / (z + k);
  const shifted = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(shifted) - shifted + Math.log(sum);
};

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/**
 * Regularized upper incomplete gamma function Q(a, x) = Γ(a, x) / Γ(a), for a > 0 and x ≥ 0.
 * A series for x < a + 1, else a continued fraction by Lentz's method.
 *
 * @see NIST Digital Library of Mathematical Functions, 8.11.4 and 8.9.2.
 */
export const upperGamma = (a: number, x: number): number => {
  if (x <= 0) return 1;
  const factor = Math.exp(a * Math.log(x) - x - lnGamma(a));
  return x < a + 1 ? Math.max(0, 1 - factor * gammaSeries(a, x)) : factor * gammaFraction(a, x);
};

const gammaSeries = (a: number, x: number): number => {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < 100_000 && term > sum * 1e-17; n += 1) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
};

const gammaFraction = (a: number, x: number): number =>
  lentz(
    1 / (x + 1 - a),
    (n) => -n * (n - a),
    (n) => x + 2 * n + 1 - a,
  );

/** A continued fraction whose value after its first part is known: numerator(n) over denominator(n), n = 1, 2, … */
const lentz = (first: number, numerator: (n: number) => number, denominator: (n: number) => number): number => {
  let d = first;
  let value = first;
  let c = 1e300;
  for (let n = 1; n < 100_000; n += 1) {
    const a = numerator(n);
    const b = denominator(n);
    d = 1 / away(a * d + b);
    c = away(b + a / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return value;
};

/** Lentz's method divides by these. */
const away = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);

/** Probability that a chi² variable with so many degrees of freedom is at least as large. */
export const chiSquareTail = (statistic: number, freedom: number): number => upperGamma(freedom / 2, statistic / 2);

/**
 * Regularized incomplete beta function I(x; a, b), for a, b > 0 and x in [0, 1].
 *
 * @see NIST Digital Library of Mathematical Functions, 8.17.22.
 */
export const incompleteBeta = (x: number, a: number, b: number): number => {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const factor = Math.exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const fraction = lentz(
    1,
    (n) => betaNumerator(n, { x, a, b }),
    () => 1,
  );
  return factor * fraction;
};

const betaNumerator = (n: number, { x, a, b }: { x: number; a: number; b: number }): number => {
  const m = Math.floor(n / 2);
  return n % 2 === 0
    ? (m * (b - m) * x) / ((a + n - 1) * (a + n))
    : (-(a + m) * (a + b + m) * x) / ((a + n - 1) * (a + n));
};

/** Two-sided p-value of Student's t. */
export const studentTails = (t: number, freedom: number): number =>
  incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);

/**
 * ψ(x), the derivative of ln Γ, for x > 0: recurrence up to 10, then the asymptotic series.
 *
 * @see NIST Digital Library of Mathematical Functions, 5.11.2.
 */
export const digamma = (x: number): number => {
  let shifted = x;
  let value = 0;
  for (; shifted < 10; shifted += 1) value -= 1 / shifted;
  const s = 1 / (shifted * shifted);
  const series =
    s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132 - s * (691 / 32760 - s / 12))))));
  return value + Math.log(shifted) - 0.5 / shifted - series;
};
