import type { DatasetManifest } from '../../../types/generated/dataset.ts';
import type { Fitted } from '../../../types/generated/fitted.ts';
import type { Examples } from '../../data/examples.ts';
import { elements } from '../outline.ts';
import { moments, type Spread } from './spread.ts';

/** What a data set is like, as far as an architecture has to fit it. */
export interface DataFacts {
  /**
   * `image`: [height, width, channels]; `series`: [steps, channels]; `tokens`: ids of words, [steps]; `columns`: numbers
   * without an order, [k]; `other`: tensors of more axes.
   */
  readonly kind: 'image' | 'series' | 'tokens' | 'columns' | 'other';
  /** Of one example. */
  readonly shape: readonly number[];
  /** All of the data set. */
  readonly rows: number;
  /** How many of the first rows were looked at for what follows. */
  readonly looked: number;
  /** What a network is fed: a spread for each column, else one for all elements. Empty for tokens. */
  readonly features: readonly Spread[];
  readonly tokens?: TokenFacts;
  readonly target: TargetFacts;
  /** Rows are altered in each epoch. */
  readonly augmented: boolean;
}

export interface TokenFacts {
  /** Ids are below this. */
  readonly vocabulary: number;
  /** Whether that is what was fitted, or only the greatest id of the rows looked at. */
  readonly known: 'fitted' | 'seen';
  /** Share of all ids that are padding at the end of their row, in [0, 1]. */
  readonly padding: number;
}

export type TargetFacts =
  | { readonly kind: 'classes'; readonly outputs: number }
  /** Each of some labels is there or not. */
  | { readonly kind: 'labels'; readonly outputs: number }
  | { readonly kind: 'number'; readonly outputs: number; readonly values: Spread };

/** Rows that are looked at: enough for means and ranges, and read in a moment. */
export const rowsLookedAt = 10_000;

/**
 * @param examples the first rows of the data set, or all of them; at most `rowsLookedAt` count, so that the facts do not
 * depend on how many are at hand.
 * @param fitted what made its features; undefined where that is not known.
 */
export const factsOf = (manifest: DatasetManifest, examples: Examples, fitted: Fitted | undefined): DataFacts => {
  const looked = Math.min(examples.rows, rowsLookedAt);
  const { featureShape: shape, featureNames: names } = examples;
  const features = examples.features.subarray(0, looked * elements(shape));
  const kind = kindOf(manifest, shape);
  return {
    ...{ kind, shape, rows: manifest.rows, looked, augmented: examples.augment !== null },
    features: kind === 'tokens' ? [] : spreadsOf(kind === 'columns' ? names : undefined, features),
    ...(kind === 'tokens' ? { tokens: tokenFacts(features, shape[0]!, fitted) } : {}),
    target: targetFacts(examples, looked),
  };
};

const kindOf = ({ columns, target }: DatasetManifest, shape: readonly number[]): DataFacts['kind'] => {
  const features = columns.filter(({ name }) => name !== target);
  const [only] = features;
  if (only?.kind === 'tensor' && features.length === 1 && shape.length === 1)
    return only.dtype === 'int32' ? 'tokens' : 'columns';
  return (['columns', 'series', 'image'] as const)[shape.length - 1] ?? 'other';
};

const spreadsOf = (names: readonly string[] | undefined, features: Float32Array): Spread[] => {
  if (names === undefined) return [moments('the values', features, { from: 0, every: 1 })];
  const width = names.length;
  // Of one list, as a bag of words, there are as many columns as it has elements.
  return names.map((name, column) => moments(name, features, { from: column, every: width }));
};

const tokenFacts = (ids: Float32Array, steps: number, fitted: Fitted | undefined): TokenFacts => {
  const known = vocabularyIn(fitted);
  let greatest = 0;
  let padding = 0;
  for (let row = 0; row < ids.length; row += steps) {
    let end = row + steps;
    while (end > row && ids[end - 1] === 0) end -= 1;
    padding += row + steps - end;
    for (let at = row; at < end; at += 1) greatest = Math.max(greatest, ids[at]!);
  }
  return {
    vocabulary: known ?? greatest + 1,
    known: known === undefined ? 'seen' : 'fitted',
    padding: ids.length === 0 ? 0 : padding / ids.length,
  };
};

/** Padding, the unknown word, and the words themselves. */
const vocabularyIn = (fitted: Fitted | undefined): number | undefined => {
  const features = fitted?.steps.flatMap((step) => (step.stage === 'normalize' ? step.features : [])) ?? [];
  const text = features.findLast((feature) => feature.kind === 'text');
  return text?.method === 'tokens' ? text.words.length + 2 : undefined;
};

const targetFacts = ({ classes, target }: Examples, looked: number): TargetFacts =>
  classes === null
    ? { kind: 'number', outputs: 1, values: moments('the target', target.subarray(0, looked), { from: 0, every: 1 }) }
    : { kind: 'classes', outputs: classes.length };
