import type { DatasetManifest } from '../../types/generated/dataset.ts';
import { StageError } from '../error.ts';
import { listed } from './words.ts';

/** What a data set is to predict, as its manifest says it: the name of a column, those of several, or null for none. */
export type Target = DatasetManifest['target'];

/** The names of the targets, in their order; none where there is no target. */
export const targetNames = (target: Target): readonly string[] => (target === null ? [] : [target].flat());

/** Whether a column is a target: all others are features. */
export const isTarget = (target: Target, name: string): boolean => targetNames(target).includes(name);

/** A target as manifests write it: one name alone is no list. */
export const targetOf = (names: readonly string[]): Target => {
  const [first, second, ...others] = names;
  if (first === undefined) return null;
  return second === undefined ? first : [first, second, ...others];
};

/**
 * The one target, for what cannot do with several.
 *
 * @param what goes by it, for the message: as "balance".
 * @throws StageError where there are several.
 */
export const oneTarget = (target: Target, what: string): string | null => {
  if (!Array.isArray(target)) return target;
  throw new StageError(
    `${what} goes by one target, and the data set has ${target.length}: ${listed(target)}`,
    'leave the stage out, or give it a data set with one of them in ingest.target',
  );
};
