import type { EpochRecord } from '../../types/generated/history.ts';
import { StageError } from '../error.ts';

/**
 * What is monitored, in the record of an epoch.
 *
 * @param name a key of the records, as `val_loss`.
 * @param param the param that names it, for the message.
 * @throws StageError where it is not recorded.
 */
export const monitored = (record: EpochRecord, name: string, param: string): number => {
  const values = record as unknown as Readonly<Record<string, number | undefined>>;
  const value = values[name];
  if (value !== undefined && name !== 'epoch' && name !== 'phase') return value;
  const known = Object.keys(record).filter((key) => !['epoch', 'phase', 'rate'].includes(key));
  throw new StageError(
    `${param} is "${name}", which is not recorded`,
    `recorded are ${known.join(', ')}${name.endsWith('accuracy') && known.includes('mae') ? '; the target is a number: for classes, make it a category by params.types of ingest' : ''}`,
  );
};

/** By how much a value is better than another one; below 0 it is worse. */
export const gainOf = (value: number, than: number, mode: 'min' | 'max'): number =>
  mode === 'min' ? than - value : value - than;
