import type { DiagnosisCourse } from '../../types/generated/diagnosis.ts';
import type { EpochRecord } from '../../types/generated/history.ts';
import { type Trend, trendOf } from './trend.ts';

/** How a training went by its history, as far as overfitting goes. */
export interface Course {
  readonly told: DiagnosisCourse;
  /** Whether the loss on validation rises after its lowest, by more than chance and by more than a little. */
  readonly rises: boolean;
  /** How the loss on validation went over the last epochs; undefined where there are too few. */
  readonly end: { readonly epochs: number; readonly trend: Trend; readonly fall: number } | undefined;
}

/** What tells a rise from chance. */
export const limits = {
  /** Epochs after the lowest, at least. */
  after: 4,
  /** One-sided chance of such a slope where there is none. */
  pValue: 0.002,
  /** What the rise is at least, as a share of the lowest loss. */
  share: 0.05,
  /** And in standard deviations of the noise between epochs. */
  deviations: 5,
} as const;

/**
 * Looks where the loss on validation was lowest, and what it did from there on: it rises for good where its slope is
 * upwards by more than chance (see trend.ts), it ends above its lowest by more than the noise, and the loss on train does
 * not rise with it, as it would where the rate is too high. The epoch of the lowest is not one of those that are fitted,
 * since it was chosen for being low.
 *
 * @param epochs at least one, each with `val_loss`.
 */
export const courseOf = (epochs: readonly EpochRecord[]): Course => {
  const losses = epochs.map(({ val_loss: loss }) => loss!);
  const smoothed = smooth(losses);
  const lowest = smoothed.indexOf(Math.min(...smoothed)) + 1;
  const after = losses.slice(lowest);
  const noise = noiseOf(losses, lowest - 1);
  const told = { smoothed, lowest, after: after.length, noise };
  if (after.length < 3) return { told, rises: false, end: endOf(losses) };
  const { slope, pValue } = trendOf(after);
  const train = trendOf(epochs.slice(lowest).map(({ loss }) => loss));
  const least = smoothed[lowest - 1]!;
  const rise = medianOf(after.slice(-3)) - least;
  const rises =
    after.length >= limits.after &&
    pValue < limits.pValue &&
    rise > limits.share * Math.abs(least) &&
    rise > limits.deviations * noise &&
    train.slope.value <= 0;
  return {
    told: {
      ...told,
      ...(rises ? { onset: lowest } : {}),
      ...{ slope, p_value: pValue, rise, train_slope: train.slope },
    },
    rises,
    end: endOf(losses),
  };
};

/** The last quarter of the epochs, and five at least: whether validation was still getting better when it ended. */
const endOf = (losses: readonly number[]): Course['end'] => {
  const count = Math.max(5, Math.ceil(losses.length / 4));
  if (losses.length < count) return undefined;
  const last = losses.slice(-count);
  const trend = trendOf(last);
  return { epochs: count, trend, fall: -trend.slope.value * (count - 1) };
};

/**
 * Running medians of three, then means with weights ¼, ½, ¼; ends stay as they are. Single spikes go, turns stay.
 *
 * @see J. W. Tukey: Exploratory Data Analysis, 1977, chapter 7 ("3", and hanning).
 */
export const smooth = (values: readonly number[]): number[] => {
  const inner = (from: readonly number[], of: (a: number, b: number, c: number) => number): number[] =>
    from.map((value, at) => (at === 0 || at === from.length - 1 ? value : of(from[at - 1]!, value, from[at + 1]!)));
  const medians = inner(values, (a, b, c) => medianOf([a, b, c]));
  return inner(medians, (a, b, c) => (a + 2 * b + c) / 4);
};

/**
 * Standard deviation of what changes a series from place to place, by second differences, which no line and hardly a
 * curve enters: σ² = Σ (xᵢ₋₁ − 2xᵢ + xᵢ₊₁)² / (6 · (n − 2)).
 *
 * @param from the place to begin at; where there are fewer than five places from there on, the last five count.
 * @see T. Gasser, L. Sroka, C. Jennen-Steinmetz: Residual Variance and Residual Pattern in Nonlinear Regression,
 * Biometrika 73, 1986.
 */
const noiseOf = (values: readonly number[], from: number): number => {
  const part = values.slice(Math.max(0, Math.min(from, values.length - 5)));
  if (part.length < 3) return 0;
  let sum = 0;
  for (let at = 1; at < part.length - 1; at += 1) sum += (part[at - 1]! - 2 * part[at]! + part[at + 1]!) ** 2;
  return Math.sqrt(sum / (6 * (part.length - 2)));
};

const medianOf = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
};
