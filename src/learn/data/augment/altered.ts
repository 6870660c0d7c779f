import { derive, type Stream, stream } from '../../random.ts';
import { augmentBatch } from '../augment.ts';
import type { AugmentPolicy, Dataset, DatasetManifest } from '../dataset.ts';
import { type ColumnData, columnOf, concatRows, type LabelData, type NumberData, type Rows } from '../rows.ts';
import { featuresOf } from './policy.ts';
import type { Pool } from './swap.ts';
import { dropWords, misspell, replaceSynonyms, type Synonyms, swapWords } from './text.ts';

/** How rows of a data set, encoded or not, are altered. */
export interface Alteration {
  readonly policy: AugmentPolicy;
  readonly epoch: number;
  readonly synonyms: Synonyms;
  /** All rows, as they are, where `swap` takes from them. */
  readonly pool: Rows | undefined;
}

/** The rows of a data set whose columns `swap` may take values from; undefined where none does. */
export const poolOf = async ({ shards }: Dataset, { transforms }: AugmentPolicy): Promise<Rows | undefined> => {
  if (!transforms.some(({ name }) => name === 'swap')) return undefined;
  const parts: Rows[] = [];
  for await (const rows of shards()) parts.push(rows);
  return parts.length === 0 ? undefined : concatRows(parts);
};

/** The rows as the policy alters them in an epoch, with ids of their own. */
export const altered = (rows: Rows, manifest: DatasetManifest, alteration: Alteration): Rows => ({
  ids: rows.ids.map((id) => `${id}+${alteration.epoch}`),
  official: rows.official,
  ...(rows.weights === undefined ? {} : { weights: rows.weights }),
  columns: new Map([...rows.columns, ...changedColumns(rows, manifest, alteration)]),
});

const changedColumns = (rows: Rows, manifest: DatasetManifest, alteration: Alteration): [string, ColumnData][] => {
  const features = featuresOf(manifest);
  const [only, ...others] = features;
  if (only?.kind === 'tensor' && others.length === 0) return [[only.name, alteredTensors(only.name, rows, alteration)]];
  const named = (kind: string) => features.filter((column) => column.kind === kind).map(({ name }) => name);
  return [
    ...alteredNumbers(named('number'), rows, alteration),
    ...named('category').map((name) => [name, swappedLabels(name, rows, alteration)] as [string, ColumnData]),
    ...named('text').map((name) => [name, alteredTexts(name, rows, alteration)] as [string, ColumnData]),
  ];
};

const alteredTensors = (name: string, rows: Rows, { policy, epoch, pool }: Alteration): ColumnData => {
  const data = columnOf(name)(rows);
  if (data.kind !== 'tensor') throw new RangeError(`column "${name}" is no tensor`);
  const values = data.values.slice();
  const all = pool === undefined ? undefined : columnOf(name)(pool);
  const features = all?.kind === 'tensor' ? Float32Array.from(all.values) : undefined;
  const given = features && { pool: { features, rows: pool!.ids.length } };
  augmentBatch(policy, values, { shape: data.shape, ids: rows.ids, epoch, ...given });
  return { ...data, values };
};

/** Columns lie one after the other in a data set, and side by side in a batch. */
const alteredNumbers = (names: readonly string[], rows: Rows, { policy, epoch, pool }: Alteration) => {
  if (names.length === 0) return [];
  const batch = sideBySide(names, rows);
  const width = names.length;
  const given: { pool?: Pool } =
    pool === undefined ? {} : { pool: { features: sideBySide(names, pool), rows: pool.ids.length } };
  augmentBatch(numericOf(policy), batch, { shape: [width], ids: rows.ids, epoch, ...given });
  return names.map((name, column): [string, ColumnData] => [
    name,
    { kind: 'number', values: Float64Array.from(rows.ids, (_id, row) => batch[row * width + column] as number) },
  ]);
};

const sideBySide = (names: readonly string[], rows: Rows): Float32Array => {
  const batch = new Float32Array(rows.ids.length * names.length);
  names.forEach((name, column) => {
    const { values } = columnOf(name)(rows) as NumberData;
    for (let row = 0; row < values.length; row += 1) batch[row * names.length + column] = values[row] as number;
  });
  return batch;
};

/** Beside texts stand numbers, of which the transforms of texts know nothing. */
const numericOf = (policy: AugmentPolicy): AugmentPolicy => ({
  ...policy,
  transforms: policy.transforms.filter(({ name }) => !Object.hasOwn(textTransforms, name)),
});

const textTransforms: Readonly<
  Record<string, (text: string, change: { amount: number; random: Stream; synonyms: Synonyms }) => string>
> = { word_swap: swapWords, synonyms: replaceSynonyms, word_dropout: dropWords, typos: misspell };

const alteredTexts = (column: string, rows: Rows, { policy, epoch, synonyms }: Alteration): ColumnData => {
  const { values } = columnOf(column)(rows) as LabelData;
  return {
    kind: 'label',
    values: values.map((value, row) =>
      policy.transforms.reduce((text, { name, amount, probability }) => {
        const change = Object.hasOwn(textTransforms, name) ? textTransforms[name] : undefined;
        if (text === null || change === undefined) return text;
        const random = stream(derive(policy.seed, epoch, rows.ids[row] as string, name, column));
        return random.next() < probability ? change(text, { amount: Number(amount), random, synonyms }) : text;
      }, value),
    ),
  };
};

/** Swap noise on a column of labels. */
const swappedLabels = (column: string, rows: Rows, { policy, epoch, pool }: Alteration): ColumnData => {
  const data = columnOf(column)(rows) as LabelData;
  const swap = policy.transforms.find(({ name }) => name === 'swap');
  if (swap === undefined || pool === undefined) return data;
  const { values } = columnOf(column)(pool) as LabelData;
  return {
    kind: 'label',
    values: data.values.map((value, row) => {
      const random = stream(derive(policy.seed, epoch, rows.ids[row] as string, 'swap', column));
      const swaps = random.next() < swap.probability && random.next() < Number(swap.amount);
      return swaps ? (values[random.int(values.length)] as string | null) : value;
    }),
  };
};
