import type { ProfileAssociation, ProfilePair } from '../../types/generated/profile.ts';
import { categoriesOf, crossTable } from '../statistics/categories.ts';
import { correlationRatio, cramersV, pearson, spearman } from '../statistics/correlation.ts';
import { uncertaintyCoefficient } from '../statistics/information.ts';
import type { Aspect, Sample } from './sample.ts';

/** Fewer rows than these say nothing. */
const fewestRows = 20;

/** Labels of a column, at most: with about as many labels as rows, chance alone looks like a relation. */
const rowsPerLabel = 5;

/**
 * How an aspect of a column goes along with the target, in the rows where both are there. Numbers: Pearson and
 * Spearman; a number and a category: correlation ratio; categories: Cramér's V and the share of the target's entropy
 * that the column tells. Nothing where one of them is constant, rows are fewer than 20, or a category has more labels
 * than a fifth of the rows.
 */
export const associate = (aspect: Aspect, target: Aspect): ProfileAssociation[] => {
  const both: number[] = [];
  for (let row = 0; row < target.values.length; row += 1)
    if (isThere(aspect, row) && isThere(target, row)) both.push(row);
  if (both.length < fewestRows) return [];
  return measuresOf(aspect, target, both).flatMap(([measure, value]) =>
    value === null ? [] : [{ of: aspect.of, measure, value, rows: both.length }],
  );
};

const isThere = ({ kind, values }: Aspect, row: number): boolean =>
  kind === 'labels' ? values[row] !== null : !Number.isNaN(values[row]);

type Measured = readonly [ProfileAssociation['measure'], number | null];

const measuresOf = (aspect: Aspect, target: Aspect, rows: readonly number[]): Measured[] => {
  if (aspect.kind === 'numbers' && target.kind === 'numbers') {
    const [a, b] = [numbersAt(aspect.values, rows), numbersAt(target.values, rows)];
    return [
      ['Pearson', finite(pearson(a, b).value)],
      ['Spearman', spearman(a, b).value],
    ];
  }
  if (aspect.kind === 'labels' && target.kind === 'labels') {
    const [a, b] = [labelsAt(aspect.values, rows), labelsAt(target.values, rows)];
    if (Math.max(a.labels.length, b.labels.length) * rowsPerLabel > rows.length) return [];
    const table = crossTable(a, b);
    return [
      ["Cramér's V", cramersV(table)],
      ['uncertainty coefficient', a.labels.length < 2 ? null : uncertaintyCoefficient(table)],
    ];
  }
  const [labels, numbers] = aspect.kind === 'labels' ? [aspect, target] : [target, aspect];
  const { codes, labels: found } = labelsAt(labels.values as readonly (string | null)[], rows);
  if (found.length < 2 || found.length * rowsPerLabel > rows.length) return [];
  return [['correlation ratio', finite(correlationRatio(codes, numbersAt(numbers.values as Float64Array, rows)))]];
};

const numbersAt = (values: Float64Array, rows: readonly number[]): Float64Array =>
  Float64Array.from(rows, (row) => values[row]!);

const labelsAt = (values: readonly (string | null)[], rows: readonly number[]) =>
  categoriesOf(rows.map((row) => values[row] ?? null));

/** Squares of numbers near the largest ones are infinite: then nothing is known. */
const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);

/** From this correlation on, one of the two says little that the other does not. */
export const strong = 0.95;

const mostColumns = 100;

/**
 * Pairs of columns of numbers whose correlation is 0.95 or more, or -0.95 or less, the strongest first; the target
 * is in none. Of the first 100 columns, in the rows where both are there.
 */
export const strongPairs = ({ columns }: Sample, target: string | null): ProfilePair[] => {
  const numbers = [...columns].flatMap(([name, { of, kind, values }]) =>
    kind === 'numbers' && of === 'value' && name !== target ? [{ name, values }] : [],
  );
  const looked = numbers.slice(0, mostColumns);
  return looked
    .flatMap((first, index) => looked.slice(index + 1).flatMap((second) => pairOf(first, second)))
    .sort((a, b) => Math.abs(b.pearson) - Math.abs(a.pearson));
};

interface Numbers {
  readonly name: string;
  readonly values: Float64Array;
}

const pairOf = (first: Numbers, second: Numbers): ProfilePair[] => {
  const [a, b]: [number[], number[]] = [[], []];
  first.values.forEach((value, row) => {
    if (Number.isNaN(value) || Number.isNaN(second.values[row])) return;
    a.push(value);
    b.push(second.values[row]!);
  });
  if (a.length < fewestRows) return [];
  const value = finite(pearson(a, b).value);
  return value === null || Math.abs(value) < strong ? [] : [{ first: first.name, second: second.name, pearson: value }];
};
