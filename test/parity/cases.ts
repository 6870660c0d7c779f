import type { ParityCase } from './case.ts';
import { convolution } from './cases/convolution.ts';
import { elements } from './cases/elements.ts';
import { fusedKernels } from './cases/fused.ts';
import { pooling } from './cases/pooling.ts';
import { products } from './cases/products.ts';
import { reductions } from './cases/reductions.ts';
import { sequences } from './cases/sequences.ts';

/** The suite: every kernel that any preset reaches, gradients included. */
export const cases: readonly ParityCase[] = [
  ...convolution,
  ...elements,
  ...fusedKernels,
  ...pooling,
  ...products,
  ...reductions,
  ...sequences,
];

export const titleOf = ({ kernel, what }: ParityCase): string => `${kernel}: ${what}`;
