import type { LabelsColumn } from '../../../types/generated/dataset.ts';
import { StageError } from '../../error.ts';
import { type Dataset, headerOf } from '../dataset.ts';
import { firstRow, named, withConnection } from '../duckdb.ts';
import { labelsIn } from '../ingest/label-lists.ts';
import { scanAll } from '../scan.ts';
import { copyShards } from '../shards.ts';
import { oneTarget } from '../targets.ts';
import { checkLabels } from './goals.ts';
import type { Balanced, BalanceParams } from './params.ts';
import { balancedWeights, positiveWeights } from './weights.ts';

/** The target, where it is a list of labels. */
export const labelsColumnOf = ({ manifest: { target, columns } }: Dataset): LabelsColumn | undefined => {
  const name = oneTarget(target, 'balance');
  const column = columns.find((each) => each.name === name);
  return column?.kind === 'labels' ? column : undefined;
};

/**
 * Gives each label of a list a weight: what it counts for in the loss of a row that has it; of tags, in that of a word
 * that has it, by how many words do. No row changes.
 *
 * @throws StageError where another method is asked for, or no row has a list.
 */
export const weighLabels = async (
  dataset: Dataset,
  out: string,
  { column, params }: { readonly column: LabelsColumn; readonly params: BalanceParams },
): Promise<Balanced> => {
  if (params.method !== 'weights') {
    throw new StageError(
      `the method "${params.method}" goes by one class a row, and the target "${column.name}" is a list of labels: a row more of one label is one more of all that it has`,
      'take the method "weights"',
    );
  }
  const { rows, counts } = await countsOf(dataset, column);
  if (rows === 0) throw new StageError('train has no rows with a list of labels');
  if (params.weights !== undefined) checkLabels('weights', params.weights, counts);
  const weights =
    params.weights ?? (column.each === undefined ? positiveWeights(counts, rows) : balancedWeights(counts));
  await copyShards(dataset, out, { ...headerOf(dataset.manifest), weights: { ...weights } });
  return { before: counts, after: counts, weights };
};

const countsOf = async (dataset: Dataset, { name }: LabelsColumn) => {
  if (dataset.manifest.rows === 0) return { rows: 0, counts: new Map<string, number>() };
  return withConnection(async (connection) => {
    const table = { table: scanAll(dataset), files: [], rows: dataset.manifest.rows };
    const found = await labelsIn(connection, table, named(name));
    const [rows] = await firstRow(connection, `SELECT count(${named(name)}) FROM ${scanAll(dataset)}`);
    return { rows: Number(rows), counts: new Map(found.map(({ label, rows: own }) => [label, own])) };
  });
};
