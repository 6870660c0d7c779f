import type { DatasetShard } from '../../../types/generated/dataset.ts';
import type { Dataset } from '../dataset.ts';
import { firstRow, withConnection } from '../duckdb.ts';
import type { Statistics } from '../normalize/statistics.ts';
import { scanShard } from '../scan.ts';
import { asDouble } from './sql.ts';

/**
 * Statistics of columns of numbers, missing values aside: DuckDB aggregates each shard, which one thread does in the
 * order of its rows, and the shards are combined in their order. So the bits depend on no number of threads.
 *
 * A shard's mean is of a compensated sum, its variance by Welford's update.
 *
 * @throws never; a column without a value has all zeros.
 * @see T. F. Chan, G. H. Golub, R. J. LeVeque: Updating Formulae and a Pairwise Algorithm for Computing Sample
 * Variances, Stanford STAN-CS-79-773, 1979.
 */
export const momentsOf = async (dataset: Dataset, names: readonly string[]): Promise<Map<string, Statistics>> => {
  const { shards } = dataset.manifest;
  const parts: Statistics[][] = new Array(shards.length);
  let next = 0;
  const work = (): Promise<void> =>
    withConnection(async (connection) => {
      for (let index = next++; index < shards.length; index = next++) {
        const row = await firstRow(connection, aggregate(dataset, shards[index] as DatasetShard, names));
        parts[index] = names.map((_, at) => partOf(row.slice(5 * at, 5 * at + 5)));
      }
    });
  if (names.length > 0) await Promise.all(Array.from({ length: atOnce }, work));
  return new Map(names.map((name, at) => [name, parts.reduce((all, part) => combine(all, part[at]!), none)]));
};

/** Shards that are worked on at a time. */
const atOnce = 2;

const aggregate = (dataset: Dataset, shard: DatasetShard, names: readonly string[]): string => {
  const terms = names.map(asDouble).map((x) => `count(${x}), min(${x}), max(${x}), favg(${x}), var_pop(${x})`);
  return `SELECT ${terms.join(', ')} FROM ${scanShard(dataset, shard)}`;
};

const partOf = ([count, min, max, mean, variance]: readonly unknown[]): Statistics => {
  if (Number(count) === 0) return none;
  if (min === max) return { count: Number(count), min: min as number, max: max as number, mean: min as number, sd: 0 };
  return {
    ...{ count: Number(count), min: min as number, max: max as number },
    ...{ mean: mean as number, sd: Math.sqrt(variance as number) },
  };
};

/** The statistics of two sets together. */
export const combine = (a: Statistics, b: Statistics): Statistics => {
  if (a.count === 0 || b.count === 0) return a.count === 0 ? b : a;
  const count = a.count + b.count;
  const [min, max] = [Math.min(a.min, b.min), Math.max(a.max, b.max)];
  if (min === max) return { count, min, max, mean: min, sd: 0 };
  const distance = b.mean - a.mean;
  const mean = a.mean + (distance * b.count) / count;
  const squares = a.sd * a.sd * a.count + b.sd * b.sd * b.count + (distance * distance * a.count * b.count) / count;
  return { count, min, max, mean, sd: Math.sqrt(squares / count) };
};

const none: Statistics = { count: 0, min: 0, max: 0, mean: 0, sd: 0 };
