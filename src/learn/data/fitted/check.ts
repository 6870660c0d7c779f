import type { Dataset } from '../dataset.ts';
import { firstRow, named, withConnection } from '../duckdb.ts';
import { isOther } from '../label-places.ts';
import { scanAll } from '../scan.ts';
import { isTarget } from '../targets.ts';
import { sqlOfCode } from './functions.ts';
import type { Checks, Fit } from './output.ts';
import { refuseMissing, refuseUnfit } from './refuse.ts';

/**
 * Holds a split's values against what a step expects, in one scan.
 *
 * @returns how many labels train does not have.
 * @throws StageError where a value is missing or not what it must be.
 */
export const countFindings = async (
  dataset: Dataset,
  { whole, known, fits }: Checks,
  { split, rows }: { readonly split: string; readonly rows: 'fitted' | 'other' },
): Promise<number> => {
  const asked = rows === 'fitted' ? { whole: [], known: [] } : { whole, known: [...known] };
  if (dataset.manifest.rows === 0 || asked.whole.length + asked.known.length + fits.length === 0) return 0;
  return withConnection(async (connection) => {
    const counts = [
      ...asked.whole.map((name) => `${named(name)} IS NULL`),
      ...fits.map((fit) => `NOT (${conditionOf(fit, (output) => sqlOfCode(connection, output))})`),
      ...asked.known.map(([name, labels]) => isOther(named(name), [...labels])),
    ].map((condition) => `count(*) FILTER (${condition})`);
    const found = (await firstRow(connection, `SELECT ${counts.join(', ')} FROM ${scanAll(dataset)}`)).map(Number);
    asked.whole.forEach((name, index) => {
      refuseMissing(split, name, found[index]!, isTarget(dataset.manifest.target, name));
    });
    fits.forEach(({ column: { name }, what }, index) => {
      refuseUnfit(split, { name, what }, found[asked.whole.length + index]!);
    });
    return found.slice(asked.whole.length + fits.length).reduce((sum, count) => sum + count, 0);
  });
};

const conditionOf = (
  { column, test, sql, surely }: Fit,
  call: (output: Parameters<typeof sqlOfCode>[1]) => string,
): string =>
  sql ??
  `CASE WHEN ${named(column.name)} IS NULL OR (${surely ?? 'false'}) THEN true ELSE ${call({
    way: 'code',
    column: { name: column.name, kind: 'number', dtype: 'uint8' },
    reads: [column],
    number: (cell) => Number(test(cell)),
  })} = 1 END`;
