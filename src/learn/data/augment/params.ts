/** The params of the stage type `augment`. */
export interface AugmentParams {
  /** Largest shift along each axis, in pixels. */
  readonly shift: number;
  readonly flip: 'none' | 'horizontal' | 'vertical';
  /** Standard deviation, in units of the normalized features. */
  readonly noise: number;
  /** 0: applied while training; n: so many altered rows beside each. */
  readonly copies: number;
}
