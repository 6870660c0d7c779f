import type { Tensor } from '../data/safetensors.ts';
import { fromPytorch } from './pytorch.ts';
import type { Target } from './targets.ts';
import { reshape } from './transpose.ts';
import type { Layout } from './weights.ts';

/**
 * A tensor as a layer here has it: in Keras's order, and with the heads of an attention as an axis of their own, where a
 * file has one matrix for all heads: [dim, heads × size] becomes [dim, heads, size].
 */
export const adapt = (tensor: Tensor, target: Target, layout: Layout): Tensor => {
  const ordered = layout === 'pytorch' ? fromPytorch(tensor, target) : tensor;
  return splits(ordered.shape, target.shape) ? reshape(ordered, target.shape) : ordered;
};

/** Whether the wanted shape is the found one with one axis split into two. */
const splits = (found: readonly number[], wanted: readonly number[]): boolean => {
  if (wanted.length !== found.length + 1) return false;
  return found.some((size, axis) => {
    const merged = [...wanted.slice(0, axis), wanted[axis]! * wanted[axis + 1]!, ...wanted.slice(axis + 2)];
    return merged[axis] === size && merged.every((each, index) => each === found[index]);
  });
};
