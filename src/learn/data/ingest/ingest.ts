import type { DataSchema } from '../../../types/generated/data-schema.ts';
import { StageError } from '../../error.ts';
import { type DatasetManifest, writeJson } from '../dataset.ts';
import { writeOrigins } from '../origins.ts';
import { arrow } from './arrow.ts';
import { csv } from './csv.ts';
import { findSource } from './format.ts';
import { ingestIdx } from './idx.ts';
import { json } from './json.ts';
import { ingestJsonArrays } from './json-arrays.ts';
import { ingestNumpy } from './numpy.ts';
import type { Ingested, IngestParams } from './params.ts';
import { parquet } from './parquet.ts';
import { readDataSchema } from './schema-file.ts';
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
 * @param rules path of a schema that the source has to keep to.
 * @throws StageError with file, row and column, where anything of the source would be lost or guessed.
 */
export const ingest = async (
  source: string,
  outs: IngestOuts,
  params: IngestParams,
  rules?: string,
): Promise<{ manifest: DatasetManifest; notices: readonly string[] }> => {
  const { manifest, summaries, origins, notices } = await read(source, { folder: outs.examples, rules }, params);
  const { rows, target } = manifest;
  const schema: DataSchema = { format: 'stemma-schema-v1', rows, target, columns: summaries };
  await writeJson(outs.schema, schema);
  await writeOrigins(outs.origins, origins);
  return { manifest, notices };
};

const read = async (
  path: string,
  { folder, rules }: { folder: string; rules: string | undefined },
  params: IngestParams,
): Promise<Ingested> => {
  const { format, files } = await findSource(path, params.format);
  const schema = rules === undefined ? null : await readDataSchema(rules);
  if (schema !== null && !(format in tables)) {
    throw new StageError(
      `a schema is enforced for tables, and the source is of the format "${format}"`,
      'leave out the dep schema',
    );
  }
  if (params.weight !== undefined && !(format in tables)) {
    throw new StageError(
      `params.weight is for tables, and the source is of the format "${format}"`,
      'leave it out, or give the rows as a table',
    );
  }
  switch (format) {
    case 'idx':
      return ingestIdx(path, folder, params);
    case 'json-arrays':
      return ingestJsonArrays(files, folder, params);
    case 'numpy':
      return ingestNumpy(files, folder, params);
    default:
      return ingestTable({ files, folder, schema, open: tables[format] as OpenTable }, params);
  }
};

/** Formats that are read as tables. */
const tables: Readonly<Record<string, OpenTable>> = {
  csv: csv(','),
  tsv: csv('\t'),
  json: json('json'),
  jsonl: json('jsonl'),
  parquet,
  arrow,
};
