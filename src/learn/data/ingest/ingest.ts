import type { DataSchema } from '../../../types/generated/data-schema.ts';
import { type DatasetManifest, writeJson } from '../dataset.ts';
import { csv } from './csv.ts';
import { findSource } from './format.ts';
import { ingestIdx } from './idx.ts';
import { json } from './json.ts';
import type { Ingested, IngestParams } from './params.ts';
import { parquet } from './parquet.ts';
import { ingestTable } from './tabular.ts';

/**
 * Reads a source as it is into a data set, and says what was found in its columns.
 *
 * @param source a file or folder.
 * @param outs where the data set's folder and the schema's file go.
 * @throws StageError with file, row and column, where anything of the source would be lost or guessed.
 */
export const ingest = async (
  source: string,
  outs: { readonly examples: string; readonly schema: string },
  params: IngestParams,
): Promise<DatasetManifest> => {
  const { manifest, summaries } = await read(source, outs.examples, params);
  const { rows, target } = manifest;
  const schema: DataSchema = { format: 'stemma-schema-v1', rows, target, columns: summaries };
  await writeJson(outs.schema, schema);
  return manifest;
};

const read = async (source: string, folder: string, params: IngestParams): Promise<Ingested> => {
  const { format, path } = await findSource(source, params.format);
  switch (format) {
    case 'idx':
      return ingestIdx(path, folder, params);
    case 'csv':
    case 'tsv':
      return ingestTable({ path, folder, load: csv(format === 'csv' ? ',' : '\t') }, params);
    case 'json':
    case 'jsonl':
      return ingestTable({ path, folder, load: json(format) }, params);
    case 'parquet':
      return ingestTable({ path, folder, load: parquet }, params);
  }
};
