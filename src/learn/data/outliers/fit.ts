import type { FittedBounds, FittedOutliers } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import type { Dataset } from '../dataset.ts';
import { firstRow, withConnection } from '../duckdb.ts';
import { quantilesOf } from '../fitted/counts.ts';
import { momentsOf } from '../fitted/moments.ts';
import { asDouble, double } from '../fitted/sql.ts';
import type { Statistics } from '../normalize/statistics.ts';
import { scanAll } from '../scan.ts';
import { fitRows } from './fit-rows.ts';
import { type BoundsMethod, type OutliersParams, usualThresholds } from './params.ts';
import { planOf } from './plan.ts';
import { isOutside } from './transform.ts';

export interface FoundOutliers {
  readonly step: FittedOutliers;
  /** Columns without a spread by their method, as one in which more than half of the values are equal: not judged. */
  readonly flat: readonly string[];
}

/**
 * Finds on train where the usual values of each feature of numbers end, or which rows are unlike others.
 *
 * @param options.seed of an isolation forest.
 * @throws StageError where the params name a column that is no such feature, or do not go together.
 */
export const fitOutliers = async (
  dataset: Dataset,
  { params, seed }: { readonly params: OutliersParams; readonly seed: number },
): Promise<FoundOutliers> => {
  const { manifest } = dataset;
  if (manifest.rows === 0) throw new StageError('train has no rows: there is nothing to fit on');
  const plan = planOf(manifest, params);
  if (plan.by === 'rows') return { step: await fitRows(dataset, { ...plan, params, seed }), flat: [] };
  return fitBounds(dataset, plan.columns, params);
};

const fitBounds = async (
  dataset: Dataset,
  planned: readonly { readonly name: string; readonly method: BoundsMethod }[],
  params: OutliersParams,
): Promise<FoundOutliers> => {
  const moments = await momentsOf(
    dataset,
    planned.map(({ name }) => name),
  );
  const features: FittedBounds[] = [];
  const flat: string[] = [];
  for (const { name, method } of planned) {
    const middle = await middleOf(dataset, name, { method, statistics: moments.get(name) as Statistics });
    if (middle.spread === 0) flat.push(name);
    else features.push(await boundsOf(dataset, { name, method, params, ...middle }));
  }
  return { step: { stage: 'outliers', rows: dataset.manifest.rows, action: params.action, features }, flat };
};

/** From where, and in which unit, a column's bounds are measured. */
interface Middle {
  readonly lower: number;
  readonly upper: number;
  readonly spread: number;
}

/**
 * "iqr": from the quartiles, in interquartile ranges. "z-score": from the mean, in standard deviations. "mad": from the
 * median, in median absolute deviations times 1.4826, which is the standard deviation where values are normal.
 *
 * @see J. W. Tukey: Exploratory Data Analysis, 1977; B. Iglewicz, D. Hoaglin: How to Detect and Handle Outliers, 1993.
 */
const middleOf = async (
  dataset: Dataset,
  name: string,
  { method, statistics: { count, mean, sd } }: { readonly method: BoundsMethod; readonly statistics: Statistics },
): Promise<Middle> => {
  if (count === 0) return { lower: 0, upper: 0, spread: 0 };
  if (method === 'z-score') return { lower: mean, upper: mean, spread: sd };
  const [lower, median, upper] = (await quantilesOf(dataset, name, [0.25, 0.5, 0.75])) as [number, number, number];
  if (method === 'iqr') return { lower, upper, spread: upper - lower };
  const deviation = `quantile_cont(abs(${asDouble(name)} - ${double(median)}), 0.5)`;
  const [mad] = await withConnection((connection) =>
    firstRow(connection, `SELECT ${deviation} FROM ${scanAll(dataset)}`),
  );
  return { lower: median, upper: median, spread: 1.4826 * (mad as number) };
};

interface Bounding extends Middle {
  readonly name: string;
  readonly method: BoundsMethod;
  readonly params: OutliersParams;
}

const boundsOf = async (
  dataset: Dataset,
  { name, method, params, lower, upper, spread }: Bounding,
): Promise<FittedBounds> => {
  const threshold = params.threshold ?? usualThresholds[method];
  const bounds: FittedBounds = {
    ...{ name, kind: 'bounds' as const, method, threshold, outliers: 0 },
    ...{ low: lower - threshold * spread, high: upper + threshold * spread },
    ...(params.action === 'flag' ? { flag: `${name}.outlier` } : {}),
  };
  const sql = `SELECT count(*) FILTER (${isOutside(bounds)}) FROM ${scanAll(dataset)}`;
  const [outliers] = await withConnection((connection) => firstRow(connection, sql));
  return { ...bounds, outliers: Number(outliers) };
};
