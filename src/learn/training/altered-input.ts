import type { AugmentPolicy } from '../../types/generated/dataset.ts';
import type { Pool } from '../data/augment/swap.ts';
import type { Examples } from '../data/examples.ts';
import type { InputPart } from '../data/inputs.ts';
import { elementsOf } from '../data/rows.ts';
import { listed } from '../data/words.ts';
import { StageError } from '../error.ts';

/** The part of a row of features that a policy alters. */
export interface AlteredPart {
  readonly shape: readonly number[];
  /** Place of its first element in the row. */
  readonly from: number;
  readonly width: number;
  /** All rows of train as they are, this part of them. */
  readonly pool: Pool;
}

/**
 * Where in a row of features a policy applies: all of it, or, of several inputs, the one that it is for.
 *
 * @throws StageError where no input is the one.
 */
export const alteredIn = (examples: Examples, policy: AugmentPolicy): AlteredPart => {
  const { inputs, featureShape } = examples;
  if (inputs === undefined || inputs.length === 1) {
    return { shape: featureShape, from: 0, width: elementsOf(featureShape), pool: examples };
  }
  const part = inputFor(inputs, policy);
  const from = inputs.slice(0, inputs.indexOf(part)).reduce((sum, { shape }) => sum + elementsOf(shape), 0);
  const width = elementsOf(part.shape);
  return { shape: part.shape, from, width, pool: poolOf(examples, { from, width }) };
};

const inputFor = (inputs: readonly InputPart[], { column }: AugmentPolicy): InputPart => {
  const able = inputs.filter(({ columns, shape, vocabulary }) =>
    column === undefined
      ? shape.length === 1 && vocabulary === undefined
      : columns.length === 1 && columns[0] === column,
  );
  if (able.length === 1) return able[0]!;
  throw new StageError(
    column === undefined
      ? `train's policy alters columns of numbers, and ${able.length === 0 ? 'no input has any' : `the inputs ${listed(able.map(({ name }) => name))} share them`}`
      : `train's policy alters "${column}", and no input takes it alone`,
    'leave augment out, or give the network an input for what it alters',
  );
};

const pools = new WeakMap<Examples, Pool>();

/** One policy, one part: it is made once. */
const poolOf = (examples: Examples, { from, width }: { readonly from: number; readonly width: number }): Pool => {
  const known = pools.get(examples);
  if (known !== undefined) return known;
  const { rows, features } = examples;
  const all = features.length / rows;
  const own = new Float32Array(rows * width);
  for (let row = 0; row < rows; row += 1) {
    own.set(features.subarray(row * all + from, row * all + from + width), row * width);
  }
  const pool = { features: own, rows };
  pools.set(examples, pool);
  return pool;
};

/** Why rows of these examples cannot be mixed, which takes one input, and targets that can be; undefined where they can. */
export const whyNotMixed = ({ inputs, targets }: Pick<Examples, 'inputs' | 'targets'>): string | undefined => {
  if (inputs !== undefined && inputs.length > 1) return 'there are several inputs';
  if (targets?.some(({ kind }) => kind === 'classes')) return 'there are classes beside other targets';
  return targets?.some(({ kind }) => kind === 'tags') ? 'the target is a tag for each word' : undefined;
};

/** @throws StageError where there are several inputs, classes beside other targets, or tags. */
export const refuseMixing = (examples: Examples): void => {
  const why = whyNotMixed(examples);
  if (why === undefined) return;
  throw new StageError(`mixup and cutmix mix whole rows, and ${why}`, 'leave them out of augment');
};
