import { open, readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { filePath, withConnection } from '../../data/duckdb.ts';
import { counted } from '../../data/words.ts';
import { StageError } from '../../error.ts';
import { parse } from '../../json.ts';
import { type BoxRow, boxRowOf } from './row.ts';

/** What a file of boxes says. */
export interface BoxFile {
  readonly name: string;
  readonly rows: readonly { readonly place: string; readonly row: BoxRow }[];
  /** Of COCO's file of annotations: names of labels by their numbers. */
  readonly names?: ReadonlyMap<string, string>;
}

type Kind = 'actual' | 'predicted';

interface Raw {
  /** Where it stands, as `line 3`. */
  readonly place: string;
  readonly value: unknown;
}

/** JSON that is larger is not read in one piece. */
const mostBytes = 256 * 1024 * 1024;
const mostFaults = 5;

/**
 * Reads boxes: JSON lines, a JSON array, COCO's file of annotations, or Parquet, whichever the file's own bytes say. A row
 * is `{ "image", "label", "box": [left, top, width, height] }`, with a `score` where it is predicted; COCO's names of these are
 * understood too. A row of an image alone may say more of it.
 *
 * @throws StageError that names file and row of what is no box.
 */
export const readBoxes = async (path: string, kind: Kind): Promise<BoxFile> => {
  const name = basename(path);
  if ((await stat(path)).isDirectory()) throw new StageError(`dep ${kind} is a folder, and a file of boxes is needed`, 'name the file in it'); // biome-ignore format: one line
  if ((await firstBytes(path)) === 'PAR1')
    return { name, rows: checked(await parquetRows(path, name), { name, kind }) };
  if ((await stat(path)).size > mostBytes) throw new StageError(`${name} is larger than 256 MiB of JSON`, 'write it as Parquet'); // biome-ignore format: one line
  return jsonFile(await readFile(path, 'utf8'), { name, kind });
};

const firstBytes = async (path: string): Promise<string> => {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead).toString('latin1');
  } finally {
    await file.close();
  }
};

/** Each row as the JSON that DuckDB makes of it. */
const parquetRows = async (path: string, name: string): Promise<Raw[]> => {
  try {
    return await withConnection(async (connection) => {
      const sql = `SELECT to_json(boxes)::VARCHAR FROM (SELECT * FROM read_parquet(${filePath(path)})) AS boxes`;
      const found = await connection.runAndReadAll(sql);
      return found.getRows().map(([text], at) => {
        const place = `row ${at + 1}`;
        return { place, value: parse(String(text), `${name}, ${place}`) };
      });
    });
  } catch (error) {
    if (error instanceof StageError) throw error;
    throw new StageError(`${name} cannot be read as Parquet: ${(error as Error).message.split('\n')[0]}`);
  }
};

interface Reading {
  readonly name: string;
  readonly kind: Kind;
}

const jsonFile = (text: string, reading: Reading): BoxFile => {
  const { name } = reading;
  if (text.trimStart().startsWith('[')) {
    const all = parse(text, name) as unknown[];
    return { name, rows: checked(all.map((value, at) => ({ place: `element ${at + 1}`, value })), reading) }; // biome-ignore format: one line
  }
  const lines = text.split('\n').map((line, at) => ({ place: `line ${at + 1}`, line: line.trim() }));
  const full = lines.filter(({ line }) => line !== '');
  if (full.length === 0 || isWhole(full[0]!.line)) {
    return { name, rows: checked(full.map(({ place, line }) => ({ place, value: parse(line, `${name}, ${place}`) })), reading) }; // biome-ignore format: one line
  }
  return annotations(parse(text, name), reading);
};

/** Whether a first line is a row by itself: else the whole text is one object. */
const isWhole = (line: string): boolean => {
  try {
    const value: unknown = JSON.parse(line);
    return !(typeof value === 'object' && value !== null && 'annotations' in value);
  } catch {
    return !line.startsWith('{') || line.endsWith('}');
  }
};

/** COCO's file of annotations. */
const annotations = (value: unknown, reading: Reading): BoxFile => {
  const { name } = reading;
  const { images, annotations: boxes, categories } = Object(value) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(boxes)) throw new StageError(`${name} is one JSON object without "annotations"`, 'write a row a line: { "image": …, "label": …, "box": [left, top, width, height] }'); // biome-ignore format: one line
  const listOf = (each: unknown): readonly unknown[] => (Array.isArray(each) ? each : []);
  const names = new Map(
    listOf(categories).map((category) => {
      const { id, name: label } = Object(category) as Readonly<Record<string, unknown>>;
      return [String(id), String(label)] as const;
    }),
  );
  const given = [
    ...listOf(images).map((image, at) => ({ place: `image ${at + 1}`, value: imageRow(image) })),
    ...boxes.map((box, at) => ({ place: `annotation ${at + 1}`, value: box })),
  ];
  return { name, names, rows: checked(given, reading) };
};

/** The row of an image, which has no box: whatever else it says is told of the image. */
const imageRow = (image: unknown): object => {
  const { id, ...about } = Object(image) as Readonly<Record<string, unknown>>;
  return { ...about, image: id, image_id: null, label: null, category_id: null, box: null, bbox: null };
};

const checked = (raw: readonly Raw[], { name, kind }: Reading): BoxFile['rows'] => {
  const rows: { place: string; row: BoxRow }[] = [];
  const faults: string[] = [];
  for (const { place, value } of raw) {
    const found = boxRowOf(value, kind);
    if ('row' in found) rows.push({ place, row: found.row });
    else faults.push(`${name}, ${place}: ${found.fault}`);
  }
  if (faults.length === 0) return rows;
  const more = faults.length - mostFaults;
  throw new StageError(
    `${faults.slice(0, mostFaults).join('; ')}${more > 0 ? `; and ${counted(more, 'more row')}` : ''}`,
    `a row is { "image": …, "label": …, "box": [left, top, width, height]${kind === 'predicted' ? ', "score": …' : ''} }`,
  );
};
