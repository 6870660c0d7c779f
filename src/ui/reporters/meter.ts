import type { Progress } from '../../types/stage.ts';
import { formatBytes, formatCount, formatNumber, formatPercent, formatSeconds } from '../format.ts';
import { oneLine } from '../text.ts';

/** How far one stage is and how fast it goes, from the last reports of its progress. Times are in milliseconds. */
export interface Meter {
  readonly latest: Progress;
  /** Reports of the last while, oldest first, at least `spacing` apart. */
  readonly samples: readonly { readonly at: number; readonly done: number }[];
}

/** The meter after one more report. A new unit or total, or work that went back, begins a new measurement. */
export const advance = (meter: Meter | undefined, progress: Progress, at: number): Meter => {
  const sample = { at, done: progress.done };
  if (meter === undefined || isOther(meter.latest, progress)) return { latest: progress, samples: [sample] };
  const { samples } = meter;
  if (at - samples.at(-1)!.at < spacing) return { latest: progress, samples };
  // The first sample stays until the window is full, so that the rate of short work is over all of it.
  const recent = samples.length >= 2 && at - samples[1]!.at > span ? samples.slice(1) : samples;
  return { latest: progress, samples: [...recent, sample] };
};

/** From 0 to 1. */
export const fractionOf = ({ latest }: Meter): number =>
  latest.total > 0 ? Math.min(1, Math.max(0, latest.done / latest.total)) : 0;

/** Units a second over the last while, or undefined while that is not known. */
export const rateOf = ({ samples, latest }: Meter, at: number): number | undefined => {
  const first = samples[0]!;
  const seconds = (at - first.at) / 1000;
  return seconds >= 1 && latest.done > first.done ? (latest.done - first.done) / seconds : undefined;
};

/** The parts of a line about progress; empty where there is nothing to say yet. */
export interface ProgressParts {
  /** `1,200 of 3,000 steps`. */
  readonly amount: string;
  /** `31 s left`. */
  readonly left: string;
  /** The stage's own remark. */
  readonly note: string;
  /** `30 steps/s`. */
  readonly rate: string;
}

export const partsOf = (meter: Meter, at: number): ProgressParts => {
  const { done, total, unit, note = '' } = meter.latest;
  const rate = rateOf(meter, at);
  if (unit === 'bytes')
    return {
      // Of a download whose server does not say how much there is, the total is 0.
      amount: total === 0 ? formatBytes(done) : `${formatBytes(done)} of ${formatBytes(total)}`,
      left: leftOf(meter.latest, rate),
      note: oneLine(note),
      rate: rate === undefined ? '' : `${formatBytes(rate)}/s`,
    };
  return {
    amount: `${amountOf(done)} of ${amountOf(total)} ${oneLine(unit)}`,
    left: leftOf(meter.latest, rate),
    note: oneLine(note),
    rate: rate === undefined ? '' : `${formatNumber(rate >= 10 ? Math.round(rate) : rate)} ${oneLine(unit)}/s`,
  };
};

const leftOf = ({ done, total }: Progress, rate: number | undefined): string =>
  rate === undefined || done >= total ? '' : `${roughly((total - done) / rate)} left`;

export const percentOf = (meter: Meter): string => formatPercent(fractionOf(meter));

const spacing = 500;
const span = 15_000;

const isOther = (before: Progress, now: Progress): boolean =>
  before.unit !== now.unit || before.total !== now.total || now.done < before.done;

const amountOf = (count: number): string => (Number.isInteger(count) ? formatCount(count) : formatNumber(count));

/** An estimate has no tenths of seconds. */
const roughly = (seconds: number): string =>
  seconds < 59.5 ? `${Math.max(1, Math.round(seconds))} s` : formatSeconds(seconds);
