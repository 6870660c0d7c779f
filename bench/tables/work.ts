import { join } from 'node:path';
import type { StageWork } from './processes.ts';

/**
 * SQL of the rows of a CSV of 8 columns: four of numbers, two of them with gaps, one of which is whole; two of labels, 20
 * and 5; a date; and a whole number as the target. A row in 100 equals an earlier one. All follows from the row's number.
 */
export const csvRows = (rows: number): string => `(
  SELECT
    CASE WHEN ${draw(1)} < 0.01 THEN NULL ELSE round(100 * (${draw(2)} + ${draw(3)} + ${draw(4)} - 1.5), 4) END AS height,
    round(exp(3 * ${draw(5)}), 3) AS income,
    CASE WHEN ${draw(6)} < 0.01 THEN NULL ELSE floor(90 * ${draw(7)})::INTEGER END AS age,
    ${draw(8)} AS score,
    'shop ' || floor(20 * ${draw(9)})::INTEGER AS shop,
    CASE WHEN ${draw(10)} < 0.005 THEN 'unknown' ELSE ['north', 'east', 'south', 'west'][1 + floor(4 * ${draw(11)})::INTEGER] END AS region,
    DATE '2015-01-01' + floor(3650 * ${draw(12)})::INTEGER AS day,
    floor(10 * ${draw(13)} * ${draw(14)})::INTEGER AS stars
  FROM (SELECT CASE WHEN range % 100 = 99 THEN range - 50 ELSE range END AS row FROM range(${rows}))
)`;

/** A number in [0, 1) for each row, another one for each place. */
const draw = (place: number): string => `(hash(row * 31 + ${place}) / 18446744073709551616.0)`;

export interface Stage extends StageWork {
  /** SQL of the rows that it reads. */
  readonly reads: string;
}

/** The stages in their order, each on what the one before wrote under `work`. */
export const stages = ({ csv, work }: { readonly csv: string; readonly work: string }): Stage[] => {
  const at = (...path: readonly string[]): string => join(work, ...path);
  const rowsOf = (...datasets: readonly string[]): string =>
    `read_parquet([${datasets.map((path) => `'${path}/shards/*.parquet'`).join(', ')}])`;
  const splits = { train: at('split/train'), validation: at('split/validation'), test: at('split/test') };
  return [
    {
      ...{ type: 'ingest', deps: { source: csv }, out: at('ingest') },
      params: { format: 'csv', target: 'stars' },
      reads: `read_csv('${csv}')`,
    },
    {
      ...{ type: 'clean', deps: { examples: at('ingest/examples') }, out: at('clean') },
      params: {
        map: { region: { unknown: 'north' } },
        range: { income: { max: 19, else: 'clip' } },
        missing: { height: { fill: 0 }, age: { fill: 0 } },
        duplicates: 'drop',
      },
      reads: rowsOf(at('ingest/examples')),
    },
    {
      ...{ type: 'split', deps: { examples: at('clean/examples') }, out: at('split') },
      params: { stratify: 'region' },
      reads: rowsOf(at('clean/examples')),
    },
    {
      ...{ type: 'normalize', deps: splits, out: at('normalize') },
      params: { method: 'standard' },
      reads: rowsOf(splits.train, splits.validation, splits.test),
    },
  ];
};
