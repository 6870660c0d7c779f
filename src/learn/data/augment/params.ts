import type { Amounts, Fill } from './amounts.ts';
import type { TransformName } from './catalogue.ts';
import type { PackName } from './packs.ts';

/** The params of the stage type `augment`. */
export interface AugmentParams extends Amounts {
  readonly pack?: PackName;
  /** The one tensor to alter, where there are other features beside it. */
  readonly column?: string;
  /** What stands where an image has moved away. */
  readonly fill?: Fill;
  /** Chance that a transform alters a row; by its name. */
  readonly probability: { readonly [Name in TransformName]?: number };
  /** Reasons for transforms that the pack forbids; by their names. */
  readonly despite: { readonly [Name in TransformName]?: string };
  /** The user's own, applied in this order after ours. */
  readonly transforms: readonly OwnParams[];
  /** Id of the token that stands for a word that is dropped, where features are token ids. */
  readonly mask_token?: number;
  /** 0: applied while training; n: so many altered rows beside each. */
  readonly copies: number;
}

export interface OwnParams {
  /** Path of a file in the dep `transforms`. */
  readonly file: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly probability: number;
}
