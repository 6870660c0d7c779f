import type { AugmentPolicy, DatasetManifest } from '../dataset.ts';
import type { Rows } from '../rows.ts';
import type { Synonyms } from './text.ts';

/** A few rows, and what becomes of them. */
export interface Shown {
  readonly manifest: DatasetManifest;
  readonly rows: Rows;
  /** What each row is: its class, or the beginning of its id. */
  readonly labels: readonly string[];
  readonly policy: AugmentPolicy;
  readonly synonyms: Synonyms;
  readonly caption: string;
}
