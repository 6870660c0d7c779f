import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { RawRows } from '../../types/generated/dataset.ts';
import { arrow } from '../data/ingest/arrow.ts';
import { csv } from '../data/ingest/csv.ts';
import { type Format, findSource, formats, type SourceFile } from '../data/ingest/format.ts';
import { isImageName } from '../data/ingest/images/find.ts';
import { json } from '../data/ingest/json.ts';
import { parquet } from '../data/ingest/parquet.ts';
import { isSoundName } from '../data/ingest/sounds/sounds.ts';
import type { OpenTable } from '../data/ingest/source.ts';
import { oneTarget } from '../data/targets.ts';
import { StageError } from '../error.ts';
import { documentRows } from './document-rows.ts';
import { some } from './fault.ts';
import { type Found, findDocuments, withoutField } from './find-documents.ts';
import { columnWith, readListOrImage, rowReader } from './image-cells.ts';
import type { RawSource } from './raw-rows.ts';
import type { Servable } from './servable.ts';
import { soundRows } from './sound-rows.ts';
import { readerParams, tableRows } from './table-rows.ts';
import { imageRows, jsonTensorRows, takesImages } from './tensor-rows.ts';

export interface Inputs {
  /** Absolute paths; "-" is standard input. */
  readonly paths: readonly string[];
  readonly format: string;
  /** A folder for what comes on standard input. */
  readonly temporary: string;
}

/**
 * Opens what is to be predicted, a file after the other, by the readers of ingest.
 *
 * @throws StageError where there is nothing of a format that the model's rows come in.
 */
export async function* openSources(
  connection: DuckDBConnection,
  servable: Servable,
  inputs: Inputs,
): AsyncGenerator<RawSource, void, undefined> {
  for (const path of inputs.paths) {
    const { format, files, documents } = await findInput(path, inputs, servable.raw);
    if (format === 'texts' || format === 'emails') {
      yield await documentSource(connection, { format, files, documents, temporary: inputs.temporary }, servable);
      continue;
    }
    const isTable = servable.input.kind === 'values' || isTableOfTensors(format);
    if (!isTable) yield* tensorSources({ format, files }, servable);
    else for (const file of files) yield await tableSource(connection, { format, file }, servable);
  }
}

const findInput = async (path: string, { format, temporary }: Inputs, { documents }: RawRows): Promise<Found> => {
  if (format !== 'auto' && !(formats as readonly string[]).includes(format))
    throw new StageError(
      `there is no format "${format}"`,
      `known are ${Object.keys(tables).join(', ')}, images, sounds, texts and emails`,
    );
  const asked = format as Format | 'auto';
  if (path === '-') {
    const sent = stdinFormat(asked);
    const files = [await spooled(temporary, sent)];
    // What is sent is the message itself.
    return { format: sent, files, ...(sent === documents?.format && { documents: withoutField(documents) }) };
  }
  const found = (await findDocuments(path, asked, documents)) ?? (await findSource(path, asked));
  if (found.format === documents?.format) return found;
  const isWanted = { images: isImageName, sounds: isSoundName }[found.format as string];
  if (isWanted === undefined || !(await stat(path)).isDirectory()) return found;
  const names = found.files.length > 0 ? found : await findSource(path, 'auto');
  return { format: found.format, files: names.files.filter(({ name }) => isWanted(name)) };
};

const documentSource = (
  connection: DuckDBConnection,
  { format, files, documents, temporary }: Found & { readonly temporary: string },
  servable: Servable,
): Promise<RawSource> => {
  const { input, raw } = servable;
  if (raw.documents?.format !== format || input.kind !== 'values')
    throw new StageError(
      `this model did not learn from files of ${format}`,
      input.kind === 'values' ? `give rows of a table with ${some(input.wanted.map(({ name }) => name))}` : undefined,
    );
  if (documents === undefined) throw new StageError(`there are no files of ${format}`);
  const open = (file: SourceFile): Promise<RawSource> => tableSource(connection, { format: 'jsonl', file }, servable);
  return documentRows(files, { documents, wanted: input.wanted, temporary, open });
};

const stdinFormat = (asked: Format | 'auto'): Format => {
  if (asked !== 'auto' && (asked in tables || ['images', 'texts', 'emails'].includes(asked))) return asked;
  throw new StageError('the format of standard input has to be said', '--format jsonl, csv, tsv or json');
};

/** Readers of tables go over a source more than once: what is sent goes to the disk, whatever its size. */
const spooled = async (folder: string, format: Format): Promise<SourceFile> => {
  const path = join(folder, `input.${format}`);
  await pipeline(process.stdin, createWriteStream(path, { mode: 0o600 }));
  return { path, name: standardInput };
};

/** Rows in JSON with a tensor alone need no table: they are read one by one. */
const isTableOfTensors = (format: Format): boolean => format in tables && format !== 'json' && format !== 'jsonl';

const tableSource = async (
  connection: DuckDBConnection,
  { format, file }: { readonly format: Format; readonly file: SourceFile },
  { input, raw, card: { target } }: Servable,
): Promise<RawSource> => {
  const open = tables[format];
  if (open === undefined)
    throw new StageError(
      `this model takes rows of a table, and ${file.name} is of the format "${format}"`,
      `known are ${Object.keys(tables).join(', ')}`,
    );
  const source = await open(connection, file, readerParams(raw));
  const { wanted, tensors } = input.kind === 'values' ? input : { wanted: [], tensors: [input.column] };
  const { images } = raw;
  return tableRows({
    ...{ connection, source, raw, wanted, target: oneTarget(target, 'serving'), others: 'tell' },
    tensors: tensors.map((column) => ({ column, from: columnWith(column, { names: source.names, images }) })),
    read: readListOrImage({ folder: folderOf(file), images }),
  });
};

/** From where paths in a file go; what came on standard input lies in no folder. */
const folderOf = ({ path, name }: SourceFile): string | null => (name === standardInput ? null : dirname(path));

const standardInput = 'standard input';

const tables: Readonly<Partial<Record<Format, OpenTable>>> = {
  csv: csv('auto'),
  tsv: csv('\t'),
  json: json('json'),
  jsonl: json('jsonl'),
  parquet,
  arrow,
};

function* tensorSources({ format, files }: Found, { input, raw }: Servable): Generator<RawSource, void, undefined> {
  const [first] = files;
  if (input.kind !== 'tensor' || first === undefined) return;
  const { column } = input;
  if (format === 'images' && takesImages(column)) yield imageRows(files, column, raw.images);
  else if (format === 'sounds' && raw.sounds !== undefined) yield soundRows(files, column, raw.sounds);
  else if (format === 'json' || format === 'jsonl')
    for (const file of files) {
      const read = rowReader(column, { folder: folderOf(file), images: raw.images });
      yield jsonTensorRows(file, format, { column, read });
    }
  else
    throw new StageError(
      `this model takes a tensor of ${column.shape.join(' × ')} elements, and ${first.name} is of the format "${format}"`,
      `give ${takesImages(column) ? 'image files, a table that names them, or ' : raw.sounds ? 'WAV files, or ' : ''}rows in JSON with the key "${column.name}"`,
    );
}
