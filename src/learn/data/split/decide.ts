import { derive } from '../../random.ts';
import { readPieces } from '../chunks.ts';
import type { Column, Dataset } from '../dataset.ts';
import { type Beside, keysOf } from '../row-keys.ts';
import { fixedByColumn, fixedByTable } from './fixed.ts';
import { splitGreedily } from './greedy.ts';
import { uniteGroups } from './groups.ts';
import { refuseMissing } from './missing.ts';
import { code } from './params.ts';
import type { Plan } from './plan.ts';
import { splitByRank } from './ranks.ts';
import { strataOf } from './strata.ts';
import { splitByTime, timesOf } from './time.ts';
import { splitByValue } from './values.ts';

export interface SplitDeps {
  /** The data set. */
  readonly examples: string;
  /** A table of ids and groups. */
  readonly groups?: string | undefined;
  /** A table of ids and splits. */
  readonly splits?: string | undefined;
}

interface Source {
  readonly dataset: Dataset;
  readonly deps: SplitDeps;
  readonly seed: number;
}

interface Decision {
  readonly codes: Uint8Array;
  readonly shared: number;
}

/**
 * Decides the split of each row, as a byte.
 *
 * @throws StageError where the plan does not fit the rows.
 */
export const decide = async (plan: Plan, source: Source): Promise<Decision> => {
  const { dataset, deps } = source;
  if (plan.kind === 'fixed') {
    if (plan.column === null) return { codes: await fixedByTable(dataset, deps.splits as string), shared: 0 };
    await refuseMissing(dataset, [plan.column]);
    return { codes: await fixedByColumn(dataset, plan.column), shared: 0 };
  }
  if (plan.kind === 'official') return asOfficial(source);
  await refuseMissing(dataset, columnsOf(plan));
  const codes = plan.official ? await officialCodes(dataset, ['test']) : new Uint8Array(dataset.manifest.rows);
  const official = codes.slice();
  const open = (row: number): boolean => official[row] !== code.test;
  const stratify = plan.kind === 'random' ? plan.stratify : null;
  const stratified = stratify === null ? null : await strataOf(dataset, stratify);
  const keys = plan.kind === 'time' && !plan.official ? null : await keysFor(plan, source, stratified?.beside);
  const shared = plan.official && keys !== null ? countShared(keys, open) : 0;
  if (plan.kind === 'time') {
    splitByTime({ times: await timesOf(dataset, plan.time), open, gap: plan.gap }, plan.shares, codes);
  } else if (plan.kind === 'hash') splitByValue(keys as Float64Array, open, plan.shares, codes);
  else {
    const strata = stratified?.strata ?? null;
    const drawn = { keys: keys as Float64Array, open };
    if (strata !== null && (plan.group !== null || deps.groups !== undefined)) {
      splitGreedily({ ...drawn, strata }, plan.shares, codes);
    } else splitByRank({ ...drawn, strata }, plan.shares, codes);
  }
  return { codes, shared };
};

/** Each row where the source itself has it. */
const asOfficial = async (source: Source): Promise<Decision> => {
  const codes = await officialCodes(source.dataset, ['validation', 'test']);
  const keys = await keysFor(null, source, undefined);
  return { codes, shared: countShared(keys, (row) => codes[row] !== code.test) };
};

/** A plan by which some rows are drawn. */
type Drawing = Exclude<Plan, { kind: 'fixed' | 'official' }>;

/** The columns in which each row must have a value. */
const columnsOf = (plan: Drawing): string[] => {
  if (plan.kind === 'time') return [plan.time.name];
  const group = plan.group?.map(({ name }) => name) ?? [];
  return plan.kind === 'random' && plan.stratify !== null ? [...group, plan.stratify.name] : group;
};

/** By the columns of groups, else by all values, so that equal rows have one key. */
const keysFor = async (
  plan: Drawing | null,
  { dataset, deps, seed }: Source,
  beside: Beside | undefined,
): Promise<Float64Array> => {
  const group = plan === null || plan.kind === 'time' ? null : plan.group;
  const columns: readonly Column[] = group ?? dataset.manifest.columns;
  const keys = await keysOf(
    dataset,
    columns.map((column) => ({ column })),
    { seed: derive(seed, 'rows'), beside },
  );
  if (deps.groups !== undefined) await uniteGroups(dataset, keys, { path: deps.groups, seed });
  return keys;
};

/** The codes of the rows that the source puts into these splits; 0, as train's, of all others. */
const officialCodes = async (dataset: Dataset, splits: readonly ('validation' | 'test')[]): Promise<Uint8Array> => {
  const codes = new Uint8Array(dataset.manifest.rows);
  await readPieces(
    dataset,
    [splits.map((split) => `(coalesce(__split, '') = '${split}')::INTEGER * ${code[split]}`).join(' + ')],
    ({ items: [items], from }) => {
      codes.set(items as Int32Array, from);
    },
  );
  return codes;
};

const countShared = (keys: Float64Array, open: (row: number) => boolean): number => {
  const test = new Set(keys.filter((_, row) => !open(row)));
  return keys.reduce((sum, key, row) => sum + Number(open(row) && test.has(key)), 0);
};
