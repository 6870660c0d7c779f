import { StageError } from '../../error.ts';
import { own } from '../../own.ts';
import type { Column } from '../dataset.ts';
import { listed } from '../words.ts';
import type { AnyMethod, NormalizeParams } from './params.ts';

/**
 * The method of a feature.
 *
 * @throws StageError where it is not one for such a column, or a text has none.
 */
export const methodOf = (column: Column, params: NormalizeParams): AnyMethod => {
  const asked = own(params.columns, column.name) ?? fallbackOf(column, params);
  const method = typeof asked === 'string' ? ({ method: asked } as AnyMethod) : asked;
  const possible = methods[column.kind];
  if (possible.includes(method.method)) return method;
  throw new StageError(
    `feature "${column.name}" is a ${column.kind}, for which there is no method "${method.method}"`,
    `there are ${listed(possible)}`,
  );
};

/** Features that something is made of. */
export const keptOf = (features: readonly Column[], { columns }: NormalizeParams): readonly Column[] =>
  features.filter(({ name, kind }) => kind === 'tensor' || own(columns, name) !== 'drop');

const fallbackOf = ({ kind, name }: Column, params: NormalizeParams) => {
  if (kind === 'category') return params.categories;
  if (kind === 'date') return 'date' as const;
  if (kind === 'labels') {
    throw new StageError(
      `feature "${name}" is a column of lists of labels, and these are for targets`,
      `leave it out: "drop" in normalize.columns, or ingest.columns`,
    );
  }
  if (kind !== 'text') return params.method;
  throw new StageError(
    `feature "${name}" is free text, and nothing says how it becomes numbers`,
    `say it in normalize.columns, as { "${name}": "tokens" }, or leave it out: "drop" here, or ingest.columns`,
  );
};

const texts = ['tokens', 'wordpiece', 'bpe', 'bag', 'tf-idf', 'hashed-bag'] as const;
const methods: Readonly<Record<Column['kind'], readonly AnyMethod['method'][]>> = {
  number: ['min-max', 'standard', 'robust', 'log1p', 'quantile', 'l2', 'none', 'drop'],
  category: ['one-hot', 'ordinal', 'hashed', 'date', ...texts, 'drop'],
  text: [...texts, 'date', 'drop'],
  labels: ['drop'],
  date: ['date', 'drop'],
  tensor: ['min-max', 'standard', 'per-image', 'l2', 'none'],
};

/** @throws StageError where the params name a column that is no feature. */
export const checkColumns = (features: readonly Column[], { columns }: NormalizeParams): void => {
  const names = features.map(({ name }) => name);
  const unknown = Object.keys(columns).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new StageError(`params.columns names "${unknown}", which is no feature`, `there are ${listed(names)}`);
};
