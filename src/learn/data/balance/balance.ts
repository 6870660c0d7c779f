import { StageError } from '../../error.ts';
import { createDatasetWriter, type Dataset, headerOf, openDataset } from '../dataset.ts';
import { valueCounts } from '../fitted/counts.ts';
import { readColumns } from '../read-columns.ts';
import { type LabelData, type Rows, rowCount, takeRows } from '../rows.ts';
import { scanAll } from '../scan.ts';
import { copyShards } from '../shards.ts';
import { oneTarget } from '../targets.ts';
import { sortLabels } from '../words.ts';
import { checkLabels, goalsOf } from './goals.ts';
import { labelsColumnOf, weighLabels } from './labels.ts';
import type { Balanced, BalanceParams } from './params.ts';
import { repetitionsOf } from './resample.ts';
import { balancedWeights } from './weights.ts';
import { writeSmote } from './write-smote.ts';

/**
 * Evens out the classes of train.
 *
 * @param out where the data set goes.
 * @throws StageError where the target has no classes, or the params do not fit it.
 */
export const balance = async (
  folder: string,
  out: string,
  { params, seed }: { readonly params: BalanceParams; readonly seed: number },
): Promise<Balanced> => {
  const dataset = await openDataset(folder);
  refuseStray(params);
  const lists = labelsColumnOf(dataset);
  if (lists !== undefined) return weighLabels(dataset, out, { column: lists, params });
  const before = await classesOf(dataset);
  if (params.method === 'weights') {
    if (params.weights !== undefined) checkLabels('weights', params.weights, before);
    const weights = params.weights ?? balancedWeights(before);
    await copyShards(dataset, out, { ...headerOf(dataset.manifest), weights: { ...weights } });
    return { before, after: before, weights };
  }
  const bound = params.method === 'undersample' ? 'least' : 'most';
  const after = goalsOf(before, { shares: params.shares, bound });
  if (params.method === 'smote') await writeSmote(dataset, out, { before, after, k: params.k, seed });
  else await writeRepeated(dataset, out, { goals: after, seed });
  return { before, after, weights: null };
};

const classesOf = async (dataset: Dataset): Promise<Map<string, number>> => {
  const { columns, rows } = dataset.manifest;
  const target = oneTarget(dataset.manifest.target, 'balance');
  const column = columns.find(({ name }) => name === target);
  if (column?.kind !== 'category') {
    throw new StageError(
      column === undefined
        ? 'train has no target'
        : `the target "${column.name}" is a ${column.kind}, and has no classes`,
      'balance is for a target of categories, or for a list of labels',
    );
  }
  const counts = rows === 0 ? new Map() : await valueCounts(dataset, column.name);
  if (counts.size === 0) throw new StageError('train has no rows with a class');
  return new Map(sortLabels(counts.keys() as Iterable<string>).map((label) => [label, counts.get(label) as number]));
};

const refuseStray = ({ method, weights, shares }: BalanceParams): void => {
  if (method !== 'weights' && weights !== undefined) {
    throw new StageError(`params.weights does not go with the method "${method}"`, 'say shares instead');
  }
  if (method === 'weights' && shares !== undefined) {
    throw new StageError('params.shares does not go with the method "weights"', 'say weights instead');
  }
};

const writeRepeated = async (
  dataset: Dataset,
  out: string,
  { goals, seed }: { readonly goals: ReadonlyMap<string, number>; readonly seed: number },
): Promise<void> => {
  const repetitions = repetitionsOf(await labelsOf(dataset), goals, seed);
  const writer = await createDatasetWriter(out, headerOf(dataset.manifest));
  let from = 0;
  for await (const rows of dataset.shards()) {
    const times = repetitions.subarray(from, from + rowCount(rows));
    const indices = [...times].flatMap((count, row) => new Array<number>(count).fill(row));
    from += rowCount(rows);
    if (indices.length > 0) await writer.append(numbered(takeRows(rows, indices)));
  }
  await writer.close();
};

/** Repeated rows stand side by side: the second gets the id of the first and "+1", and so on. */
const numbered = (rows: Rows): Rows => {
  let [last, count] = ['', 0];
  const ids = rows.ids.map((id) => {
    count = id === last ? count + 1 : 0;
    last = id;
    return count === 0 ? id : `${id}+${count}`;
  });
  return { ...rows, ids };
};

const labelsOf = async ({ folder, manifest }: Dataset): Promise<readonly (string | null)[]> => {
  const name = manifest.target as string;
  const from = `${scanAll({ folder, manifest })} ORDER BY file_index, file_row_number`;
  const columns = await readColumns(from, [{ name, kind: 'text', dtype: 'string' }]);
  return (columns.get(name) as LabelData).values;
};
