import type { Examples } from './examples.ts';
import type { TargetPart } from './target-parts.ts';

/**
 * The examples with one of their targets alone, as if it were the only one.
 *
 * @param part of `examples.targets`.
 */
export const withTarget = (examples: Examples, part: TargetPart): Examples => {
  const { targets: _, classWeights: __, ...others } = examples;
  const { name, kind, classes, from, width, scaling } = part;
  const all = examples.target.length / Math.max(1, examples.rows);
  const size = examples.rows * width;
  const target = kind === 'classes' ? new Int32Array(size) : new Float32Array(size);
  for (let row = 0; row < examples.rows; row += 1) {
    for (let element = 0; element < width; element += 1) {
      target[row * width + element] = examples.target[row * all + from + element]!;
    }
  }
  if (kind === 'classes') return { ...others, target, targetName: name, classes, scaling: undefined };
  if (kind === 'number') return { ...others, target, targetName: name, classes: null, scaling };
  return { ...others, target, targetName: name, classes: null, targets: [{ ...part, from: 0 }] };
};
