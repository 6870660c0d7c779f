import type { Column } from '../../types/generated/dataset.ts';
import type { ModelCard } from '../../types/generated/model.ts';
import type { Examples } from '../data/dataset.ts';
import { examplesOf } from '../data/examples.ts';
import type { Columns } from '../data/fitted/output.ts';
import { type Fault, missing, serveRows, type UnknownLabel } from '../data/fitted/serve.ts';
import { type Rows, takeColumn } from '../data/rows.ts';
import { type RowFault, some } from './fault.ts';
import type { RawRowsRead } from './raw-rows.ts';
import { type RowsInTurn, type Series, startSeries, type Windowing } from './series.ts';
import type { Servable } from './servable.ts';

/** Rows as the model takes them. */
export interface Prepared {
  /** The number of each row in its source, from 1; of a window, of its last row. */
  readonly numbers: readonly number[];
  /** How many rows there were that can be asked about. */
  readonly rows: number;
  /** The features, in the same order. */
  readonly examples: Pick<Examples, 'rows' | 'features' | 'featureShape'>;
  /** Rows that cannot be asked about are not among those. In the order of the rows, as `unknown`. */
  readonly faults: readonly RowFault[];
  /** Labels that train did not have, of rows that are answered all the same. */
  readonly unknown: readonly RowFault[];
}

/**
 * Makes raw rows into what the model takes, by its fitted steps.
 *
 * @param options.unknown a label that train did not have: "refuse" its row, or have it "answered" as evaluate does.
 * @param options.series of a model of windows: what the rows before these, of the same source, were given to.
 * @throws StageError where rows of a series come in an order in which they are none.
 */
export const prepareRows = (
  { fitted, columns, card: { inputs }, tagged, windowing }: Servable,
  read: RawRowsRead,
  { unknown, series }: PrepareOptions,
): Prepared => {
  const served =
    fitted === null
      ? { values: read.columns, kept: [...read.numbers.keys()], faults: [], unknown: [] }
      : serveRows(fitted, read.columns, { past: windowing?.params.past_target === true });
  // What tells series apart is no feature: a new one is as good as any.
  const unknowns = served.unknown.filter(({ column }) => column !== windowing?.params.by);
  const strangers = unknowns.map((label) => strangeLabel(label, read));
  const refused = new Set(unknown === 'refuse' ? unknowns.map(({ row }) => row) : []);
  const gaps = gapsIn(windowing?.columns ?? columns, served.values);
  const long = tooLong(tagged, read);
  for (const { at } of long) refused.add(at);
  const places = [...served.kept.keys()].filter((at) => !refused.has(served.kept[at] as number) && !gaps.has(at));
  const kept = places.map((at) => served.kept[at] as number);
  const whole = places.length === served.kept.length;
  const values = whole
    ? served.values
    : new Map([...served.values].map(([name, data]) => [name, takeColumn(data, places)]));
  const rowOf = (index: number): number => read.numbers[index] as number;
  const ready = inTurn(
    { numbers: kept.map(rowOf), values },
    { windowing, series, apart: apartBy(windowing, read, kept) },
  );
  return {
    ...{ numbers: ready.numbers, rows: kept.length },
    examples: asExamples(columns, ready.values, { rows: ready.numbers.length, inputs }),
    faults: inOrder([
      ...read.faults,
      ...served.faults.map((fault) => fittedFault(fault, read)),
      ...(unknown === 'refuse' ? strangers : []),
      ...long.map(({ fault }) => fault),
      ...[...gaps].map(([at, column]) => ({ ...gap, row: rowOf(served.kept[at] as number), column })),
    ]),
    unknown: unknown === 'refuse' ? [] : inOrder(strangers),
  };
};

/** Of one row, as they were found: by the reader first, by the fitted steps in their order then. */
const inOrder = (faults: readonly RowFault[]): readonly RowFault[] => [...faults].sort((a, b) => a.row - b.row);

export interface PrepareOptions {
  readonly unknown: 'refuse' | 'answer';
  readonly series?: Series | undefined;
}

interface Turn extends Pick<PrepareOptions, 'series'> {
  readonly windowing: Windowing | undefined;
  /** The column that tells series apart, as it was read: two that train did not have would be one to the fitted steps. */
  readonly apart: Columns;
}

/** Rows as they are, or the windows that end in them. */
const inTurn = (rows: RowsInTurn, { windowing, series, apart }: Turn): RowsInTurn => {
  if (windowing === undefined) return rows;
  const own = series ?? startSeries(windowing, 'what is served');
  return own.add({ ...rows, values: new Map([...rows.values, ...apart]) });
};

const apartBy = (windowing: Windowing | undefined, { columns }: RawRowsRead, kept: readonly number[]): Columns => {
  const name = windowing?.params.by;
  const data = name === undefined ? undefined : columns.get(name);
  return new Map(name === undefined || data === undefined ? [] : [[name, takeColumn(data, kept)]]);
};

/** Rows with more words than are tagged: of those that are cut off there would be no answer. */
const tooLong = (
  tagged: Servable['tagged'],
  { columns, numbers }: RawRowsRead,
): readonly { readonly at: number; readonly fault: RowFault }[] => {
  const data = tagged && columns.get(tagged.words);
  if (tagged === undefined || data?.kind !== 'label') return [];
  return data.values.flatMap((text, at) => {
    const words = (text ?? '').split(' ').filter((word) => word !== '').length;
    if (words <= tagged.steps) return [];
    const what = `has ${words} words, and the model tags ${tagged.steps}`;
    const expected = `at most ${tagged.steps} words`;
    return [{ at, fault: { row: numbers[at]!, column: tagged.words, found: text, what, expected } }];
  });
};

const asExamples = (
  columns: readonly Column[],
  values: Columns,
  { rows, inputs }: { readonly rows: number; readonly inputs: ModelCard['inputs'] },
): Examples => {
  const part: Rows = { ids: new Array<string>(rows).fill(''), official: null, columns: values };
  const manifest = { format: 'stemma-dataset-v1', rows, target: null, columns: [...columns], shards: [] } as const;
  return examplesOf({ ...manifest, columns: [...columns], shards: [] }, [part], { inputs });
};

const gap = { found: null, what: 'has no value, and nothing fills it', expected: 'a number' } as const;

/** Rows, by their place, with a column of numbers in which they have none: what train had everywhere. */
const gapsIn = (columns: readonly Column[], values: Columns): ReadonlyMap<number, string> => {
  const gaps = new Map<number, string>();
  for (const { name, kind } of columns) {
    const data = values.get(name);
    if (kind !== 'number' || data?.kind !== 'number') continue;
    data.values.forEach((value, at) => {
      if (Number.isNaN(value) && !gaps.has(at)) gaps.set(at, name);
    });
  }
  return gaps;
};

const fittedFault = ({ row, column, what }: Fault, { numbers, columns }: RawRowsRead): RowFault => ({
  ...{ row: numbers[row] as number, column, found: shownOf(columns, column, row) },
  what: what === missing ? 'has no value, and nothing fills it' : what,
  expected: what === missing ? 'a value' : 'a value that the fitted steps can take',
});

const strangeLabel = ({ row, column, label, known }: UnknownLabel, { numbers }: RawRowsRead): RowFault => ({
  ...{ row: numbers[row] as number, column, found: label },
  what: 'is none of the categories that the model was trained on',
  expected: some(known),
});

const shownOf = (columns: Columns, name: string, row: number): string | null => {
  const data = columns.get(name);
  if (data === undefined || data.kind === 'tensor') return null;
  const value = data.values[row];
  return value === null || value === undefined || Number.isNaN(value) ? null : String(value);
};
