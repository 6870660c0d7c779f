import type { Fitted } from '../../../types/generated/fitted.ts';
import { openDataset, writeJson } from '../dataset.ts';
import { apply } from './apply.ts';
import { fitNormalizer } from './fit.ts';
import type { NormalizeParams } from './params.ts';

/** A split to normalize. */
export interface SplitPaths {
  readonly split: string;
  /** The data set to read. */
  readonly from: string;
  /** Where the normalized one goes. */
  readonly to: string;
}

export interface Normalized {
  readonly fitted: Fitted;
  /** By split: values of category features that train does not have. */
  readonly unknown: Readonly<Record<string, number>>;
}

/**
 * Fits on train alone, applies it to every split, and writes what was fitted.
 *
 * @param splits train first.
 * @param fittedPath where the statistics go.
 */
export const normalize = async (
  splits: readonly [SplitPaths, ...SplitPaths[]],
  fittedPath: string,
  params: NormalizeParams,
): Promise<Normalized> => {
  const fitted = await fitNormalizer(await openDataset(splits[0].from), params);
  await writeJson(fittedPath, fitted);
  const unknown: Record<string, number> = {};
  for (const { split, from, to } of splits) {
    const applied = await apply(await openDataset(from), { fitted, split, out: to });
    unknown[split] = applied.unknown;
  }
  return { fitted, unknown };
};
