import type { TransformName } from './catalogue.ts';

/** How much of each transform: what is absent is not applied, unless a pack says so; 0 and "none" are off. */
export type Amounts = { readonly [Name in Exclude<TransformName, 'flip'>]?: number } & {
  readonly flip?: 'none' | 'horizontal' | 'vertical';
};

/** What stands where an image has moved away: the value of a stored 0, the border's pixel, or the image mirrored. */
export type Fill = 'zero' | 'edge' | 'reflect';
