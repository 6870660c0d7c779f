import type { FittedBounds, FittedOutliers } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import { type Dataset, headerOf, openDataset } from '../dataset.ts';
import { named, quoted, withConnection } from '../duckdb.ts';
import { writeFitted } from '../fitted/artifact.ts';
import { mapStep } from '../fitted/map.ts';
import type { SplitPaths } from '../fitted/splits.ts';
import { asDouble, double } from '../fitted/sql.ts';
import { mapShards } from '../map-shards.ts';
import { scanAll } from '../scan.ts';
import { parquetOptions } from '../table.ts';
import { type FoundBounds, fitBounds } from './fit.ts';
import type { OutliersParams } from './params.ts';
import { isOutside } from './transform.ts';

export interface Bounded extends FoundBounds {
  /** Rows of train that went. */
  readonly dropped: number;
  /** Values outside, by split. */
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
 * Finds bounds on train alone, and does with the values outside what the params say: in every split, but rows are dropped
 * of train alone. Writes the bounds, and a ledger of every value outside.
 *
 * @param splits train first.
 */
export const boundOutliers = async (
  splits: readonly [SplitPaths, ...SplitPaths[]],
  { before, fitted, ledger }: OutlierPaths,
  params: OutliersParams,
): Promise<Bounded> => {
  const train = await openDataset(splits[0].from);
  const found = await fitBounds(train, params);
  await writeFitted(fitted, found.step, { before, manifest: train.manifest });
  let dropped = 0;
  const datasets: (readonly [string, Dataset])[] = [];
  for (const { split, from, to } of splits) {
    const dataset = await openDataset(from);
    datasets.push([split, dataset]);
    if (split === 'train' && params.action === 'drop') dropped = await dropRows(dataset, found.step, to);
    else await mapStep(dataset, { step: found.step, split, rows: split === 'train' ? 'fitted' : 'other', out: to });
  }
  const outliers = await writeLedger(ledger, datasets, found.step);
  return { ...found, dropped, outliers };
};

const dropRows = async (dataset: Dataset, { features }: FittedOutliers, out: string): Promise<number> => {
  const where = features.length === 0 ? undefined : `NOT (${features.map(isOutside).join(' OR ')})`;
  const manifest = await mapShards(dataset, { out, header: headerOf(dataset.manifest), queryOf: () => ({ where }) });
  if (manifest.rows > 0) return dataset.manifest.rows - manifest.rows;
  throw new StageError('every row of train has an outlier: none would be left', 'raise the threshold');
};

/** A row for each value outside: split, id, column, action, before, after (null: missing, dropped, or only flagged). */
const writeLedger = (
  path: string,
  datasets: readonly (readonly [string, Dataset])[],
  step: FittedOutliers,
): Promise<Record<string, number>> =>
  withConnection(async (connection) => {
    const counts: Record<string, number> = {};
    await connection.run(
      'CREATE OR REPLACE TEMP TABLE ledger (split VARCHAR, id VARCHAR, "column" VARCHAR, action VARCHAR, before DOUBLE, after DOUBLE)',
    );
    for (const [split, dataset] of datasets) {
      counts[split] = 0;
      for (const bounds of dataset.manifest.rows === 0 ? [] : step.features) {
        const inserted = await connection.run(`INSERT INTO ledger ${entriesOf(split, dataset, { step, bounds })}`);
        counts[split] += inserted.rowsChanged;
      }
    }
    await connection.run(`COPY ledger TO ${quoted(path)} (${parquetOptions})`);
    await connection.run('DROP TABLE ledger');
    return counts;
  });

const entriesOf = (
  split: string,
  dataset: Dataset,
  { step: { action }, bounds }: { readonly step: FittedOutliers; readonly bounds: FittedBounds },
): string => {
  const x = asDouble(bounds.name);
  const done = action === 'drop' && split !== 'train' ? 'keep' : action;
  const winsorized = `CASE WHEN ${x} < ${double(bounds.low)} THEN ${double(bounds.low)} ELSE ${double(bounds.high)} END`;
  const after = { winsorize: winsorized, drop: 'NULL', null: 'NULL', flag: x, keep: x }[done];
  return `SELECT ${quoted(split)}, ${named('__id')}, ${quoted(bounds.name)}, ${quoted(done)}, ${x}, ${after}
    FROM ${scanAll(dataset)} WHERE ${isOutside(bounds)} ORDER BY file_index, file_row_number`;
};
