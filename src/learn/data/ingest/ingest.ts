import type { DataSchema } from '../../../types/generated/data-schema.ts';
import { type DatasetManifest, writeJson } from '../dataset.ts';
import { writeOrigins } from '../origins.ts';
import { csv } from './csv.ts';
import { findSource } from './format.ts';
import { ingestIdx } from './idx.ts';
import { json } from './json.ts';
import type { Ingested, IngestParams } from './params.ts';
import { parquet } from './parquet.ts';
import type { OpenTable } from './source.ts';
import { ingestTable } from './tabular.ts';

/** Where the outs of the stage go: the data set's folder, and files. */
export interface IngestOuts {
  readonly examples: string;
  readonly schema: string;
  readonly origins: string;
}

/**
 * Reads a source as it is into a data set, says what was found in its columns, and where its rows came from.
 *
 * @param source a file or folder.
 * @throws StageError with file, row and column, where anything of the source would be lost or guessed.
 */
export const ingest = async (
  source: string,
  outs: IngestOuts,
  params: IngestParams,
): Promise<{ manifest: DatasetManifest; notices: readonly string[] }> => {
  const { manifest, summaries, origins, notices } = await read(source, outs.examples, params);
  const { rows, target } = manifest;
  const schema: DataSchema = { format: 'stemma-schema-v1', rows, target, columns: summaries };
  await writeJson(outs.schema, schema);
  await writeOrigins(outs.origins, origins);
  return { manifest, notices };
};

const read = async (path: string, folder: string, params: IngestParams): Promise<Ingested> => {
  const { format, files } = await findSource(path, params.format);
  switch (format) {
    case 'idx':
      return ingestIdx(path, folder, params);
    default:
      return ingestTable({ files, folder, open: tables[format] as OpenTable }, params);
  }
};

/** Formats that are read as tables. */
const tables: Readonly<Record<string, OpenTable>> = {
  csv: csv(','),
  tsv: csv('\t'),
  json: json('json'),
  jsonl: json('jsonl'),
  parquet,
};
