import type { FittedImpute } from '../../../types/generated/fitted.ts';
import { openDataset } from '../dataset.ts';
import { writeFitted } from '../fitted/artifact.ts';
import { missingIn } from '../fitted/counts.ts';
import { mapStep } from '../fitted/map.ts';
import type { SplitPaths } from '../fitted/splits.ts';
import { writeTable } from '../table.ts';
import { fitImputer } from './fit.ts';
import type { ImputeParams } from './params.ts';

export interface Imputed {
  readonly step: FittedImpute;
  /** Values that were filled, by split. */
  readonly filled: Readonly<Record<string, number>>;
}

export interface ImputePaths {
  /** What the stage before has fitted, if there was one. */
  readonly before: string | undefined;
  /** Where the whole list goes. */
  readonly fitted: string;
  readonly ledger: string;
}

/**
 * Fits on train alone, fills the gaps of every split, and writes what was fitted and how often each value was put in.
 *
 * @param splits train first.
 */
export const impute = async (
  splits: readonly [SplitPaths, ...SplitPaths[]],
  { before, fitted, ledger }: ImputePaths,
  params: ImputeParams,
): Promise<Imputed> => {
  const train = await openDataset(splits[0].from);
  const step = await fitImputer(train, params);
  await writeFitted(fitted, step, { before, manifest: train.manifest });
  const entries: Entry[] = [];
  for (const { split, from, to } of splits) {
    const dataset = await openDataset(from);
    await mapStep(dataset, { step, split, rows: split === 'train' ? 'fitted' : 'other', out: to });
    const missing = await missingIn(
      dataset,
      step.features.map(({ name }) => name),
    );
    for (const feature of step.features) {
      const value = feature.kind === 'fill' ? String(feature.value) : null;
      entries.push({
        split,
        column: feature.name,
        method: feature.method,
        value,
        rows: missing.get(feature.name) ?? 0,
      });
    }
  }
  await writeLedger(ledger, entries);
  return { step, filled: Object.fromEntries(splits.map(({ split }) => [split, total(entries, split)])) };
};

/** How often a column of a split was filled. */
interface Entry {
  readonly split: string;
  readonly column: string;
  readonly method: string;
  /** As a text; null where each row has its own. */
  readonly value: string | null;
  readonly rows: number;
}

const writeLedger = (path: string, entries: readonly Entry[]): Promise<void> =>
  writeTable(path, [
    ...(['split', 'column', 'method', 'value'] as const).map((name) => ({
      ...{ name, type: 'string' as const, values: entries.map((entry) => entry[name]) },
    })),
    { name: 'rows', type: 'float64', values: Float64Array.from(entries, ({ rows }) => rows) },
  ]);

const total = (entries: readonly Entry[], split: string): number =>
  entries.filter((entry) => entry.split === split).reduce((sum, { rows }) => sum + rows, 0);
