import type { FittedNormalize } from '../../../types/generated/fitted.ts';
import { openDataset } from '../dataset.ts';
import { writeFitted } from '../fitted/artifact.ts';
import { mapStep } from '../fitted/map.ts';
import type { SplitPaths } from '../fitted/splits.ts';
import { fitNormalizer } from './fit.ts';
import type { NormalizeParams } from './params.ts';

export interface Normalized {
  readonly step: FittedNormalize;
  /** By split: values of category features that train does not have. */
  readonly unknown: Readonly<Record<string, number>>;
}

/**
 * Fits on train alone, applies it to every split, and writes what was fitted after what was before.
 *
 * @param splits train first.
 * @param fitted.before what the stage before has fitted, if there was one.
 * @param fitted.path where the whole list goes.
 * @param fitted.vocabulary path of the pieces that texts are cut into, where they are not learnt on train.
 */
export const normalize = async (
  splits: readonly [SplitPaths, ...SplitPaths[]],
  {
    before,
    path,
    vocabulary,
    progress,
  }: {
    readonly before: string | undefined;
    readonly path: string;
    readonly vocabulary?: string | undefined;
    readonly progress?: (rows: number) => void;
  },
  params: NormalizeParams,
): Promise<Normalized> => {
  const train = await openDataset(splits[0].from);
  const step = await fitNormalizer(train, params, vocabulary);
  await writeFitted(path, step, { before, manifest: train.manifest });
  const unknown: Record<string, number> = {};
  let done = 0;
  for (const { split, from, to } of splits) {
    const dataset = await openDataset(from);
    const rows = split === 'train' ? 'fitted' : 'other';
    const base = done;
    const mapped = await mapStep(dataset, { step, split, rows, out: to, progress: (at) => progress?.(base + at) });
    unknown[split] = mapped.unknown;
    done += dataset.manifest.rows;
  }
  return { step, unknown };
};
