import type { Pads, Pair, Shape } from './graph.ts';

/** The shape of two that are matched as NumPy does it. */
export const matched = (a: Shape, b: Shape): Shape => {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [left, right] = [a, b].map((shape) => (axis < rank - shape.length ? 1 : shape[axis - rank + shape.length]));
    return (left === 1 ? right : left) ?? null;
  });
};

/** What is left of the shape when some axes are gone, or of length 1. */
export const reduced = (shape: Shape, axes: readonly number[], keep: boolean): Shape =>
  keep ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size)) : shape.filter((_, axis) => !axes.includes(axis));

/** How often a window fits along each axis. */
export const windows = (
  size: Pair,
  window: { readonly size: Pair; readonly strides: Pair; readonly pads: Pads; readonly dilations?: Pair },
): Pair => {
  const along = (axis: 0 | 1): number => {
    const reach = (window.size[axis] - 1) * (window.dilations?.[axis] ?? 1) + 1;
    return Math.floor((size[axis] + window.pads[axis] + window.pads[axis + 2]! - reach) / window.strides[axis]) + 1;
  };
  return [along(0), along(1)];
};

/**
 * Zeros around images: none, or, for `same`, so many that there is a window for each stride; where their number is odd, the
 * one more stands after, as TensorFlow has it.
 */
export const padsOf = (
  padding: string,
  size: Pair,
  window: { readonly size: Pair; readonly strides: Pair; readonly dilations?: Pair },
): Pads => {
  if (padding !== 'same') return [0, 0, 0, 0];
  const along = (axis: 0 | 1): Pair => {
    const reach = (window.size[axis] - 1) * (window.dilations?.[axis] ?? 1) + 1;
    const all = Math.max(
      0,
      (Math.ceil(size[axis] / window.strides[axis]) - 1) * window.strides[axis] + reach - size[axis],
    );
    return [Math.floor(all / 2), Math.ceil(all / 2)];
  };
  const [[top, bottom], [left, right]] = [along(0), along(1)];
  return [top, left, bottom, right];
};

export const product = (shape: Shape): number => shape.reduce<number>((all, size) => all * (size ?? 1), 1);
