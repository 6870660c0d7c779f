import { readManifest } from '../../src/learn/data/dataset.ts';
import { originAt, readOrigins } from '../../src/learn/data/origins.ts';
import { rowsById, type ShownRow } from '../../src/learn/data/rows-by-id.ts';
import { StageError } from '../../src/learn/error.ts';
import type { Column, LabelsColumn } from '../../src/types/generated/dataset.ts';

/** An example as it stood in the raw data. */
export interface RawExample {
  readonly values: ShownRow['values'];
  /** As `data/mails.csv, row 17`; absent where no origins are known. */
  readonly origin?: string;
}

export type RawExamples = ReadonlyMap<string, RawExample>;

/** Examples that are shown, by id, as ingest has read them: before anything was done to them. */
export const rawExamples = async (
  ids: readonly string[],
  { examples, origins }: { readonly examples: string | undefined; readonly origins: string | undefined },
): Promise<RawExamples> => {
  if (examples === undefined) {
    if (origins === undefined) return new Map();
    throw new StageError(
      'dep origins says where rows stood, and nothing says which rows these are',
      'give the data set that it belongs to as dep "examples": the outs "examples" and "origins" of ingest',
    );
  }
  const wanted = ids.map((id) => ({ id, ...rowAndWord(id) }));
  const rows = await rowsById(examples, [...new Set(wanted.map(({ row }) => row))]);
  const places = origins === undefined ? [] : await readOrigins(origins);
  const text = (await readManifest(examples)).columns.find(isTagged)?.each;
  return new Map(
    wanted.flatMap(({ id, row, word }) => {
      const found = rows.get(row);
      if (found === undefined) return [];
      const origin = originAt(places, found.place);
      const values =
        word === undefined || text === undefined ? found.values : inContext(String(found.values[text]), word);
      return [[id, { values, ...(origin !== null && { origin: `${origin.file}, row ${origin.row}` }) }]];
    }),
  );
};

/** Of tags, an example is a word: `ROW[3]` is the fourth of a row. */
const rowAndWord = (id: string): { readonly row: string; readonly word?: number } => {
  const [, row, word] = /^(.*)\[(\d+)\]$/s.exec(id) ?? [];
  return row === undefined ? { row: id } : { row, word: Number(word) };
};

const isTagged = (column: Column): column is LabelsColumn => column.kind === 'labels' && column.each !== undefined;

/** A word between its neighbours. */
const inContext = (text: string, at: number): ShownRow['values'] => {
  const words = text.split(' ').filter((word) => word !== '');
  const joined = (from: number, to: number): string => words.slice(Math.max(0, from), to).join(' ');
  return { before: joined(at - neighbours, at), word: words[at] ?? null, after: joined(at + 1, at + 1 + neighbours) };
};

const neighbours = 4;
