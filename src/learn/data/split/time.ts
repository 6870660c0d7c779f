import { StageError } from '../../error.ts';
import { readPieces } from '../chunks.ts';
import type { Column, Dataset } from '../dataset.ts';
import { firstRow, named, withConnection } from '../duckdb.ts';
import { scanAll } from '../scan.ts';
import { counted, grouped } from '../words.ts';
import type { Gap } from './gap.ts';
import { code, type Shares } from './params.ts';

/**
 * The time of each row: the number, or the seconds since 1970 of a date.
 *
 * @throws StageError where a text is no date.
 */
export const timesOf = async (dataset: Dataset, column: Column): Promise<Float64Array> => {
  const times = new Float64Array(dataset.manifest.rows);
  const expression = column.kind === 'number' ? `${named(column.name)}::DOUBLE` : dateOf(column.name);
  await readPieces(dataset, [`coalesce(${expression}, 'nan')::DOUBLE`], ({ items: [items], from }) => {
    times.set(items as Float64Array, from);
  });
  const wrong = times.reduce((sum, time) => sum + Number(Number.isNaN(time)), 0);
  if (wrong === 0) return times;
  const [id, value] = await withConnection((connection) =>
    firstRow(
      connection,
      `SELECT __id, ${named(column.name)} FROM ${scanAll(dataset)} WHERE ${expression} IS NULL ORDER BY file_index, file_row_number LIMIT 1`,
    ),
  );
  throw new StageError(
    `column "${column.name}": ${counted(wrong, 'row')} without a date that can be read; the first is row ${id} with "${value}"`,
    'dates are as 2012-01-31 or 2012-01-31 12:30:00; clean.map and clean.text can make them so',
  );
};

const dateOf = (name: string): string => `epoch(try_cast(${named(name)} AS TIMESTAMP))`;

/**
 * Splits a pool by time: the last rows are test, those before validation. Rows of one time stay together: a cut that
 * falls between them moves to the nearer end of that time. A gap is taken from the earlier side, as scikit-learn's
 * TimeSeriesSplit does: with rows, at least so many are left out; with a duration, the first row after a cut is at
 * least that much later than the last before it.
 *
 * @param codes gets the split of each row of the pool, or that it is in a gap.
 * @throws StageError where a split would be empty.
 */
export const splitByTime = (
  { times, open, gap }: { times: Float64Array; open: (row: number) => boolean; gap: Gap },
  shares: Shares,
  codes: Uint8Array,
): void => {
  const sorted = times.filter((_, row) => open(row)).sort();
  const testAt =
    shares.test === 0 ? sorted.length : cutNear(sorted, sorted.length - Math.round(sorted.length * shares.test));
  const wanted = testAt - Math.round(sorted.length * shares.validation);
  const validationAt = shares.validation === 0 ? testAt : cutNear(sorted, wanted);
  const validationEnd = endBefore(sorted, testAt, gap);
  const trainEnd = endBefore(sorted, validationAt, gap);
  const empty = [
    ...(trainEnd <= 0 ? [`train (${grouped(Math.max(validationAt, 0))} rows before the gap)`] : []),
    ...(shares.validation > 0 && validationEnd <= validationAt
      ? [`validation (${grouped(Math.max(testAt - validationAt, 0))} rows before the gap)`]
      : []),
    ...(shares.test > 0 && testAt >= sorted.length ? ['test'] : []),
  ];
  if (empty.length > 0) {
    throw new StageError(
      `${empty.join(' and ')} would be empty: there are ${counted(sorted.length, 'row')} with ${counted(timesIn(sorted), 'time')} to split`,
      'make the gap smaller, or the shares larger',
    );
  }
  const at = (index: number): number => sorted[index] ?? Infinity;
  const [testFrom, validationFrom] = [at(testAt), at(validationAt)];
  const [gapFrom, firstGapFrom] = [at(validationEnd), at(trainEnd)];
  for (let row = 0; row < codes.length; row += 1) {
    if (!open(row)) continue;
    const time = times[row] as number;
    if (time >= testFrom) codes[row] = code.test;
    else if (time >= validationFrom) codes[row] = time >= gapFrom ? code.gap : code.validation;
    else codes[row] = time >= firstGapFrom ? code.gap : code.train;
  }
};

/** The place nearest to `wanted` before which another time is; of two as near, the later. */
const cutNear = (sorted: Float64Array, wanted: number): number => {
  if (wanted <= 0 || wanted >= sorted.length) return wanted;
  const time = sorted[wanted] as number;
  let [from, to] = [wanted, wanted];
  while (from > 0 && sorted[from - 1] === time) from -= 1;
  if (from === wanted) return wanted;
  while (to < sorted.length && sorted[to] === time) to += 1;
  if (from === 0) return to;
  return to < sorted.length && to - wanted <= wanted - from ? to : from;
};

/** How many of the rows before `cut` stay when the gap is taken from them; times are left out whole. */
const endBefore = (sorted: Float64Array, cut: number, gap: Gap): number => {
  if (cut <= 0 || cut >= sorted.length) return cut;
  let end = cut;
  if (gap.kind === 'duration') {
    const last = (sorted[cut] as number) - gap.length;
    while (end > 0 && (sorted[end - 1] as number) > last) end -= 1;
    return end;
  }
  end -= gap.rows;
  while (gap.rows > 0 && end > 0 && sorted[end - 1] === sorted[end]) end -= 1;
  return end;
};

const timesIn = (sorted: Float64Array): number =>
  sorted.reduce((sum, time, index) => sum + Number(index === 0 || time !== sorted[index - 1]), 0);
