import type { FittedOutliers } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import { type Dataset, headerOf, openDataset } from '../dataset.ts';
import { withConnection } from '../duckdb.ts';
import { writeFitted } from '../fitted/artifact.ts';
import { sqlOfCode } from '../fitted/functions.ts';
import { mapStep } from '../fitted/map.ts';
import { rawAfterFitted } from '../fitted/raw.ts';
import type { SplitPaths } from '../fitted/splits.ts';
import { double } from '../fitted/sql.ts';
import { mapShards } from '../map-shards.ts';
import { type FoundOutliers, fitOutliers } from './fit.ts';
import { scoring } from './judge.ts';
import { writeLedger } from './ledger.ts';
import type { OutliersParams } from './params.ts';
import { isOutside } from './transform.ts';

export interface Bounded extends FoundOutliers {
  /** Rows of train that went. */
  readonly dropped: number;
  /** Values outside, or unusual rows, by split. */
  readonly outliers: Readonly<Record<string, number>>;
}

export interface OutlierPaths {
  /** What the stage before has fitted, if there was one. */
  readonly before: string | undefined;
  /** Where the whole list goes. */
  readonly fitted: string;
  readonly ledger: string;
}

/**
 * Finds on train alone which values or rows are unusual, and does with them what the params say: in every split, but rows
 * are dropped of train alone. Writes what it has learned, and a ledger of all that is unusual.
 *
 * @param splits train first.
 */
export const boundOutliers = async (
  splits: readonly [SplitPaths, ...SplitPaths[]],
  { before, fitted, ledger }: OutlierPaths,
  options: { readonly params: OutliersParams; readonly seed: number },
): Promise<Bounded> => {
  const train = await openDataset(splits[0].from);
  const found = await fitOutliers(train, options);
  await writeFitted(fitted, found.step, { before, manifest: train.manifest });
  let dropped = 0;
  const datasets: (readonly [string, Dataset])[] = [];
  for (const { split, from, to } of splits) {
    const dataset = await openDataset(from);
    datasets.push([split, dataset]);
    if (split === 'train' && found.step.action === 'drop') dropped = await dropRows(dataset, found.step, to);
    else await mapStep(dataset, { step: found.step, split, rows: split === 'train' ? 'fitted' : 'other', out: to });
  }
  const outliers = await writeLedger(ledger, datasets, found.step);
  return { ...found, dropped, outliers };
};

const dropRows = async (dataset: Dataset, step: FittedOutliers, out: string): Promise<number> => {
  const unusual = await unusualSql(step);
  const where = unusual === undefined ? undefined : `NOT (${unusual})`;
  const header = { ...headerOf(dataset.manifest), raw: rawAfterFitted(dataset.manifest.raw) };
  const manifest = await mapShards(dataset, { out, header, queryOf: () => ({ where }) });
  if (manifest.rows > 0) return dataset.manifest.rows - manifest.rows;
  throw new StageError('every row of train has an outlier: none would be left', 'raise the threshold');
};

/** SQL that says whether a row is to go; undefined where none can be. */
const unusualSql = async ({ features, judge }: FittedOutliers): Promise<string | undefined> => {
  if (judge === undefined) return features.length === 0 ? undefined : features.map(isOutside).join(' OR ');
  const score = await withConnection(async (connection) => sqlOfCode(connection, scoring(judge)));
  return `coalesce(${score} > ${double(judge.threshold)}, false)`;
};
