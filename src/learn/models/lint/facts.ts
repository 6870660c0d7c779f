import type { DatasetManifest } from '../../../types/generated/dataset.ts';
import type { Fitted } from '../../../types/generated/fitted.ts';
import type { Examples } from '../../data/examples.ts';
import type { TargetPart } from '../../data/target-parts.ts';
import { isTarget } from '../../data/targets.ts';
import { withTarget } from '../../data/with-target.ts';
import { elements } from '../outline.ts';
import { moments, type Spread } from './spread.ts';

/** What a data set is like, as far as an architecture has to fit it. */
export interface DataFacts {
  /**
   * `image`: [height, width, channels]; `series`: [steps, channels]; `tokens`: ids of words, [steps]; `columns`: numbers
   * without an order, [k]; `other`: tensors of more axes; `several`: inputs of any of these, [width of all].
   */
  readonly kind: 'image' | 'series' | 'tokens' | 'columns' | 'other' | 'several';
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
  /** The id that fills rows. */
  readonly pad: number;
  /** Share of all ids that are padding at the end of their row, in [0, 1]. */
  readonly padding: number;
}

export type TargetFacts =
  | { readonly kind: 'classes'; readonly outputs: number }
  /** Each of some labels is there or not. */
  | { readonly kind: 'labels'; readonly outputs: number }
  /** Each step has one of some tags. */
  | { readonly kind: 'tags'; readonly outputs: number; readonly steps: number; readonly classes: number }
  | { readonly kind: 'number'; readonly outputs: number; readonly values: Spread }
  /** `values` are those of the targets that are made of numbers. */
  | { readonly kind: 'several'; readonly outputs: number; readonly values: readonly Spread[] };

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
  const kind = (examples.inputs?.length ?? 1) > 1 ? 'several' : kindOf(manifest, shape);
  return {
    ...{ kind, shape, rows: manifest.rows, looked, augmented: examples.augment !== null },
    features: kind === 'several' ? spreadsByInput(examples, features) : kind === 'tokens' ? [] : spreadsOf(kind === 'columns' ? names : undefined, features), // biome-ignore format: one line
    ...(kind === 'tokens'
      ? { tokens: tokenFacts(features, shape[0]!, vocabularyIn(fitted) ?? declaredBy(examples)) }
      : {}),
    target: targetFacts(examples, looked),
  };
};

const kindOf = ({ columns, target }: DatasetManifest, shape: readonly number[]): DataFacts['kind'] => {
  const features = columns.filter(({ name }) => !isTarget(target, name));
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

/** Of inputs of numbers a spread for each column, of others but tokens one for all their elements. */
const spreadsByInput = ({ inputs = [], featureNames }: Examples, features: Float32Array): Spread[] => {
  const width = inputs.reduce((sum, { shape }) => sum + elements(shape), 0);
  let [from, named] = [0, 0];
  return inputs.flatMap(({ name, shape, columns, vocabulary }) => {
    const size = elements(shape);
    const isList = shape.length === 1 && columns.length > 1;
    const own = Float32Array.from({ length: (features.length / width) * size }, (_, at) => features[Math.floor(at / size) * width + from + (at % size)]!); // biome-ignore format: one line
    const names = isList ? featureNames.slice(named, named + size) : undefined;
    named += isList ? size : 1;
    from += size;
    if (vocabulary !== undefined) return [];
    return names === undefined ? [moments(`the values of ${name}`, own, { from: 0, every: 1 })] : spreadsOf(names, own);
  });
};

/** What the data set itself says of its ids; 0 pads. */
const declaredBy = ({ vocabulary }: Examples): Vocabulary | undefined =>
  vocabulary === undefined ? undefined : { size: vocabulary, pad: 0 };

const tokenFacts = (ids: Float32Array, steps: number, known: Vocabulary | undefined): TokenFacts => {
  const pad = known?.pad ?? 0;
  let greatest = 0;
  let padding = 0;
  for (let row = 0; row < ids.length; row += steps) {
    let end = row + steps;
    while (end > row && ids[end - 1] === pad) end -= 1;
    padding += row + steps - end;
    for (let at = row; at < end; at += 1) greatest = Math.max(greatest, ids[at]!);
  }
  return {
    vocabulary: known?.size ?? greatest + 1,
    known: known === undefined ? 'seen' : 'fitted',
    pad,
    padding: ids.length === 0 ? 0 : padding / ids.length,
  };
};

interface Vocabulary {
  /** Ids that there are. */
  readonly size: number;
  /** The one that fills a row. */
  readonly pad: number;
}

const vocabularyIn = (fitted: Fitted | undefined): Vocabulary | undefined => {
  const features = fitted?.steps.flatMap((step) => (step.stage === 'normalize' ? step.features : [])) ?? [];
  const text = features.findLast(({ kind }) => kind === 'text' || kind === 'pieces');
  if (text?.kind === 'pieces') return { size: text.tokenizer.vocabulary.length, pad: text.tokenizer.pad };
  // Padding, the unknown word, and the words themselves.
  return text?.kind === 'text' && text.method === 'tokens' ? { size: text.words.length + 2, pad: 0 } : undefined;
};

const targetFacts = (examples: Examples, looked: number): TargetFacts => {
  const { targets } = examples;
  if (targets === undefined) return plainFacts(examples, looked);
  const numbers = targets.filter(({ classes }) => classes === null);
  const spreads = numbers.map((part) => {
    const { target } = withTarget(examples, part);
    return moments(`the target "${part.name}"`, target.subarray(0, looked * part.width), { from: 0, every: 1 });
  });
  const outputs = targets.reduce((sum, part) => sum + part.outputs, 0);
  if (targets.length > 1) return { kind: 'several', outputs, values: spreads };
  const [{ kind, width, classes }] = targets as readonly [TargetPart];
  if (kind === 'tags') return { kind, outputs, steps: width, classes: classes!.length };
  const [values] = spreads;
  return values === undefined ? { kind: 'labels', outputs } : { kind: 'number', outputs, values };
};

const plainFacts = ({ classes, target }: Examples, looked: number): TargetFacts =>
  classes === null
    ? { kind: 'number', outputs: 1, values: moments('the target', target.subarray(0, looked), { from: 0, every: 1 }) }
    : { kind: 'classes', outputs: classes.length };
