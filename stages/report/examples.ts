import { originAt, readOrigins } from '../../src/learn/data/origins.ts';
import { rowsById, type ShownRow } from '../../src/learn/data/rows-by-id.ts';
import { StageError } from '../../src/learn/error.ts';
import type { Evaluation } from '../../src/types/generated/evaluation.ts';

/** An example as it stood in the raw data. */
export interface RawExample {
  readonly values: ShownRow['values'];
  /** As `data/mails.csv, row 17`; absent where no origins are known. */
  readonly origin?: string;
}

export type RawExamples = ReadonlyMap<string, RawExample>;

/** The examples that an evaluation shows, by id, as ingest has read them: before anything was done to them. */
export const rawExamples = async (
  { wrong }: Evaluation,
  { examples, origins }: { readonly examples: string | undefined; readonly origins: string | undefined },
): Promise<RawExamples> => {
  if (examples === undefined) {
    if (origins === undefined) return new Map();
    throw new StageError(
      'dep origins says where rows stood, and nothing says which rows these are',
      'give the data set that it belongs to as dep "examples": the outs "examples" and "origins" of ingest',
    );
  }
  const rows = await rowsById(
    examples,
    wrong.map(({ id }) => id),
  );
  const places = origins === undefined ? [] : await readOrigins(origins);
  return new Map(
    [...rows].map(([id, { place, values }]) => {
      const origin = originAt(places, place);
      return [id, { values, ...(origin !== null && { origin: `${origin.file}, row ${origin.row}` }) }];
    }),
  );
};
