import { readFile } from 'node:fs/promises';
import {
  BIGINT,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  FLOAT,
  INTEGER,
  LIST,
  listValue,
  UBIGINT,
  UTINYINT,
  VARCHAR,
} from '@duckdb/node-api';
import {
  CompressionType,
  compressionRegistry,
  DataType,
  Precision,
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
 * dates, its other scalars are texts, and lists of numbers are lists. It goes into DuckDB batch by batch, once per reading
 * of the file. Its buffers may be compressed, as pandas, R and Polars write them.
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
  readonly convert: (value: unknown) => DuckDBValue;
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
  if (DataType.isList(type) || DataType.isFixedSizeList(type)) return listOf(type.children[0]?.type as DataType);
  return DataType.isBool(type) || DataType.isNull(type) ? asText(String) : undefined;
};

/** Lists of numbers, of which a vector gives each as a vector. */
const listOf = (element: DataType): ReturnType<typeof converterOf> => {
  const type = elementType(element);
  if (type === undefined) return undefined;
  const convert = type === BIGINT || type === UBIGINT ? (value: unknown) => BigInt(value as number) : Number;
  const each = (value: unknown): DuckDBValue => (value === null ? null : convert(value));
  return { type: LIST(type), convert: (values) => listValue(Array.from(values as Vector, each)) };
};

const elementType = (type: DataType): DuckDBType | undefined => {
  if (DataType.isFloat(type)) return type.precision === Precision.DOUBLE ? DOUBLE : FLOAT;
  if (!DataType.isInt(type)) return undefined;
  const { bitWidth, isSigned } = type;
  if (bitWidth === 64) return isSigned ? BIGINT : UBIGINT;
  if (bitWidth === 32 && !isSigned) return BIGINT;
  return bitWidth === 8 && !isSigned ? UTINYINT : INTEGER;
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
  for (const { type, values, valueOffsets, children } of batch.data.children) {
    if (DataType.isNull(type)) continue;
    const [elements] = children ?? [];
    if (elements !== undefined) {
      const held = DataType.isFixedSizeList(type)
        ? Math.floor(elements.length / type.listSize)
        : (valueOffsets?.length ?? 0) - 1;
      const named = DataType.isFixedSizeList(type)
        ? batch.numRows * type.listSize
        : (valueOffsets?.[batch.numRows] ?? 0);
      const there = Math.min(elements.length, elements.values?.length ?? 0);
      if (held < batch.numRows || there < named) throw new RangeError(`a batch claims ${batch.numRows} lists, and holds fewer`); // biome-ignore format: one line
      continue;
    }
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
