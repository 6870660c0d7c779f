import { StageError } from '../../error.ts';
import { filePath, named } from '../duckdb.ts';
import { isRounded } from './cells.ts';
import type { SourceFile } from './format.ts';
import { type Cell, type OpenTable, refuseWide, type TableSource } from './source.ts';

/**
 * Opens a Parquet file: its numbers are numbers, but for whole ones that no double is, its dates and times are dates, its
 * other scalars are texts as DuckDB spells them, and lists of numbers are lists.
 */
export const parquet: OpenTable = async (connection, file): Promise<TableSource> => {
  const from = `read_parquet(${filePath(file.path)}, hive_partitioning = false)`;
  try {
    const described = (await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${from}`)).getRows();
    const columns = described.map(([name, type]) => ({ name: String(name), type: String(type) }));
    refuseWide(columns.length, file);
    refuseNested(columns, file);
    return {
      file,
      names: columns.map(({ name }) => name),
      from,
      cells: columns.map(cellOf),
      explain: (error) => notWhole(error, file),
    };
  } catch (error) {
    throw error instanceof StageError ? error : notWhole(error, file);
  }
};

interface TypedColumn {
  readonly name: string;
  /** DuckDB's name of it. */
  readonly type: string;
}

/** The cells of a column that DuckDB has a type for. */
export const cellOf = ({ name, type }: TypedColumn): Cell => {
  const value = named(name);
  const [, element] = numbers.exec(type) ?? [];
  if (element !== undefined) {
    const list = { value: `CAST(${value} AS ${element}[])`, element };
    return { text: `CAST(to_json(${value}) AS VARCHAR)`, typed: noNumber, list };
  }
  const isNumber = numeric.test(type);
  if (type.startsWith('TIMESTAMP')) {
    return { text: `strftime(CAST(${value} AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%f')`, typed: noNumber };
  }
  const text = type === 'VARCHAR' ? value : `CAST(${value} AS VARCHAR)`;
  if (!isNumber) return { text, typed: noNumber };
  const isLossy = mayBeLarge.test(type)
    ? `(${value} NOT BETWEEN -${safe} AND ${safe} AND ${isRounded(text)})`
    : 'false';
  return { text, typed: { number: `CAST(${value} AS DOUBLE)`, isNumber: 'true', isLossy } };
};

/** Whole numbers up to this size are doubles. */
const safe = '9007199254740992';
const mayBeLarge = /^(U?(BIG|HUGE)INT|DECIMAL\(\d+,0\))$/;

const noNumber = { number: 'CAST(NULL AS DOUBLE)', isNumber: 'false', isLossy: 'false' } as const;

/** @throws StageError where a column holds no values of a table. */
export const refuseNested = (columns: readonly TypedColumn[], file: SourceFile): void => {
  const nested = columns.find(({ type }) => /\[|STRUCT|MAP|UNION|BLOB/.test(type) && !numbers.test(type));
  if (nested === undefined) return;
  throw new StageError(`${file.name}: column "${nested.name}" is of type ${nested.type}, which is no value of a table`);
};

const numeric = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*)$/;

/** A list of numbers, of any lengths or of one. */
const numbers = /^(U?(?:TINY|SMALL|BIG)INT|U?INTEGER|FLOAT|DOUBLE)\[\d*\]$/;

const notWhole = (error: unknown, { name, path }: SourceFile): StageError => {
  const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
  return new StageError(`${name} is no whole Parquet file: ${line?.replaceAll(path, name)}`);
};
