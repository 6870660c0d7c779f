import type { EpochRecord } from '../../types/generated/history.ts';
import { StageError } from '../error.ts';

/** What decides which epoch is the best, and when it is time to stop. */
export interface Monitor {
  /** A key of the epochs' records, as `val_loss`. */
  readonly name: string;
  readonly mode: 'min' | 'max';
  /** By how much an epoch has to be better to count as better. */
  readonly minDelta: number;
  /** Epochs in a row without a better one after which training stops, at least 1; undefined: it does not. */
  readonly patience: number | undefined;
}

export interface Verdict {
  /** The best epoch so far, from 1: the first that none has since beaten by more than `minDelta`. */
  readonly best: number;
  readonly value: number;
  readonly stop: boolean;
}

/**
 * Judges the epochs so far, as Keras's EarlyStopping does: a pure function of the records, so that a resumed
 * training decides as one that was never interrupted.
 *
 * @param epochs at least one.
 * @throws StageError where the monitored value is not in the records.
 */
export const judge = (epochs: readonly EpochRecord[], monitor: Monitor): Verdict => {
  let best = { epoch: 0, value: monitor.mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY };
  for (const record of epochs) {
    const value = monitored(record, monitor);
    const gain = monitor.mode === 'min' ? best.value - value : value - best.value;
    if (gain > monitor.minDelta) best = { epoch: record.epoch, value };
  }
  const waited = epochs.length - best.epoch;
  return { best: best.epoch, value: best.value, stop: monitor.patience !== undefined && waited >= monitor.patience };
};

const monitored = (record: EpochRecord, { name }: Monitor): number => {
  const values = record as unknown as Readonly<Record<string, number | undefined>>;
  const value = values[name];
  if (value !== undefined && name !== 'epoch') return value;
  const known = Object.keys(record).filter((key) => key !== 'epoch' && key !== 'rate');
  throw new StageError(
    `early_stopping.monitor is "${name}", which is not recorded`,
    `recorded are ${known.join(', ')}${name.endsWith('accuracy') && known.includes('mae') ? '; the target is a number: for classes, make it a category by params.types of ingest' : ''}`,
  );
};
