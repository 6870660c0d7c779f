import { StageError } from '../../error.ts';
import type { Dataset } from '../dataset.ts';
import { firstRow, named, withConnection } from '../duckdb.ts';
import { scanAll } from '../scan.ts';
import { counted } from '../words.ts';

/** @throws StageError with each of these columns in which rows have no value, and how many. */
export const refuseMissing = async (dataset: Dataset, names: readonly string[]): Promise<void> => {
  if (names.length === 0) return;
  const counts = names.map((name) => `count(*) - count(${named(name)})`);
  const found = await withConnection((connection) =>
    firstRow(connection, `SELECT ${counts.join(', ')} FROM ${scanAll(dataset)}`),
  );
  const lacking = names.flatMap((name, index) =>
    Number(found[index]) > 0 ? [`column "${name}": ${counted(Number(found[index]), 'row')} without a value`] : [],
  );
  if (lacking.length > 0) throw new StageError(lacking.join('\n'), 'see clean.missing');
};
