import { join } from 'node:path';
import { StageError } from '../../error.ts';
import { groupsOfPairs, type Pair } from '../../similarity/groups.ts';
import { hammingPairs } from '../../similarity/hamming.ts';
import { type Images, perceptualHashes, pixelCorrelation } from '../../similarity/image-hash.ts';
import { nearSets } from '../../similarity/min-hash.ts';
import { nearRows } from '../../similarity/near-rows.ts';
import { shinglesOf } from '../../similarity/shingles.ts';
import type { Dataset } from '../dataset.ts';
import { named, withConnection } from '../duckdb.ts';
import type { KeyColumn } from '../row-keys.ts';
import { readSafetensors } from '../safetensors.ts';
import { scanShard } from '../scan.ts';
import { isTarget } from '../targets.ts';
import type { Search } from './duplicates.ts';
import type { NearRule } from './params.ts';

/**
 * Groups of rows that are nearly equal, by their first rows: texts by the Jaccard similarity of their runs of three
 * words, images by the correlation of their pixels where their perceptual hashes differ in 6 of 64 bits at most, and
 * without a column the rows of a table by their features. Whoever is near, over others too, is in one group.
 *
 * All rows of that column are in memory at once.
 *
 * @throws StageError where the column is of no kind that can be compared.
 */
export const findNear = async ({ dataset, columns, isIn }: Search, rule: NearRule): Promise<number[][]> => {
  const rows = Array.from({ length: dataset.manifest.rows }, (_, row) => row).filter(isIn);
  const pairs = await pairsOf({ dataset, columns, rows }, rule);
  return groupsOfPairs(pairs, rows.length).map((group) => group.map((at) => rows[at] as number));
};

interface Comparing {
  readonly dataset: Dataset;
  readonly columns: readonly KeyColumn[];
  /** Those that are compared; pairs number them through. */
  readonly rows: readonly number[];
}

const pairsOf = async (comparing: Comparing, { column: name, threshold }: NearRule): Promise<Pair[]> => {
  const { dataset, columns, rows } = comparing;
  if (name === undefined) return rowPairs(comparing, threshold);
  const found = columns.find(({ column }) => column.name === name);
  if (found?.column.kind === 'text' || found?.column.kind === 'category') {
    const texts = await valuesIn(dataset, found);
    const sets = rows.map((row) => shinglesOf(String(texts[row] ?? ''), { unit: 'word', size: 3 }));
    return nearSets(sets, { threshold, seed: 0 });
  }
  if (found?.column.kind === 'tensor' && found.column.dtype === 'uint8' && found.column.shape.length === 3) {
    const images = await imagesIn(comparing, name, found.column.shape as [number, number, number]);
    const pairs: Pair[] = [];
    hammingPairs(perceptualHashes(images), imageBits, (first, second) => {
      const measure = pixelCorrelation(images, first, second);
      if (measure >= threshold) pairs.push({ first, second, measure });
    });
    return pairs;
  }
  const what = found === undefined ? 'there is no such column' : `it is a ${found.column.kind}`;
  throw new StageError(
    `params.near: column "${name}" cannot be compared: ${what}`,
    'name a column of texts or of images of bytes, or none to compare rows by their features',
  );
};

const imageBits = 6;

const rowPairs = async ({ dataset, columns, rows }: Comparing, radius: number): Promise<Pair[]> => {
  const features = columns.filter(({ column }) => !isTarget(dataset.manifest.target, column.name));
  const take = async (column: KeyColumn): Promise<unknown[]> => {
    const values = await valuesIn(dataset, column);
    return rows.map((row) => values[row] ?? null);
  };
  const numbers: Float64Array[] = [];
  const categories: (string | null)[][] = [];
  for (const feature of features) {
    if (feature.column.kind === 'tensor') continue;
    const values = await take(feature);
    if (feature.column.kind === 'number')
      numbers.push(Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value))));
    else categories.push(values as (string | null)[]);
  }
  if (numbers.length > 0) return nearRows({ numbers, categories, rows: rows.length }, radius);
  throw new StageError(
    'params.near: the data set has no numbers among its features',
    'name a column of texts or images',
  );
};

const valuesIn = (dataset: Dataset, { column, sql }: KeyColumn): Promise<unknown[]> =>
  withConnection(async (connection) => {
    const all: unknown[] = [];
    for (const shard of dataset.manifest.shards) {
      const read = await connection.runAndReadAll(
        `SELECT ${sql ?? named(column.name)} FROM ${scanShard(dataset, shard)}`,
      );
      for (const value of read.getColumns()[0] ?? []) all.push(value);
    }
    return all;
  });

/** The images of these rows in grey. */
const imagesIn = async (
  { dataset, rows }: Comparing,
  name: string,
  [height, width, channels]: [number, number, number],
): Promise<Images> => {
  const size = height * width;
  const pixels = new Uint8Array(rows.length * size);
  let [start, at] = [0, 0];
  for (const shard of dataset.manifest.shards) {
    const data = (await readSafetensors(join(dataset.folder, shard.tensors as string))).get(name)?.data as Uint8Array;
    for (; at < rows.length && (rows[at] as number) < start + shard.rows; at += 1) {
      const from = ((rows[at] as number) - start) * size * channels;
      for (let pixel = 0; pixel < size; pixel += 1) {
        let sum = 0;
        for (let channel = 0; channel < channels; channel += 1)
          sum += data[from + pixel * channels + channel] as number;
        pixels[at * size + pixel] = Math.round(sum / channels);
      }
    }
    start += shard.rows;
  }
  return { pixels, count: rows.length, height, width };
};
