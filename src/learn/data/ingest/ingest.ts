import type { DataSchema } from '../../../types/generated/data-schema.ts';
import { StageError } from '../../error.ts';
import { type DatasetManifest, writeJson } from '../dataset.ts';
import { writeOrigins } from '../origins.ts';
import { arrow } from './arrow.ts';
import { csv } from './csv.ts';
import { ingestEmails } from './documents/emails.ts';
import { ingestTexts } from './documents/texts.ts';
import { type FolderStage, folderSource } from './folder.ts';
import { findSource } from './format.ts';
import { ingestIdx } from './idx.ts';
import { ingestImages } from './images/images.ts';
import { json } from './json.ts';
import { ingestJsonArrays } from './json-arrays.ts';
import { ingestNumpy } from './numpy.ts';
import type { Ingested, IngestParams } from './params.ts';
import { parquet } from './parquet.ts';
import { readDataSchema } from './schema-file.ts';
import { ingestSounds } from './sounds/sounds.ts';
import type { OpenTable } from './source.ts';
import { ingestTable } from './tabular.ts';

/** Where the outs of the stage go: the data set's folder, and files. */
export interface IngestOuts {
  readonly examples: string;
  readonly schema: string;
  readonly origins: string;
}

export interface IngestStage extends FolderStage {
  /** Path of a schema that the source has to keep to. */
  readonly rules?: string | undefined;
}

/**
 * Reads a source as it is into a data set, says what was found in its columns, and where its rows came from.
 *
 * @param source a file or folder.
 * @param stage what it asks of the stage, and the path of a schema that the source has to keep to.
 * @throws StageError with file, row and column, where anything of the source would be lost or guessed.
 */
export const ingest = async (
  source: string,
  outs: IngestOuts,
  params: IngestParams,
  stage: IngestStage = tablesAlone,
): Promise<{ manifest: DatasetManifest; notices: readonly string[] }> => {
  const { manifest, summaries, origins, notices } = await read(source, outs.examples, { params, stage });
  const { rows, target } = manifest;
  const schema: DataSchema = { format: 'stemma-schema-v1', rows, target, columns: summaries };
  await writeJson(outs.schema, schema);
  await writeOrigins(outs.origins, origins);
  return { manifest, notices };
};

const read = async (
  path: string,
  folder: string,
  { params, stage }: { readonly params: IngestParams; readonly stage: IngestStage },
): Promise<Ingested> => {
  const { rules } = stage;
  const { format, files } = await findSource(path, params.format);
  const schema = rules === undefined ? null : await readDataSchema(rules);
  if (schema !== null && !(format in tables)) {
    throw new StageError(
      `a schema is enforced for tables, and the source is of the format "${format}"`,
      'leave out the dep schema',
    );
  }
  refuseForTables(format, params);
  if (params.weight !== undefined && !(format in tables)) {
    throw new StageError(
      `params.weight is for tables, and the source is of the format "${format}"`,
      'leave it out, or give the rows as a table',
    );
  }
  if ((params.delimiter ?? 'auto') !== 'auto' && format !== 'csv' && format !== 'tsv') {
    throw new StageError(`params.delimiter is for CSV and TSV, and the source is of the format "${format}"`);
  }
  switch (format) {
    case 'idx':
      return ingestIdx(path, folder, params);
    case 'json-arrays':
      return ingestJsonArrays(files, folder, params);
    case 'numpy':
      return ingestNumpy(files, folder, params);
    case 'images': {
      const source = folderSource({ path, out: folder }, { format, params }, stage);
      const how = params.images ?? missingParams('images');
      const { decoded, ...ingested } = await ingestImages({ ...source, params: how, asked: params }, stage);
      stage.telemetry({ decoded });
      return ingested;
    }
    case 'sounds': {
      const source = folderSource({ path, out: folder }, { format, params }, stage);
      return ingestSounds(source, params.sounds ?? missingParams('sounds'), stage);
    }
    case 'texts':
    case 'emails': {
      const source = folderSource({ path, out: folder }, { format, params }, stage);
      if (format === 'texts') return ingestTexts(source, params.texts ?? missingParams('texts'), stage);
      return ingestEmails(source, params.emails ?? missingParams('emails'), stage);
    }
    default:
      return ingestTable({ files, folder, schema, open: tables[format] as OpenTable }, params);
  }
};

const refuseForTables = (format: string, { labels, target }: IngestParams): void => {
  if (format in tables) return;
  if (labels !== undefined) {
    throw new StageError(`params.labels is for tables, and the source is of the format "${format}"`, 'leave it out');
  }
  if (typeof target === 'object' && format !== 'numpy') {
    throw new StageError(
      `params.target names several columns, and a source of the format "${format}" has one`,
      'give the name that its labels are to have',
    );
  }
};

/** What needs nothing of a stage can be read without one. */
const tablesAlone: IngestStage = {
  files: () => undefined,
  memo: () => Promise.reject(new RangeError('ingest: a folder of this format is read by a stage')),
  progress: () => undefined,
  telemetry: () => undefined,
};

const missingParams = (name: string): never => {
  throw new RangeError(`ingest: the format "${name}" needs params.${name}`);
};

/** Formats that are read as tables. */
const tables: Readonly<Record<string, OpenTable>> = {
  csv: csv('auto'),
  tsv: csv('\t'),
  json: json('json'),
  jsonl: json('jsonl'),
  parquet,
  arrow,
};
