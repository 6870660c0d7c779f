import { StageError } from '../../error.ts';
import type { Column, Dataset } from '../dataset.ts';
import { named, withConnection } from '../duckdb.ts';
import { type Beside, placeOf } from '../row-keys.ts';
import { scanAll } from '../scan.ts';
import { grouped, sortLabels } from '../words.ts';
import type { Strata } from './ranks.ts';

/** The label of each row, as its place among all labels, in their order; they are there once `beside` has been read. */
export const strataOf = async (
  dataset: Dataset,
  column: Column,
): Promise<{ readonly strata: Strata; readonly beside: Beside }> => {
  const names = column.kind === 'category' ? sortLabels(column.categories) : await labelsIn(dataset, column.name);
  const of = new Int32Array(dataset.manifest.rows);
  const take: Beside['take'] = (items, from) => of.set(items as Int32Array, from);
  return { strata: { names, of }, beside: { expression: placeOf(named(column.name), names), take } };
};

/** @throws StageError where there are so many that they can be no labels. */
const labelsIn = async (dataset: Dataset, name: string): Promise<string[]> => {
  const found = await withConnection((connection) =>
    connection.runAndReadAll(`SELECT DISTINCT ${named(name)} FROM ${scanAll(dataset)} LIMIT ${most + 1}`),
  );
  const labels = found.getRows().map(([label]) => String(label));
  if (labels.length <= most) return sortLabels(labels);
  throw new StageError(
    `params.stratify: column "${name}" has more than ${grouped(most)} distinct texts`,
    'a stratified split needs labels that many rows share',
  );
};

const most = 10_000;
