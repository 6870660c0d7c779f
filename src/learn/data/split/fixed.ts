import { StageError } from '../../error.ts';
import { readPieces } from '../chunks.ts';
import type { Dataset } from '../dataset.ts';
import { firstRow, named, quoted, withConnection } from '../duckdb.ts';
import { scanAll } from '../scan.ts';
import { counted } from '../words.ts';
import { splitNames } from './params.ts';
import { readPlaced } from './placed.ts';

/** SQL for the code of a split's name; 9 where it is none. */
const codeOf = (name: string): string =>
  `CASE ${name} ${splitNames.map((split, index) => `WHEN ${quoted(split)} THEN ${index}`).join(' ')} ELSE 9 END::INTEGER`;

/**
 * The split that a column says.
 *
 * @throws StageError where a row has another value than train, validation or test.
 */
export const fixedByColumn = async (dataset: Dataset, column: string): Promise<Uint8Array> => {
  const codes = new Uint8Array(dataset.manifest.rows);
  await readPieces(dataset, [codeOf(named(column))], ({ items: [items], from, count }) => {
    for (let row = 0; row < count; row += 1) codes[from + row] = Number(items?.[row]);
  });
  const wrong = codes.reduce((sum, code) => sum + Number(code === 9), 0);
  if (wrong === 0) return codes;
  const [id, value] = await withConnection((connection) =>
    firstRow(
      connection,
      `SELECT __id, ${named(column)} FROM ${scanAll(dataset)} WHERE ${codeOf(named(column))} = 9
       ORDER BY file_index, file_row_number LIMIT 1`,
    ),
  );
  throw new StageError(
    `row ${id}, column "${column}": "${value}" is no split${wrong === 1 ? '' : `, and ${counted(wrong - 1, 'more row')} have none either`}`,
    'the values are "train", "validation" and "test"; clean.map can make them so',
  );
};

/**
 * The split that a table of ids says.
 *
 * @param path a table with the columns id and split.
 * @throws StageError where a row is not in it, or in two splits.
 */
export const fixedByTable = async (dataset: Dataset, path: string): Promise<Uint8Array> => {
  const codes = new Uint8Array(dataset.manifest.rows).fill(unset);
  const found = { twice: 0, wrong: 0 };
  const expression = codeOf('"split"');
  await readPlaced(dataset, { path, dep: 'splits', column: 'split', expression, all: true }, (row, value) => {
    if (value === 9) found.wrong += 1;
    if (codes[row] !== unset && codes[row] !== value) found.twice += 1;
    codes[row] = Number(value);
  });
  const absent = codes.reduce((sum, code) => sum + Number(code === unset), 0);
  const problems = [
    ...(absent > 0 ? [`${counted(absent, 'row')} of the data set ${absent === 1 ? 'is' : 'are'} not in it`] : []),
    ...(found.wrong > 0 ? [`${counted(found.wrong, 'row')} in a split that is none`] : []),
    ...(found.twice > 0 ? [`${counted(found.twice, 'row')} in two splits`] : []),
  ];
  if (problems.length === 0) return codes;
  throw new StageError(
    `the dep splits: ${problems.join(', ')}`,
    'it has one line for each row: its id, and "train", "validation" or "test"',
  );
};

const unset = 8;
