import { join } from 'node:path';
import { openIndexData } from '../lineage/index/data.ts';
import { DamagedIndex } from '../lineage/index/files.ts';

/** A run that the lineage index knows, with the digest that its record had then. */
export interface RememberedRun {
  readonly run: string;
  readonly record: string;
}

/**
 * The runs that the lineage index knows. It is derived and proves nothing; but where a record is gone or was changed,
 * it may tell which.
 */
export const rememberedRuns = (store: string): readonly RememberedRun[] => {
  try {
    return openIndexData(join(store, 'index-v1')).rows();
  } catch (error) {
    if (error instanceof DamagedIndex) return [];
    throw error;
  }
};
