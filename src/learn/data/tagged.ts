import type { Examples } from './examples.ts';
import { noTag } from './tags.ts';
import type { TargetPart } from './target-parts.ts';

/** The words of rows that have tags, each as an example of its own; padding is none. */
export interface Tagged {
  /** With class indices as the target, and the weight of each word's row; ids have the word's place after them. */
  readonly examples: Examples;
  /** The row of each, rising. */
  readonly rows: Int32Array;
  /** Places in [rows × steps]. */
  readonly places: Int32Array;
  readonly classes: readonly string[];
}

/** @param examples whose only target is `part`. */
export const taggedOf = (examples: Examples, { classes, width: steps }: TargetPart): Tagged => {
  const { targets: _, target, weights, ids, ...others } = examples;
  const places = Int32Array.from(target.keys()).filter((at) => target[at]! !== noTag);
  const rows = places.map((place) => Math.floor(place / steps));
  return {
    ...{ rows, places, classes: classes! },
    examples: {
      ...others,
      ids: Array.from(places, (place, at) => `${ids[rows[at]!]}[${place % steps}]`),
      rows: places.length,
      target: Int32Array.from(places, (place) => target[place]!),
      classes,
      weights: weights && Float32Array.from(rows, (row) => weights[row]!),
    },
  };
};

/** Of values for each step, [rows × steps × classes], those of the words: [words × classes]. */
export const ofWords = (values: Float32Array, { places, classes: { length } }: Tagged): Float32Array => {
  const own = new Float32Array(places.length * length);
  places.forEach((place, at) => void own.set(values.subarray(place * length, (place + 1) * length), at * length));
  return own;
};
