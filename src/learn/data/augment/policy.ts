import type { OwnTransform, PolicyTransform } from '../../../types/generated/dataset.ts';
import { StageError } from '../../error.ts';
import type { AugmentPolicy, Column, DatasetManifest } from '../dataset.ts';
import { isTarget } from '../targets.ts';
import { listed } from '../words.ts';
import { type FeatureKind, factsOf, mixing, type TransformName, transformNames } from './catalogue.ts';
import type { Pack } from './packs/pack.ts';
import { heldAgainst, packs } from './packs.ts';
import type { AugmentParams } from './params.ts';

/**
 * What the params mean for these rows.
 *
 * @param own the user's own transforms, bundled.
 * @param seed of all rows' and epochs' streams.
 * @throws StageError where they ask for nothing, for what the features cannot undergo, or for what the pack forbids.
 */
export const policyOf = (
  manifest: DatasetManifest,
  params: AugmentParams,
  { own, seed }: { readonly own: readonly OwnTransform[]; readonly seed: number },
): AugmentPolicy => {
  const pack: Pack | undefined = params.pack && packs[params.pack];
  const kinds = kindsOf(manifest);
  const transforms = askedFor(params, pack?.defaults ?? {});
  refuseAimless(params, transforms);
  if (pack !== undefined) refuseOtherDomain(params.pack!, pack, kinds);
  const asked = transforms.filter(({ name }) => params[name] !== undefined);
  const despite = params.pack === undefined ? {} : heldAgainst(params.pack, asked, params.despite);
  refuseUnneeded(params, despite);
  const fitting = transforms.filter(({ name }) => params[name] !== undefined || fits(name, kinds));
  for (const transform of fitting) refuseMisfit(transform, { manifest, kinds, params });
  if (own.length > 0 && ['image', 'series', 'table'].every((kind) => !kinds.has(kind as FeatureKind))) {
    throw new StageError('own transforms alter numbers, and no feature is one', 'text has typos and word_dropout');
  }
  return {
    seed,
    pack: params.pack ?? null,
    transforms: fitting,
    own: [...own],
    despite,
    fill: params.fill ?? pack?.fill ?? 'zero',
    ...valuesOf(manifest),
    mask_token: params.mask_token ?? null,
    ...(params.column === undefined ? {} : { column: params.column }),
  };
};

/** The columns that are no targets. */
export const featuresOf = ({ columns, target }: DatasetManifest): DatasetManifest['columns'] =>
  columns.filter(({ name }) => !isTarget(target, name));

/** What can be altered; a tensor is, where it is the only feature. */
export const kindsOf = (manifest: DatasetManifest): ReadonlySet<FeatureKind> => {
  const features = featuresOf(manifest);
  const [only, ...others] = features;
  if (only?.kind === 'tensor' && others.length === 0) return new Set([tensorKind(only)]);
  return new Set(features.flatMap(({ kind }) => (kind === 'tensor' ? [] : [kind === 'text' ? 'text' : 'table'])));
};

const tensorKind = ({ shape, dtype }: Extract<Column, { kind: 'tensor' }>): FeatureKind => {
  if (shape.length === 3) return 'image';
  if (shape.length === 2) return 'series';
  return dtype === 'int32' ? 'tokens' : 'table';
};

const fits = (name: TransformName, kinds: ReadonlySet<FeatureKind>): boolean =>
  factsOf(name).kinds.some((kind) => kinds.has(kind));

const askedFor = (params: AugmentParams, defaults: Pack['defaults']): PolicyTransform[] =>
  transformNames.flatMap((name) => {
    const amount = params[name] ?? defaults[name] ?? 0;
    if (amount === 0 || amount === 'none') return [];
    return [{ name, amount, probability: params.probability[name] ?? factsOf(name).probability }];
  });

const refuseAimless = (params: AugmentParams, transforms: readonly PolicyTransform[]): void => {
  if (transforms.length === 0 && params.transforms.length === 0) {
    throw new StageError(
      'augment asks for nothing',
      'give a pack or a transform, as shift or noise, or leave the stage out',
    );
  }
  const applied = new Set(transforms.map(({ name }) => name));
  const idle = Object.keys(params.probability).filter((name) => !applied.has(name as TransformName));
  if (idle.length > 0) {
    throw new StageError(`probability names ${listed(idle)}, which is not applied`, `give "${idle[0]}" an amount too`);
  }
};

const refuseOtherDomain = (name: string, { kind }: Pack, kinds: ReadonlySet<FeatureKind>): void => {
  if (kinds.has(kind) || (kind === 'text' && kinds.has('tokens'))) return;
  throw new StageError(`the pack "${name}" is for ${nouns[kind]}, and the features are ${toldKinds(kinds)}`);
};

const refuseUnneeded = ({ despite }: AugmentParams, needed: Readonly<Record<string, string>>): void => {
  const unneeded = Object.keys(despite).filter((name) => !Object.hasOwn(needed, name));
  if (unneeded.length === 0) return;
  throw new StageError(`despite gives a reason for ${listed(unneeded)}, which nothing forbids`, 'take the reason out');
};

