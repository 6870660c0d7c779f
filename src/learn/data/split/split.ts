import { StageError } from '../../error.ts';
import { openDataset } from '../dataset.ts';
import { counted, grouped } from '../words.ts';
import { decide, type SplitDeps } from './decide.ts';
import { type SplitName, type SplitParams, splitNames } from './params.ts';
import { type Plan, planOf } from './plan.ts';
import { writeSplits } from './write.ts';

export interface SplitResult {
  /** Rows of each split. */
  readonly rows: Readonly<Record<SplitName, number>>;
  /** Rows in no split, since they lie in a gap. */
  readonly gap: number;
  /** Rows of train or validation that equal a row of the official test set, or are in one group with it. */
  readonly shared: number;
}

/**
 * Splits a data set into train, validation and test, each a data set of its own, and writes who is where.
 *
 * What is kept in memory is a few numbers a row: 10 million rows take some 300 MB. No result depends on threads, on
 * how the rows are cut into shards, or, but for order in the outs, on the order of rows.
 *
 * @param outs where the three data sets and the assignment go.
 * @throws StageError where a split that is asked for would be empty.
 */
export const split = async (
  deps: SplitDeps,
  outs: Readonly<Record<SplitName | 'assignment', string>>,
  { params, seed }: { params: SplitParams; seed: number },
): Promise<SplitResult> => {
  const dataset = await openDataset(deps.examples);
  const given = { groups: deps.groups !== undefined, splits: deps.splits !== undefined };
  const plan = planOf(params, dataset.manifest, given);
  if (dataset.manifest.rows === 0) throw new StageError('train would be empty: there are 0 rows to split');
  const { codes, shared } = await decide(plan, { dataset, deps, seed });
  const counts = countCodes(codes);
  refuseEmpty(counts, plan);
  await writeSplits(dataset, { outs, codes, without: plan.kind === 'fixed' ? plan.column : null });
  const { gap, ...rows } = counts;
  return { rows, gap, shared };
};

const countCodes = (codes: Uint8Array): Record<SplitName | 'gap', number> => {
  const counts = [0, 0, 0, 0];
  for (let row = 0; row < codes.length; row += 1) counts[codes[row] as number]! += 1;
  const [train = 0, validation = 0, test = 0, gap = 0] = counts;
  return { train, validation, test, gap };
};

/** A split that nobody asked for may be empty; train may not. */
const refuseEmpty = (counts: Readonly<Record<SplitName | 'gap', number>>, plan: Plan): void => {
  const asked = splitNames.filter((name) => {
    if (name === 'train') return true;
    if (plan.kind === 'fixed') return false;
    if (plan.kind === 'official') return true;
    return name === 'validation' ? plan.shares.validation > 0 : plan.official || plan.shares.test > 0;
  });
  const empty = asked.filter((name) => counts[name] === 0);
  if (empty.length === 0) return;
  const rows = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const held = splitNames.filter((name) => counts[name] > 0).map((name) => `${grouped(counts[name])} in ${name}`);
  throw new StageError(
    `${empty.join(' and ')} would be empty: there are ${counted(rows, 'row')} to split, ${held.join(', ')}`,
    emptyHint(plan),
  );
};

const emptyHint = (plan: Plan): string | undefined => {
  if (plan.kind === 'fixed') return undefined;
  if (plan.kind === 'official') return 'the source has no such rows of its own: give a fraction, as "validation": 0.1';
  const grouping = plan.kind !== 'time' && plan.group !== null;
  return grouping
    ? 'rows of one group stay together: a group that is bigger than a share fits into none'
    : 'make the shares larger';
};
