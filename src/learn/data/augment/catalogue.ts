/** What the features of a data set are, as far as transforms care. */
export type FeatureKind = 'image' | 'series' | 'tokens' | 'text' | 'table';

export interface TransformFacts {
  /** What it can alter. */
  readonly kinds: readonly FeatureKind[];
  /** Chance that it alters a row, unless the user says otherwise. */
  readonly probability: number;
  /** As "rotation up to 10°". */
  readonly words: (amount: number | string) => string;
}

const percent = (share: number | string): string => `${Number((Number(share) * 100).toFixed(2))} %`;

const facts = (
  kinds: readonly FeatureKind[],
  words: (amount: number | string) => string,
  probability = 1,
): TransformFacts => ({ kinds, words, probability });

/**
 * All transforms of ours, in the order in which they are applied to a row. Those up to `shift` are one warp of an
 * image; `mixup` and `cutmix` come last, and take in another row.
 */
export const catalogue = {
  crop: facts(['image'], (share) => `crop down to ${percent(share)}`),
  flip: facts(['image'], (axis) => `${axis} flip`, 0.5),
  shear: facts(['image'], (degrees) => `shear ${degrees}°`),
  rotate: facts(['image'], (degrees) => `rotate ${degrees}°`),
  zoom: facts(['image'], (share) => `zoom ${percent(share)}`),
  shift: facts(['image'], (pixels) => `shift ${pixels}`),
  contrast: facts(['image'], (share) => `contrast ${percent(share)}`),
  brightness: facts(['image'], (share) => `brightness ${percent(share)}`),
  blur: facts(['image'], (sd) => `blur ${sd}`, 0.5),
  window: facts(['series'], (share) => `window ${percent(share)}`),
  time_shift: facts(['series'], (steps) => `time shift ${steps}`),
  scale: facts(['series'], (sd) => `scale ${sd}`),
  word_swap: facts(['text', 'tokens'], (share) => `word swap ${percent(share)}`),
  synonyms: facts(['text'], (share) => `synonyms ${percent(share)}`),
  word_dropout: facts(['text', 'tokens'], (share) => `word dropout ${percent(share)}`),
  typos: facts(['text'], (share) => `typos ${percent(share)}`),
  swap: facts(['table'], (share) => `swap ${percent(share)}`),
  noise: facts(['image', 'series', 'table'], (sd) => `noise ${sd}`),
  time_mask: facts(['series'], (steps) => `time mask ${steps}`, 0.5),
  erase: facts(['image'], (share) => `erase ${percent(share)}`, 0.5),
  mixup: facts(['image', 'series', 'table'], (alpha) => `mixup ${alpha}`),
  cutmix: facts(['image'], (alpha) => `cutmix ${alpha}`, 0.5),
} as const satisfies Readonly<Record<string, TransformFacts>>;

export type TransformName = keyof typeof catalogue;

export const transformNames = Object.keys(catalogue) as readonly TransformName[];

export const factsOf = (name: TransformName): TransformFacts => catalogue[name];

/** What is applied to an image as one warp. */
export const geometric: ReadonlySet<string> = new Set(['crop', 'flip', 'shear', 'rotate', 'zoom', 'shift']);

/** What takes in another row of train, and mixes the targets as well. */
export const mixing: ReadonlySet<string> = new Set(['mixup', 'cutmix']);

/** What moves stored values about and makes none that was not there: an integer stays one. */
export const exact: ReadonlySet<string> = new Set(['flip', 'shift', 'word_swap', 'word_dropout']);
