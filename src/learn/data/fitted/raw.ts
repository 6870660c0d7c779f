import type { RawRows } from '../../../types/generated/dataset.ts';

/** What is known of raw rows once a fitted step has gone over them: the step itself stands in the list of fitted ones. */
export const rawAfterFitted = (raw: RawRows | undefined): RawRows | undefined =>
  raw && { ...raw, fitted: (raw.fitted ?? 0) + 1 };
