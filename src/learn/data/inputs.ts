import type { Column } from '../../types/generated/dataset.ts';
import { StageError } from '../error.ts';
import { type Features, featuresOf, isPlain } from './features.ts';
import { elementsOf, type Rows } from './rows.ts';
import { listed } from './words.ts';

/** An input that a network asks for. */
export interface InputWish {
  readonly name: string;
  /** Columns that it takes, in the order of the data set; absent: the column of its name, else all plain numbers that no other input takes. */
  readonly columns?: readonly string[] | undefined;
}

/** An input with what it takes of a row. */
export interface InputPart {
  readonly name: string;
  readonly shape: readonly number[];
  readonly columns: readonly string[];
  /** Where it takes ids of tokens: how many ids there are; 0 pads. */
  readonly vocabulary?: number | undefined;
}

export interface PackedFeatures extends Features {
  readonly inputs: readonly InputPart[];
}

/**
 * The features of several inputs beside each other: a row is that of the first input, then that of the second, and so on.
 *
 * @param columns the features.
 * @throws StageError where an input takes what is not there, two take the same, a feature is left over, or `featuresOf` does.
 */
export const packInputs = (
  columns: readonly Column[],
  parts: readonly Rows[],
  { rows, wishes }: { readonly rows: number; readonly wishes: readonly InputWish[] },
): PackedFeatures => {
  const taken = columnsFor(columns, wishes);
  const hint = 'a tensor has an input of its own: name the input as the column, or say "columns": ["…"] with it alone';
  const each = taken.map((own) => featuresOf(own, parts, { rows, hint }));
  const width = each.reduce((sum, { featureShape }) => sum + elementsOf(featureShape), 0);
  const features = new Float32Array(rows * width);
  let from = 0;
  for (const { featureShape, features: own } of each) {
    const size = elementsOf(featureShape);
    for (let row = 0; row < rows; row += 1) {
      features.set(own.subarray(row * size, (row + 1) * size), row * width + from);
    }
    from += size;
  }
  const inputs = each.map(
    ({ featureShape: shape, vocabulary }, at): InputPart => ({
      ...{ name: wishes[at]!.name, shape, columns: taken[at]!.map(({ name }) => name) },
      ...(vocabulary === undefined ? {} : { vocabulary }),
    }),
  );
  const featureNames = each.flatMap((one) => one.featureNames);
  const featureShape = inputs.length === 1 ? inputs[0]!.shape : [width];
  return { inputs, features, featureNames, featureShape, vocabulary: undefined };
};

const columnsFor = (columns: readonly Column[], wishes: readonly InputWish[]): readonly (readonly Column[])[] => {
  const asked = wishes.map((wish) => askedFor(columns, wish));
  const taken = new Map<string, string>();
  for (const [at, own] of asked.entries()) {
    for (const { name } of own ?? []) {
      const other = taken.get(name);
      if (other !== undefined) {
        throw new StageError(
          `the inputs "${other}" and "${wishes[at]!.name}" both take the feature "${name}"`,
          'one input can feed several layers: name it in their "inputs"',
        );
      }
      taken.set(name, wishes[at]!.name);
    }
  }
  const left = columns.filter(({ name }) => !taken.has(name));
  const open = wishes.filter((_, at) => asked[at] === undefined);
  if (open.length > 1) throw severalOpen(open, columns);
  const rest = left.filter(isPlain);
  const [one] = open;
  if (one !== undefined && rest.length === 0) {
    throw new StageError(
      `the input "${one.name}" has no features: none has its name, and no column of numbers is left`,
      `features are ${listed(columns.map(({ name }) => name))}; "columns" says which an input takes`,
    );
  }
  refuseLeft(one === undefined ? left : left.filter((column) => !isPlain(column)), wishes);
  return asked.map((own) => own ?? rest);
};

/** Undefined where it takes what is left. */
const askedFor = (columns: readonly Column[], { name, columns: asked }: InputWish): readonly Column[] | undefined => {
  if (asked === undefined) {
    const own = columns.find((column) => column.name === name);
    return own && [own];
  }
  const unknown = asked.find((wanted) => !columns.some((column) => column.name === wanted));
  if (unknown === undefined) return columns.filter((column) => asked.includes(column.name));
  throw new StageError(
    `the input "${name}" takes "${unknown}", which is no feature`,
    `features are ${listed(columns.map((column) => column.name))}`,
  );
};

const severalOpen = (open: readonly InputWish[], columns: readonly Column[]): StageError =>
  new StageError(
    `the inputs ${listed(open.map(({ name }) => name))} have neither "columns" nor the name of a feature: which takes what is left to guess`,
    `give them "columns"; features are ${listed(columns.map(({ name }) => name))}`,
  );

const refuseLeft = (left: readonly Column[], wishes: readonly InputWish[]): void => {
  if (left.length === 0) return;
  throw new StageError(
    `no input takes the feature ${listed(left.map(({ name }) => name))}`,
    `inputs are ${listed(wishes.map(({ name }) => name))}; give one its "columns", or leave the feature out in ingest.columns`,
  );
};