interface Given {
  readonly manifest: DatasetManifest;
  readonly kinds: ReadonlySet<FeatureKind>;
  readonly params: AugmentParams;
}

const refuseMisfit = ({ name, amount }: PolicyTransform, { manifest, kinds, params }: Given): void => {
  const able = factsOf(name).kinds;
  if (!fits(name, kinds)) {
    throw new StageError(
      `${name} is for ${able.map((kind) => nouns[kind]).join(', ')}, and the features are ${toldKinds(kinds)}`,
      `these can have ${transformNames.filter((other) => fits(other, kinds)).join(', ') || 'none'}`,
    );
  }
  refuseMoved(name, manifest, kinds);
  const [first] = featuresOf(manifest);
  if (first?.kind === 'tensor') refuseTooFar(name, Number(amount), first.shape);
  if (mixing.has(name) && params.copies > 0) {
    throw new StageError(
      `${name} mixes targets, and a written row has one`,
      'copies: 0 applies it while training; give the other transforms a stage of their own',
    );
  }
  if (kinds.has('text') && able.includes('text') && params.copies === 0) {
    throw new StageError(
      `${name} alters texts, which training never sees`,
      '"copies": 1 writes an altered version beside each row, for what encodes texts afterwards',
    );
  }
  if (kinds.has('tokens') && name === 'word_dropout' && params.mask_token === undefined) {
    throw new StageError('word_dropout needs mask_token: the id that stands for a dropped word');
  }
};

/** What moves, adds or takes away words leaves their tags behind. */
const refuseMoved = (name: TransformName, { columns, target }: DatasetManifest, kinds: ReadonlySet<FeatureKind>): void => {
  const tags = columns.find((each) => each.kind === 'labels' && each.each !== undefined && isTarget(target, each.name));
  const moving: readonly TransformName[] = kinds.has('text') ? ['word_swap', 'word_dropout', 'synonyms'] : ['word_swap'];
  if (tags === undefined || !moving.includes(name)) return;
  throw new StageError(
    `${name} changes which word stands where, and the target "${tags.name}" has a tag for each word`,
    'word_dropout on ids of words, after normalize, masks words and leaves all in their places',
  );
}; // biome-ignore format: one signature

const refuseTooFar = (name: TransformName, amount: number, shape: readonly number[]): void => {
  const [height, width = 0] = shape as [number, number];
  if (name === 'shift' && amount >= Math.min(height, width)) {
    throw new StageError(`a shift of up to ${amount} pixels can move the whole of an image of ${height} × ${width}`);
  }
  if ((name === 'time_shift' || name === 'time_mask') && amount >= height) {
    throw new StageError(`${name} of ${amount} steps leaves nothing of a series of ${height}`);
  }
};

const nouns: Readonly<Record<FeatureKind, string>> = {
  image: 'images',
  series: 'series (tensors [steps, channels])',
  tokens: 'token ids (int32 tensors)',
  text: 'texts',
  table: 'columns of numbers and categories',
};

const toldKinds = (kinds: ReadonlySet<FeatureKind>): string =>
  [...kinds].map((kind) => nouns[kind]).join(' and ') || 'none that can be altered';

type Values = Pick<AugmentPolicy, 'outside' | 'range' | 'spared' | 'groups'>;

const valuesOf = (manifest: DatasetManifest): Values => {
  const features = featuresOf(manifest);
  const [first] = features;
  const stored = first?.kind === 'tensor' ? first : undefined;
  const { scale, offset } = stored?.encoding ?? { scale: 1, offset: 0 };
  const outside = Math.fround(offset);
  const ends = [outside, Math.fround(Math.fround(255 * Math.fround(scale)) + outside)].sort((a, b) => a - b);
  return {
    outside,
    range: stored?.dtype === 'uint8' ? [ends[0]!, ends[1]!] : null,
    spared: numbersOf(features).flatMap((column, index) => (isWhole(column) ? [index] : [])),
    groups: groupsOf(manifest),
  };
};

const numbersOf = (features: readonly Column[]): readonly Column[] => features.filter(({ kind }) => kind === 'number');

/** Whole numbers, as one-hot columns are, mean nothing with noise on them. */
const isWhole = ({ dtype }: Column): boolean => dtype === 'uint8' || dtype === 'int32';

/** One-hot columns are called `column=label`: those of one column change together. */
const groupsOf = (manifest: DatasetManifest): number[][] => {
  const [first] = featuresOf(manifest);
  if (first?.kind === 'tensor') {
    return first.shape.length === 1 ? Array.from({ length: first.shape[0]! }, (_, at) => [at]) : [];
  }
  const groups = new Map<string, number[]>();
  numbersOf(featuresOf(manifest)).forEach(({ name, dtype }, index) => {
    const owner = dtype === 'uint8' && name.includes('=') ? name.slice(0, name.indexOf('=') + 1) : `${index}`;
    groups.set(owner, [...(groups.get(owner) ?? []), index]);
  });
  return [...groups.values()];
};
