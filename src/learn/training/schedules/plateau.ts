import type { EpochRecord } from '../../../types/generated/history.ts';
import { gainOf, monitored } from '../monitored.ts';
import type { Schedule } from './schedule.ts';

export interface PlateauOptions {
  /** A key of the epochs' records, as `val_loss`. */
  readonly monitor: string;
  readonly mode: 'min' | 'max';
  /** What is left of the rate each time, in (0, 1). */
  readonly factor: number;
  /** Epochs in a row without a better one after which the rate falls, at least 1. */
  readonly patience: number;
  /** By how much an epoch has to be better to count as better. */
  readonly minDelta: number;
  /** Epochs after a fall that are not waited for. */
  readonly cooldown: number;
  /** The lowest share of the peak, in [0, 1]. */
  readonly alpha: number;
}

/**
 * Falls by a factor when what is monitored has ceased to improve, as Keras's ReduceLROnPlateau: a pure function of the
 * epochs' records, so that a resumed training decides as one that was never interrupted.
 *
 * @throws StageError where the monitored value is not in the records.
 */
export const plateau = (options: PlateauOptions): Schedule => {
  let known: { readonly epochs: readonly EpochRecord[]; readonly share: number } | undefined;
  return (_, epochs) => {
    if (known?.epochs !== epochs) known = { epochs, share: shareAfter(epochs, options) };
    return known.share;
  };
};

const shareAfter = (epochs: readonly EpochRecord[], options: PlateauOptions): number => {
  const { mode, factor, patience, minDelta, cooldown, alpha } = options;
  let best: number | undefined;
  let [share, waited, cooling] = [1, 0, 0];
  for (const record of epochs) {
    const value = monitored(record, options.monitor, 'schedule.monitor');
    if (cooling > 0) [cooling, waited] = [cooling - 1, 0];
    if (best === undefined || gainOf(value, best, mode) > minDelta) {
      [best, waited] = [value, 0];
    } else if (cooling === 0) {
      waited += 1;
      if (waited >= patience && share > alpha) {
        [share, cooling, waited] = [Math.max(share * factor, alpha), cooldown, 0];
      }
    }
  }
  return share;
};
