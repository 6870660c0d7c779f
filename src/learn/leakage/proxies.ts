import type { Column } from '../data/dataset.ts';
import { columnOf, type LabelData, type NumberData } from '../data/rows.ts';
import { isTarget } from '../data/targets.ts';
import { counted } from '../data/words.ts';
import { binOf } from '../statistics/distance.ts';
import { spreadOf } from '../statistics/spread.ts';
import { type Check, type CheckContext, type Finding, mostEvidence, short } from './check.ts';
import { featuresOf, type Split } from './splits.ts';

/**
 * Columns that give the target away, each by itself: learned on every other row, judged on the rest. Of a category
 * the measure is the share of the errors of "always the most frequent" that the column spares (Goodman and Kruskal's
 * lambda, on rows that were not used to learn it); of a number, the share of the variance that it explains.
 *
 * @see L. A. Goodman, W. H. Kruskal: Measures of Association for Cross Classifications, JASA 49, 1954.
 */
export const proxies: Check = {
  kind: 'target-proxy',
  run: (context) => {
    const [train] = context.splits;
    if (train === undefined || train.rows === null) return { what: 'there is no target', findings: null };
    const { target, columns: all } = train.dataset.manifest;
    const targets = all.filter(({ name, kind }) => isTarget(target, name) && kind !== 'tensor');
    if (targets.length === 0) return { what: 'there is no target', findings: null };
    const columns = featuresOf(train).filter(({ kind }) => kind === 'number' || kind === 'category' || kind === 'text');
    if (columns.length === 0) return { what: 'no columns of numbers, categories or texts', findings: null };
    const findings = targets.flatMap((each) => columns.flatMap((column) => findingOf(column, each, context) ?? []));
    return { what: `${counted(columns.length, 'column')}, each by itself`, findings };
  },
};

const findingOf = (column: Column, target: Column, { splits, params }: CheckContext): Finding | null => {
  const { target_proxy: threshold, certain_proxy: certain } = params.thresholds;
  const values = valuesOf(splits, column.name);
  const truths = valuesOf(splits, target.name);
  const power = target.kind === 'number' ? explained(values, truths as number[]) : spared(values, truths);
  if (power === null || !(power >= threshold)) return null;
  return {
    kind: 'target-proxy',
    certainty: power >= certain ? 'certain' : 'suspect',
    between: ['train'],
    column: column.name,
    message: `"${column.name}" alone tells ${short(100 * power)} % of what is to be known about "${target.name}"`,
    measure: target.kind === 'number' ? 'share of the variance that it explains' : 'share of the errors that it spares',
    value: power,
    threshold,
    evidence: values.slice(0, mostEvidence).map((value, row) => ({
      [column.name]: value ?? null,
      [target.name]: truths[row] ?? null,
    })),
    remedy: `leave "${column.name}" out (params.columns of ingest), unless it is known when a prediction is asked for; then accept it, with the reason`,
  };
};

type Value = string | number | null;

const valuesOf = (splits: readonly Split[], name: string): Value[] =>
  splits.flatMap(({ rows }): Value[] => {
    if (rows === null) return [];
    const data = columnOf(name)(rows) as NumberData | LabelData;
    return data.kind === 'number'
      ? Array.from(data.values, (value) => (Number.isNaN(value) ? null : value))
      : [...data.values];
  });

/** Of a category: 0 to 1, or below 0 where the column misleads; null where there is nothing to tell. */
const spared = (values: readonly Value[], truths: readonly Value[]): number | null => {
  const [learned, judged] = halves(values, truths);
  const overall = mostFrequent(learned.map(({ truth }) => truth));
  const guess = guesserOf(learned, mostFrequent);
  let [errors, without] = [0, 0];
  for (const { value, truth } of judged) {
    if (truth !== overall) without += 1;
    if (truth !== (guess(value) ?? overall)) errors += 1;
  }
  return without < fewestRows ? null : 1 - errors / without;
};

/** Of numbers: by the mean of like rows, or along a line through all, whichever explains more. */
const explained = (values: readonly Value[], truths: readonly (number | null)[]): number | null => {
  const [learned, judged] = halves(values, truths);
  const pairs = values.flatMap((value, row): [number, number][] =>
    typeof value === 'number' && typeof truths[row] === 'number' ? [[value, truths[row]]] : [],
  );
  const line = pairs.length * 2 < values.length || pairs.length < fewestRows ? 0 : squaredCorrelation(pairs);
  if (judged.length < fewestRows) return null;
  const mean = meanOf(learned.map(({ truth }) => truth as number));
  const guess = guesserOf(learned, (likes) => meanOf(likes as number[]));
  let [rest, all] = [0, 0];
  for (const { value, truth } of judged) {
    rest += ((truth as number) - (guess(value) ?? mean)) ** 2;
    all += ((truth as number) - mean) ** 2;
  }
  return all === 0 ? null : Math.max(1 - rest / all, line);
};

const fewestRows = 10;
/** Of numbers with more different values, a row is like those with the nearest ones. */
const mostDistinct = 64;
const neighbours = 5;

/** Tells what the rows with a like value say together; undefined where there are none. */
const guesserOf = <Guess>(
  learned: readonly Row[],
  agree: (truths: readonly Value[]) => Guess,
): ((value: Value) => Guess | undefined) => {
  const numbers = learned.filter(({ value }) => typeof value === 'number');
  if (new Set(numbers.map(({ value }) => value)).size <= mostDistinct) {
    const groups = groupBy(learned, ({ value }) => value);
    const guesses = new Map([...groups].map(([value, rows]) => [value, agree(rows.map(({ truth }) => truth))]));
    return (value) => guesses.get(value);
  }
  const sorted = numbers.toSorted((a, b) => (a.value as number) - (b.value as number));
  const places = Float64Array.from(sorted, ({ value }) => value as number);
  return (value) => {
    if (typeof value !== 'number') return undefined;
    const middle = binOf(value, places);
    const from = Math.max(0, Math.min(middle - (neighbours >> 1) - 1, sorted.length - neighbours));
    return agree(sorted.slice(from, from + neighbours).map(({ truth }) => truth));
  };
};

interface Row {
  readonly value: Value;
  readonly truth: Value;
}

/** Every other row with a target, to learn from and to judge. */
const halves = (values: readonly Value[], truths: readonly Value[]): [Row[], Row[]] => {
  const known = values.flatMap((value, row): Row[] => (truths[row] === null ? [] : [{ value, truth: truths[row]! }]));
  return [known.filter((_, at) => at % 2 === 0), known.filter((_, at) => at % 2 === 1)];
};

const groupBy = <Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> => {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
};

const mostFrequent = (values: readonly Value[]): Value => {
  const counts = [...groupBy(values, (value) => value)].map(([value, { length }]) => ({ value, length }));
  return counts.reduce((best, other) => (other.length > best.length ? other : best), {
    value: null as Value,
    length: 0,
  }).value;
};

const meanOf = (values: readonly number[]): number => spreadOf(values).mean;

const squaredCorrelation = (pairs: readonly (readonly [number, number])[]): number => {
  const [x, y] = [meanOf(pairs.map(([a]) => a)), meanOf(pairs.map(([, b]) => b))];
  let [xy, xx, yy] = [0, 0, 0];
  for (const [a, b] of pairs) {
    xy += (a - x) * (b - y);
    xx += (a - x) ** 2;
    yy += (b - y) ** 2;
  }
  return xx === 0 || yy === 0 ? 0 : xy ** 2 / (xx * yy);
};
