import type { EpochRecord } from '../../types/generated/history.ts';
import { gainOf, monitored } from './monitored.ts';

/** What decides which epoch is the best, and when it is time to stop. */
export interface Monitor {
  /** A key of the epochs' records, as `val_loss`. */
  readonly name: string;
  readonly mode: 'min' | 'max';
  /**
   * Of epochs with the same value, the one with less of this is the better: a share of few validation rows is soon the same
   * for many epochs, while the loss still tells them apart. Absent: the first of them is.
   */
  readonly tieBreak?: 'val_loss';
  /** By how much an epoch has to be better to count as better. */
  readonly minDelta: number;
  /** Epochs in a row without a better one after which training stops, at least 1; undefined: it does not. */
  readonly patience: number | undefined;
  /** What a better epoch has to be better than, too, for the waiting to begin anew. */
  readonly baseline?: number | undefined;
  /** Epochs at the beginning that are not judged. */
  readonly startFromEpoch?: number;
  /** Training stops as soon as an epoch is better than this. */
  readonly stoppingThreshold?: number | undefined;
  /** Training stops as soon as an epoch is worse than this. */
  readonly divergenceThreshold?: number | undefined;
  /** Whether a training that leaves the range of numbers ends with what it has, rather than fails. */
  readonly checkFinite?: boolean;
}

/** Why a training stopped before its last epoch, by the name of the param. */
export type StopReason = 'patience' | 'stopping_threshold' | 'divergence_threshold' | 'check_finite';

export interface Verdict {
  /** The best epoch so far, from 1: the first that none has since beaten by more than `minDelta`. */
  readonly best: number;
  readonly value: number;
  /** Why training stops after the last of the epochs; undefined: it goes on. */
  readonly stop: Exclude<StopReason, 'check_finite'> | undefined;
}

/**
 * Judges the epochs so far, as the EarlyStopping of Keras does, with the thresholds of Lightning's, and ties broken where that
 * is asked for: a pure function of
 * the records, so that a resumed training decides as one that was never interrupted. While no epoch is judged yet, the
 * last one counts as the best.
 *
 * @param epochs at least one.
 * @throws StageError where the monitored value is not in the records.
 */
export const judge = (epochs: readonly EpochRecord[], monitor: Monitor): Verdict => {
  const { mode, minDelta, baseline, startFromEpoch = 0 } = monitor;
  const isBetter = (value: number, than: number | undefined): boolean =>
    than === undefined || gainOf(value, than, mode) > minDelta;
  let best: (Best & { readonly tie?: number | undefined }) | undefined;
  let [waited, stop] = [0, undefined as Verdict['stop']];
  for (const record of epochs) {
    const value = monitored(record, monitor.name, paramOf(monitor));
    if (record.epoch <= startFromEpoch) continue;
    waited += 1;
    const tie = monitor.tieBreak && monitored(record, monitor.tieBreak, paramOf(monitor));
    const improves = isBetter(value, best?.value) || (value === best?.value && tie !== undefined && tie < best.tie!);
    if (improves) best = { epoch: record.epoch, value, tie };
    if (improves && isBetter(value, baseline)) waited = 0;
    stop = beyond(value, monitor) ?? (improves ? undefined : impatient(waited, monitor));
  }
  const { epoch, value } = best ?? lastOf(epochs, monitor);
  return { best: epoch, value, stop };
};

interface Best {
  readonly epoch: number;
  readonly value: number;
}

const lastOf = (epochs: readonly EpochRecord[], monitor: Monitor): Best => {
  const last = epochs.at(-1)!;
  return { epoch: last.epoch, value: monitored(last, monitor.name, paramOf(monitor)) };
};

/** Who named what is monitored: the objective alone has its ties broken. */
const paramOf = ({ tieBreak }: Monitor): string =>
  tieBreak === undefined ? 'early_stopping.monitor' : "the objective's metric";

const beyond = (value: number, { mode, stoppingThreshold, divergenceThreshold }: Monitor): Verdict['stop'] => {
  if (stoppingThreshold !== undefined && gainOf(value, stoppingThreshold, mode) > 0) return 'stopping_threshold';
  if (divergenceThreshold !== undefined && gainOf(value, divergenceThreshold, mode) < 0) return 'divergence_threshold';
  return undefined;
};

const impatient = (waited: number, { patience }: Monitor): Verdict['stop'] =>
  patience !== undefined && waited >= patience ? 'patience' : undefined;
