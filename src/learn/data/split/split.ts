import { StageError } from '../../error.ts';
import type { Stream } from '../../random.ts';
import {
  createDatasetWriter,
  type Dataset,
  type DatasetHeader,
  type DatasetWriter,
  headerOf,
  openDataset,
} from '../dataset.ts';
import { type Rows, rowCount, takeRows } from '../rows.ts';
import { writeTable } from '../table.ts';
import { fixedSplit } from './fixed.ts';
import { type SplitName, type SplitParams, splitNames } from './params.ts';
import { randomSplit } from './random.ts';
import { type Survey, survey } from './survey.ts';

export interface SplitResult {
  /** Rows of each split. */
  readonly rows: Readonly<Record<SplitName, number>>;
  /** Rows of train or validation whose content is that of a row of the official test set. */
  readonly shared: number;
}

/**
 * Splits a data set into train, validation and test, each a data set of its own, and writes who is where.
 *
 * @param outs where the three data sets and the assignment go.
 * @throws StageError where a split that is asked for would be empty.
 */
export const split = async (
  folder: string,
  outs: Readonly<Record<SplitName | 'assignment', string>>,
  { params, random }: { params: SplitParams; random: Stream },
): Promise<SplitResult> => {
  const dataset = await openDataset(folder);
  const plan = planOf(params, dataset);
  const rows = await survey(dataset, plan.kind === 'fixed' ? plan.column : params.stratify);
  const assigned = assignmentOf(rows, plan, random);
  await writeTable(outs.assignment, [
    { name: 'id', type: 'string', values: rows.ids },
    { name: 'split', type: 'string', values: assigned },
  ]);
  await writeSplits(dataset, { outs, assigned, without: plan.kind === 'fixed' ? plan.column : null });
  return { rows: countSplits(assigned, plan), shared: sharedRows(rows, assigned) };
};

type Plan =
  | { readonly kind: 'fixed'; readonly column: string }
  | { readonly kind: 'official'; readonly validation: number }
  | { readonly kind: 'random'; readonly validation: number; readonly test: number };

const planOf = ({ fixed, test, validation, stratify }: SplitParams, { manifest }: Dataset): Plan => {
  if (fixed !== undefined) {
    if (test === undefined && validation === undefined && stratify === null) return { kind: 'fixed', column: fixed };
    throw new StageError('params.fixed decides the split alone: it does not go with test, validation or stratify');
  }
  const share = validation ?? defaults.validation;
  if (test !== 'official') return randomPlan(share, test ?? defaults.test);
  if (manifest.official !== undefined) return { kind: 'official', validation: share };
  throw new StageError(
    'params.test is "official", and the source has no test set of its own',
    'give a fraction, as 0.2',
  );
};

const defaults = { test: 0.2, validation: 0.1 };

const randomPlan = (validation: number, test: number): Plan => {
  if (validation + test < 1) return { kind: 'random', validation, test };
  throw new StageError(`params.validation ${validation} and params.test ${test} leave nothing for train`);
};

const assignmentOf = (rows: Survey, plan: Plan, random: Stream): SplitName[] => {
  if (plan.kind === 'fixed') return fixedSplit(rows, plan.column);
  const isTest = (row: number): boolean => plan.kind === 'official' && rows.official?.[row] === 'test';
  const assigned = rows.ids.map((_, row): SplitName => (isTest(row) ? 'test' : 'train'));
  const pool = rows.ids.flatMap((_, row) => (isTest(row) ? [] : [row]));
  const shares = { validation: plan.validation, test: plan.kind === 'random' ? plan.test : 0 };
  randomSplit({ pool, survey: rows, shares }, random, assigned);
  return assigned;
};

/** A split that nobody asked for may be empty; train may not. */
const countSplits = (assigned: readonly SplitName[], plan: Plan): Record<SplitName, number> => {
  const rows = { train: 0, validation: 0, test: 0 };
  for (const name of assigned) rows[name] += 1;
  const asked = splitNames.filter((name) => {
    if (name === 'train') return true;
    if (plan.kind === 'fixed') return false;
    return name === 'validation' ? plan.validation > 0 : plan.kind === 'official' || plan.test > 0;
  });
  const empty = asked.find((name) => rows[name] === 0);
  if (empty === undefined) return rows;
  throw new StageError(`${empty} would be empty: there are ${assigned.length} rows to split`);
};

const sharedRows = ({ digests }: Survey, assigned: readonly SplitName[]): number => {
  const test = new Set(digests.filter((_, row) => assigned[row] === 'test'));
  return digests.filter((digest, row) => assigned[row] !== 'test' && test.has(digest)).length;
};

interface Writing {
  readonly outs: Readonly<Record<SplitName, string>>;
  readonly assigned: readonly SplitName[];
  /** The column that said the split: no feature. */
  readonly without: string | null;
}

const writeSplits = async ({ manifest, shards }: Dataset, { outs, assigned, without }: Writing): Promise<void> => {
  const columns = manifest.columns.filter(({ name }) => name !== without);
  const header: DatasetHeader = { ...headerOf(manifest), columns, official: false };
  const writers = new Map<SplitName, DatasetWriter>();
  for (const name of splitNames) writers.set(name, await createDatasetWriter(outs[name], header));
  let from = 0;
  for await (const rows of shards()) {
    const names = assigned.slice(from, from + rowCount(rows));
    for (const [name, writer] of writers) await writer.append(rowsOf(rows, names, name));
    from += rowCount(rows);
  }
  for (const writer of writers.values()) await writer.close();
};

const rowsOf = (rows: Rows, names: readonly SplitName[], wanted: SplitName): Rows => ({
  ...takeRows(
    rows,
    names.flatMap((name, row) => (name === wanted ? [row] : [])),
  ),
  official: null,
});
