import type { Amounts, Fill } from '../amounts.ts';
import type { FeatureKind, TransformName } from '../catalogue.ts';

/** What is known of a domain: which changes leave an example what it is, and which do not, and why. */
export interface Pack {
  /** What the features have to be. */
  readonly kind: FeatureKind;
  /** What is applied where the user says nothing of a transform. */
  readonly defaults: Amounts;
  readonly fill: Fill;
  readonly allowed: readonly TransformName[];
  readonly forbidden: readonly Forbidden[];
}

export interface Forbidden {
  readonly name: TransformName;
  /** Amounts above this are forbidden, up to it the transform is allowed; an axis forbids that one. Absent: any amount. */
  readonly beyond?: number | 'horizontal' | 'vertical';
  /** One sentence without its full stop: it is told to the user. */
  readonly why: string;
}
