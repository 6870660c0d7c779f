import { readFile } from 'node:fs/promises';
import {
  BIGINT,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  UBIGINT,
  VARCHAR,
} from '@duckdb/node-api';
import {
  CompressionType,
  compressionRegistry,
  DataType,
  type RecordBatch,
  type RecordBatchFileReader,
  RecordBatchReader,
  type Schema,
  type Vector,
} from 'apache-arrow';
import { StageError } from '../../error.ts';
import type { SourceFile } from './format.ts';
import { unpackLz4 } from './lz4.ts';
import { cellOf } from './parquet.ts';
import type { OpenTable, TableSource } from './source.ts';
import { unpackZstd } from './zstd.ts';

/**
 * Opens an Arrow IPC file or stream (.arrow, Feather version 2): its numbers are numbers, its dates and times are
 * dates, its other scalars are texts. It goes into DuckDB batch by batch, once per reading of the file. Its buffers may be
 * compressed, as pandas, R and Polars write them.
 */
export const arrow: OpenTable = async (connection, file): Promise<TableSource> => {
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: unpackLz4 });
  compressionRegistry.set(CompressionType.ZSTD, { decode: unpackZstd });
  try {
    const reader = RecordBatchReader.from(await readFile(file.path));
    reader.open();
    const columns = columnsOf(reader.schema, file);
    await fill(connection, { reader, columns });
    return {
      file,
      names: columns.map(({ name }) => name),
      from: 'arrow_rows',
      cells: columns.map(({ type }, index) => cellOf({ name: `c${index}`, type: String(type) })),
      explain: (error) => damaged(error, file),
    };
  } catch (error) {
    throw error instanceof StageError ? error : damaged(error, file);
  }
};

interface ArrowColumn {
  readonly name: string;
  /** How DuckDB holds it. */
  readonly type: DuckDBType;
  /** A value that is not null, as DuckDB takes it. */
  readonly convert: (value: unknown) => string | number | bigint;
}

const columnsOf = (schema: Schema, file: SourceFile): ArrowColumn[] =>
  schema.fields.map(({ name, type }): ArrowColumn => {
    const known = converterOf(type as DataType);
    if (known !== undefined) return { name, ...known };
    throw new StageError(`${file.name}: column "${name}" is of type ${type}, which is no value of a table`);
  });

const converterOf = (type: DataType): Pick<ArrowColumn, 'type' | 'convert'> | undefined => {
  if (DataType.isDictionary(type)) return converterOf(type.dictionary as DataType);
  if (DataType.isInt(type) && type.bitWidth === 64)
    return { type: type.isSigned ? BIGINT : UBIGINT, convert: (value) => value as bigint };
  if (DataType.isInt(type) || DataType.isFloat(type)) return { type: DOUBLE, convert: Number };
  const asText = (convert: (value: unknown) => string) => ({ type: VARCHAR, convert });
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return asText(String);
  if (DataType.isDate(type)) return asText((value) => iso(value).slice(0, 10));
  if (DataType.isTimestamp(type)) return asText(iso);
  return DataType.isBool(type) || DataType.isNull(type) ? asText(String) : undefined;
};

/** apache-arrow gives dates and times as milliseconds since 1970. */
const iso = (value: unknown): string => new Date(Number(value)).toISOString().replace(/(\.000)?Z$/, '');

interface Filling {
  readonly reader: RecordBatchReader;
  readonly columns: readonly ArrowColumn[];
}

const fill = async (connection: DuckDBConnection, { reader, columns }: Filling): Promise<void> => {
  const fields = columns.map(({ type }, index) => `c${index} ${type}`);
  await connection.run(`CREATE OR REPLACE TEMP TABLE arrow_rows (${fields.join(', ')})`);
  const appender = await connection.createAppender('arrow_rows', null, 'temp');
  for (const batch of batchesOf(reader)) {
    for (let from = 0; from < batch.numRows; from += chunkRows) {
      appender.appendDataChunk(chunkOf(batch, columns, { from, count: Math.min(chunkRows, batch.numRows - from) }));
    }
  }
  appender.flushSync();
  appender.closeSync();
};

/** Of a file batch by batch: the library's own walk does not end where the footer names something that is no batch. */
function* batchesOf(reader: RecordBatchReader): Generator<RecordBatch> {
  if (!reader.isFile()) {
    for (const batch of reader) yield whole(batch);
    return;
  }
  const file = reader as RecordBatchFileReader;
  for (let index = 0; index < file.numRecordBatches; index += 1) {
    const batch = file.readRecordBatch(index);
    if (batch === null) throw new RangeError(`its footer names ${file.numRecordBatches} batches, and batch ${index + 1} is none`); // biome-ignore format: one line
    yield whole(batch);
  }
}

/** @throws RangeError where a batch claims more rows than it has values for. */
const whole = (batch: RecordBatch): RecordBatch => {
  for (const { type, values, valueOffsets } of batch.data.children) {
    if (DataType.isNull(type)) continue;
    const isText = DataType.isUtf8(type) || DataType.isLargeUtf8(type);
    const held = isText ? (valueOffsets?.length ?? 0) - 1 : (values?.length ?? 0) * (DataType.isBool(type) ? 8 : 1);
    if (held < batch.numRows) throw new RangeError(`a batch claims ${batch.numRows} rows, and holds ${held}`);
  }
  return batch;
};

/** Rows that DuckDB takes in one piece. */
const chunkRows = 2_048;

const chunkOf = (
  batch: RecordBatch,
  columns: readonly ArrowColumn[],
  { from, count }: { from: number; count: number },
): DuckDBDataChunk => {
  const chunk = DuckDBDataChunk.create(
    columns.map(({ type }) => type),
    count,
  );
  columns.forEach(({ convert }, index) => {
    const values = batch.getChildAt(index) as Vector;
    const vector = chunk.getColumnVector(index);
    for (let row = 0; row < count; row += 1) {
      const value: unknown = values.get(from + row);
      vector.setItem(row, value === null ? null : convert(value));
    }
    vector.flush();
  });
  return chunk;
};

const damaged = (error: unknown, { name }: SourceFile): StageError => {
  const message = error instanceof Error ? error.message : String(error);
  return new StageError(`${name} is no whole Arrow file: ${message.split('\n')[0]}`);
};
