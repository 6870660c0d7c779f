import { basename } from 'node:path';
import { StageError } from '../../error.ts';
import { filePath, named } from '../duckdb.ts';
import type { Loader } from './tabular.ts';

/**
 * Loads a Parquet file: its numbers are numbers, its other scalars are texts as DuckDB spells them.
 */
export const parquet: Loader = async (connection, path) => {
  const file = basename(path);
  const from = `read_parquet(${filePath(path)}, hive_partitioning = false)`;
  try {
    const described = (await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${from}`)).getRows();
    const columns = described.map(([name, type]) => ({ name: String(name), type: String(type) }));
    const nested = columns.find(({ type }) => /\[|STRUCT|MAP|UNION|BLOB/.test(type));
    if (nested !== undefined) {
      throw new StageError(`${file}: column "${nested.name}" is of type ${nested.type}, which is no value of a table`);
    }
    const cells = columns.map(
      ({ name, type }, index) => `CAST(${named(name)} AS VARCHAR) AS c${index}, ${numeric.test(type)} AS n${index}`,
    );
    await connection.run(`CREATE OR REPLACE TEMP TABLE source AS SELECT ${cells.join(', ')} FROM ${from}`);
    return columns.map(({ name }) => name);
  } catch (error) {
    if (error instanceof StageError) throw error;
    throw new StageError(
      `${file} is no whole Parquet file: ${error instanceof Error ? error.message.split('\n')[0]?.replaceAll(path, file) : error}`,
    );
  }
};

const numeric = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*)$/;
