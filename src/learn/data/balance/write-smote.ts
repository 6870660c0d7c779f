import { StageError } from '../../error.ts';
import { derive, stream } from '../../random.ts';
import { type Column, createDatasetWriter, type Dataset, headerOf } from '../dataset.ts';
import {
  type ColumnData,
  columnOf,
  concatRows,
  type LabelData,
  type NumberData,
  type Rows,
  rowCount,
  takeRows,
} from '../rows.ts';
import { oneTarget } from '../targets.ts';
import { type Pair, smotePairs } from './smote.ts';

export interface Smoting {
  readonly before: ReadonlyMap<string, number>;
  readonly after: ReadonlyMap<string, number>;
  readonly k: number;
  readonly seed: number;
}

/**
 * Writes all rows as they are, then new ones, class by class.
 *
 * @throws StageError where a feature is no number, a value is missing, or a class that is to grow has one row.
 */
export const writeSmote = async (dataset: Dataset, out: string, { before, after, k, seed }: Smoting): Promise<void> => {
  const { columns } = dataset.manifest;
  const target = oneTarget(dataset.manifest.target, 'balance');
  const features = columns.filter(({ name }) => name !== target);
  refuseOthers(features);
  const writer = await createDatasetWriter(out, {
    ...headerOf(dataset.manifest),
    columns: columns.map(
      (column): Column =>
        column.kind === 'number' && column.name !== target ? { ...column, dtype: floatOf(column.dtype) } : column,
    ),
  });
  const parts: Rows[] = [];
  for await (const rows of dataset.shards()) {
    await writer.append(rows);
    parts.push(rows);
  }
  for (const [label, goal] of after) {
    const count = goal - (before.get(label) as number);
    if (count === 0) continue;
    const own = concatRows(parts.map((rows) => ofClass(rows, { target: target as string, label })));
    if (rowCount(own) < 2) {
      throw new StageError(
        `"${label}" has 1 row, and SMOTE makes rows up between two`,
        'take "oversample", or shares without it',
      );
    }
    const pairs = smotePairs(
      { values: matrixOf(own, features), columns: features.length, k },
      count,
      stream(derive(seed, label)),
    );
    await writer.append(between(own, { features, target: target as string, pairs, label }));
  }
  await writer.close();
};

const floatOf = (dtype: Column['dtype']): 'float32' | 'float64' => (dtype === 'float32' ? 'float32' : 'float64');

const refuseOthers = (features: readonly Column[]): void => {
  const other = features.find(({ kind }) => kind !== 'number');
  if (other === undefined) return;
  throw new StageError(
    `feature "${other.name}" is a ${other.kind}, and SMOTE makes rows up between numbers`,
    'put balance after normalize, or take "oversample"',
  );
};

const ofClass = (rows: Rows, { target, label }: { readonly target: string; readonly label: string }): Rows => {
  const labels = (columnOf(target)(rows) as LabelData).values;
  return takeRows(
    rows,
    labels.flatMap((other, row) => (other === label ? [row] : [])),
  );
};

const matrixOf = (rows: Rows, features: readonly Column[]): Float64Array => {
  const columns = features.map(({ name }) => (columnOf(name)(rows) as NumberData).values);
  const values = Float64Array.from({ length: rowCount(rows) * columns.length }, (_, at) => {
    return columns[at % columns.length]?.[Math.floor(at / columns.length)] as number;
  });
  if (!values.some(Number.isNaN)) return values;
  throw new StageError(
    'there are missing values, and SMOTE makes rows up between numbers',
    'put an impute stage before',
  );
};

interface Between {
  readonly features: readonly Column[];
  readonly target: string;
  readonly pairs: readonly Pair[];
  readonly label: string;
}

/** A new row has the id of the row that it began at, "+" and its number; it counts for what lies between its two. */
const between = (rows: Rows, { features, target, pairs, label }: Between): Rows => {
  const count = rowCount(rows);
  const made = (values: Float64Array): Float64Array =>
    Float64Array.from(pairs, ({ row, neighbour, share }) => {
      const [here, there] = [values[row] as number, values[neighbour] as number];
      return here + share * (there - here);
    });
  const numbers = features.map(({ name }) => {
    return [name, { kind: 'number', values: made((columnOf(name)(rows) as NumberData).values) }] as const;
  });
  const labels = [target, { kind: 'label', values: pairs.map(() => label) }] as const;
  return {
    ids: pairs.map(({ row }, index) => `${rows.ids[row]}+${Math.floor(index / count) + 1}`),
    official: rows.official === null ? null : pairs.map(() => 'train'),
    ...(rows.weights === undefined ? {} : { weights: made(rows.weights) }),
    columns: new Map<string, ColumnData>([...numbers, labels]),
  };
};
