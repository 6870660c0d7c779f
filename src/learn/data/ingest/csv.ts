import { StageError } from '../../error.ts';
import { filePath, quoted } from '../duckdb.ts';
import { csvHeader, type Delimiter } from './csv-header.ts';
import { readsNumbersAlike } from './csv-numbers.ts';
import { explainCsv, forgetRejects, refuseRejects } from './csv-rejects.ts';
import { refuseDamagedGzip } from './file-lines.ts';
import type { SourceFile } from './format.ts';
import type { IngestParams } from './params.ts';
import { type Cell, type OpenTable, refuseWide, type TableSource } from './source.ts';

/**
 * Opens a file of separated values as RFC 4180 has it: a header, then rows of as many fields, with double quotes
 * around what needs them. No row is skipped, padded or cut. Blank lines are no rows.
 *
 * @param own what stands between fields, if params.delimiter says nothing else; "auto": the header says.
 */
export const csv =
  (own: Delimiter | 'auto'): OpenTable =>
  async (connection, file, params): Promise<TableSource> => {
    await refuseDamagedGzip(file);
    const asked = params.delimiter ?? 'auto';
    const { fields: found, delimiter } = await csvHeader(connection, file, asked === 'auto' ? own : asked);
    const names = params.names ?? found;
    refuseWidth(names, { found, file, params });
    return {
      file,
      names,
      ...(own === 'auto' && asked === 'auto' && delimiter !== ',' ? { notice: dividedBy(delimiter) } : {}),
      from: reader(file, { width: names.length, delimiter, params }),
      head: reader(file, { width: names.length, delimiter, params, isHead: true }),
      cells: names.map((_, index) => ({ text: `c${index}` })),
      withNumbers: async (numbers) => {
        const alike = await readsNumbersAlike(file, params);
        if (alike === null) return null;
        const { missingIsNull } = alike;
        return {
          from: reader(file, { width: names.length, delimiter, params, numbers }),
          cells: names.map((_, index) =>
            numbers.has(index) ? numberCell(`c${index}`) : { text: `c${index}`, missingIsNull },
          ),
        };
      },
      explain: (error) => explainCsv(error, file),
      begin: () => forgetRejects(connection),
      check: () => refuseRejects(connection, file),
    };
  };

const dividedBy = (delimiter: Delimiter): string =>
  `fields are divided by ${JSON.stringify(delimiter)}, as the first line has no comma; params.delimiter says otherwise`;

const refuseWidth = (
  names: readonly string[],
  { found, file, params }: { found: readonly string[]; file: SourceFile; params: IngestParams },
): void => {
  refuseWide(names.length, file);
  if (params.names !== undefined && found.length !== names.length) {
    throw new StageError(
      `params.names has ${names.length} names, and the first line of ${file.name} has ${found.length} fields`,
    );
  }
};

const numberCell = (column: string): Cell => ({
  text: `CAST(${column} AS VARCHAR)`,
  typed: { number: column, isNumber: 'true', isLossy: 'false' },
});

interface Reading {
  readonly width: number;
  readonly delimiter: string;
  readonly params: IngestParams;
  /** Places of columns that are read as numbers, if they can be; then the first row that cannot be read ends it. */
  readonly numbers?: ReadonlySet<number>;
  /** The first rows alone are wanted: no more than their bytes is read, and the first row that cannot be read ends it. */
  readonly isHead?: boolean;
}

/** No sniffing, no padding. Most missing cells are known while they are parsed; those with spaces around later. */
const reader = (file: SourceFile, { width, delimiter, params, numbers, isHead = false }: Reading): string => {
  const fields = Array.from(
    { length: width },
    (_, index) => `'c${index}': '${numbers?.has(index) ? 'DOUBLE' : 'VARCHAR'}'`,
  ).join(', ');
  const nulls = params.missing.length === 0 ? ['\u0001'] : params.missing;
  return `read_csv(${filePath(file.path)}, columns = {${fields}}, delim = ${quoted(delimiter)}, auto_detect = false,
    header = ${params.names === undefined}, quote = '"', escape = '"', nullstr = [${nulls.map(quoted).join(', ')}],
    strict_mode = true, null_padding = false, hive_partitioning = false, ${isHead ? `buffer_size = ${headBytes}, ` : ''}store_rejects = ${numbers === undefined && !isHead})`;
};

/** DuckDB reads 32 MB at a time else; a line of its own has to be in it. */
const headBytes = 4 * 1024 ** 2;
