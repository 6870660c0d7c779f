import type { IncomingMessage } from 'node:http';
import { withConnection } from '../../data/duckdb.ts';
import { readerOf as documentReaderOf } from '../../data/ingest/documents/reader.ts';
import { jsonRows } from '../../data/ingest/json.ts';
import { oneTarget } from '../../data/targets.ts';
import { documentRow } from '../document-rows.ts';
import { withoutField } from '../find-documents.ts';
import { type Prepared, prepareRows } from '../prepare.ts';
import { joinParts, type RawRowsRead } from '../raw-rows.ts';
import { refuseShort, startSeries } from '../series.ts';
import type { Servable } from '../servable.ts';
import { soundCell } from '../sound-rows.ts';
import { readerParams, tableRows } from '../table-rows.ts';
import { imageCell, takesImages, tensorCell, tensorPart } from '../tensor-rows.ts';
import { readList } from '../tensors-beside.ts';
import { mediaTypeOf, readBody, textOf } from './body.ts';
import { badRows, RequestProblem, refuse } from './problem.ts';
import { plansOf, tensorsByName } from './row-plan.ts';

export interface AskOptions {
  /** Bytes of a body, and rows in it, at most. */
  readonly limits: { readonly bodyBytes: number; readonly rows: number };
  readonly unknown: 'refuse' | 'answer';
}

/**
 * The rows of a request as the model takes them: a list of rows in JSON, or one row, or the file of an image or a sound.
 *
 * @throws RequestProblem where there is a row that the model cannot be asked about: then none is answered.
 */
export const readRequest = async (
  request: IncomingMessage,
  servable: Servable,
  { limits, unknown }: AskOptions,
): Promise<Prepared> => {
  const type = mediaTypeOf(request);
  const read = readerOf(type, servable);
  const body = await readBody(request, limits.bodyBytes);
  const rows = await read(body, servable, limits.rows);
  const { windowing } = servable;
  const series = windowing && startSeries(windowing, 'the request');
  const prepared = prepareRows(servable, rows, { unknown, series });
  if (prepared.faults.length > 0) throw new RequestProblem(badRows(prepared.faults, prepared.rows + bad(prepared)));
  if (series !== undefined) refuseShort(series, windowing!, 'the request');
  return prepared;
};

/**
 * The rows of a body in JSON, a list of them or one.
 *
 * @throws RequestProblem where it is no such JSON, or has more rows than may be.
 */
export const readRows = (body: Buffer, servable: Servable, mostRows: number): Promise<RawRowsRead> =>
  (servable.input.kind === 'tensor' ? tensorsInJson : valuesInJson)(body, servable, mostRows);

const bad = ({ faults }: Prepared): number => new Set(faults.map(({ row }) => row)).size;

type Reader = (body: Buffer, servable: Servable, mostRows: number) => Promise<RawRowsRead>;

const readerOf = (type: string, { input, raw }: Servable): Reader => {
  if (type === 'application/json') return readRows;
  const images = input.kind === 'tensor' && takesImages(input.column);
  if (images && /^image\/[\w.+-]+$/.test(type)) return oneImage;
  if (raw.documents !== undefined && type === mediaTypes[raw.documents.format].type) return oneDocument;
  if (raw.sounds !== undefined && /^audio\/(x-|vnd\.)?wave?$/.test(type)) return oneSound;
  return refuse(415, 'unsupported-media-type', {
    message: type === '' ? 'the request has no content-type' : `a body of the type "${type}" is not read`,
    hint: `send application/json${images ? ', or an image as image/png, image/jpeg, …' : raw.sounds ? ', or a sound as audio/wav' : raw.documents ? `, or ${mediaTypes[raw.documents.format].said}` : ''}`,
  });
};

const mediaTypes = {
  texts: { type: 'text/plain', said: 'a text as text/plain' },
  emails: { type: 'message/rfc822', said: 'an e-mail as message/rfc822' },
} as const;

/** The rows in a body, and its text as a list. */
const rowsIn = (body: Buffer, mostRows: number): { readonly rows: readonly unknown[]; readonly text: string } => {
  const text = textOf(body);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(400, 'malformed-json', { message: `the body is no JSON: ${(error as Error).message}` });
  }
  const rows = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  if (rows.length === 0) refuse(422, 'bad-rows', { message: 'the request has no rows' });
  if (rows.length > mostRows)
    refuse(413, 'too-many-rows', {
      message: `the request has ${rows.length} rows, and may have ${mostRows}`,
      hint: 'send fewer rows at a time; `stemma serve --max-rows` sets the limit',
    });
  const place = rows.findIndex((row) => typeof row !== 'object' || row === null || Array.isArray(row));
  if (place >= 0)
    refuse(422, 'bad-rows', {
      message: `request: row ${place + 1} is no object`,
      hint: 'send a list of rows, each an object with a key for each column; GET /schema says which',
    });
  return { rows, text: Array.isArray(value) ? text : `[${text}]` };
};

const file = { path: '', name: 'request' };

const valuesInJson: Reader = async (body, servable, mostRows) => {
  const { text, rows } = rowsIn(body, mostRows);
  return (await plansOf(servable).read(text, rows as readonly object[])) ?? tableInJson(text, servable);
};

/**
 * The same, planned anew: for what is not plainly what the model takes.
 *
 * @throws StageError that says what is wrong.
 */
export const tableInJson = (text: string, servable: Servable): Promise<RawRowsRead> => {
  const { input, raw, card } = servable;
  if (input.kind !== 'values') throw new RangeError('a model of tensors was asked about values');
  return withConnection(async (connection) => {
    const source = await jsonRows(connection, text, { file, params: readerParams(raw) });
    const { parts } = await tableRows({
      connection,
      source,
      raw,
      ...{ wanted: input.wanted, tensors: tensorsByName(servable), read: readList },
      target: oneTarget(card.target, 'serving'),
      others: 'refuse',
    });
    return gathered(parts());
  });
};

/** A request has few rows: they are asked about together. */
const gathered = async (parts: AsyncIterable<RawRowsRead>): Promise<RawRowsRead> => {
  const all: RawRowsRead[] = [];
  for await (const part of parts) all.push(part);
  return joinParts(all);
};

const tensorsInJson: Reader = async (body, { input }, mostRows) => {
  const { rows } = rowsIn(body, mostRows);
  if (input.kind !== 'tensor') throw new RangeError('a model of values was asked about tensors');
  const { column } = input;
  return tensorPart(
    rows.map((row) => tensorCell(row, column)),
    column,
  );
};

/** A text, or an e-mail: its own columns are those of a row. */
const oneDocument: Reader = async (body, servable, mostRows) => {
  const { input, raw } = servable;
  if (input.kind !== 'values' || raw.documents === undefined) throw new RangeError('a model of something else was asked about a document'); // biome-ignore format: one line
  const [values = {}] = await documentReaderOf(withoutField(raw.documents)).read(body, raw.documents.format === 'texts' ? 'request.txt' : 'request.eml'); // biome-ignore format: one line
  return valuesInJson(Buffer.from(JSON.stringify(documentRow(values, input.wanted))), servable, mostRows);
};

const oneImage: Reader = async (body, { input, raw }) => {
  if (input.kind !== 'tensor') throw new RangeError('a model of values was asked about an image');
  return tensorPart([await imageCell(body, input.column, raw.images)], input.column);
};

const oneSound: Reader = async (body, { input, raw: { sounds } }) => {
  if (input.kind !== 'tensor' || sounds === undefined) throw new RangeError('a model of something else was asked about a sound'); // biome-ignore format: one line
  return tensorPart([soundCell(body, sounds)], input.column);
};
