import { readTable, type Table } from '../data/table.ts';
import { counted } from '../data/words.ts';
import { StageError } from '../error.ts';

/** Predictions of two models for the same examples, in the order of the first. */
export interface PairedPredictions {
  readonly actual: readonly (string | number)[];
  readonly candidate: readonly (string | number)[];
  readonly accepted: readonly (string | number)[];
}

/**
 * Predictions of two models as evaluate writes them, brought into one order by the examples' ids; or why they cannot be
 * held against each other example by example.
 *
 * @throws StageError where one of them is no table of predictions.
 */
export const pairPredictions = async (candidate: string, accepted: string): Promise<PairedPredictions | string> => {
  const [ours, theirs] = [rowsIn(await readTable(candidate)), rowsIn(await readTable(accepted))];
  const missing = [...ours.keys()].filter((id) => !theirs.has(id)).length;
  const more = theirs.size - (ours.size - missing);
  if (missing + more > 0)
    return `they were measured on other examples: ${counted(missing, 'example')} of the candidate's ${more === 0 ? 'are new' : `are new, and ${counted(more, 'example')} of the accepted model's are gone`}`;
  const ids = [...ours.keys()];
  if (ids.some((id) => ours.get(id)!.actual !== theirs.get(id)!.actual))
    return 'the right answers of some examples are not what they were';
  return {
    actual: ids.map((id) => ours.get(id)!.actual),
    candidate: ids.map((id) => ours.get(id)!.predicted),
    accepted: ids.map((id) => theirs.get(id)!.predicted),
  };
};

interface Row {
  readonly actual: string | number;
  readonly predicted: string | number;
}

const rowsIn = ({ columns }: Table): ReadonlyMap<string, Row> => {
  const [id, actual, predicted] = ['id', 'actual', 'predicted'].map((name) => columnOf(name, columns));
  return new Map(
    Array.from(id!, (each, row) => [String(each), { actual: actual![row]!, predicted: predicted![row]! }]),
  );
};

const columnOf = (name: string, columns: Table['columns']): ArrayLike<string | number> => {
  const found = columns.get(name);
  if (found !== undefined) return found.values as ArrayLike<string | number>;
  throw new StageError(`the predictions have no column "${name}"`, "give evaluate's out `predictions`");
};
