import type { ModelCard } from '../../types/generated/model.ts';
import type { Examples } from '../data/examples.ts';
import { originalOf } from '../data/original.ts';
import { noTag } from '../data/tags.ts';
import { mostProbable } from '../metrics/choice.ts';
import { usualThreshold } from '../metrics/label-set.ts';
import { decide } from '../metrics/threshold.ts';
import { answersIn, type Thresholds } from '../models/decision.ts';

/** What was said of examples: the numbers, and the answers that are taken of them. */
export interface Reading {
  /** Probabilities of what counts, or numbers in the target's own unit. */
  readonly values: Float32Array;
  /** An answer for each example, or word; null of numbers. */
  readonly taken: readonly (number | string)[] | null;
}

/** How what a model says is read, and held against the truth. */
export interface Read {
  readonly of: (said: Float32Array) => Reading;
  /** null: the examples have no target. */
  readonly metric: { readonly name: 'accuracy' | 'subset_accuracy' | 'mae'; readonly of: (reading: Reading) => number } | null; // biome-ignore format: one type
}

/** @param thresholds by which answers are taken, where some were chosen. */
export const readingOf = (examples: Examples, card: ModelCard, thresholds: Thresholds | undefined): Read => {
  const [target] = card.targets ?? [];
  if (target?.kind === 'labels') return lists(examples, answersIn(card), thresholds);
  if (target?.kind === 'tags') return tags(examples, answersIn(card).length);
  return card.classes === null ? numbers(examples) : classes(examples, card.classes, thresholds?.[0]);
};

const classes = (
  { target, targetName }: Examples,
  names: readonly string[],
  threshold: Thresholds[number] | undefined,
): Read => ({
  of: (values) => ({ values, taken: [...taken(values, names, threshold)] }),
  metric: targetName === null ? null : { name: 'accuracy', of: (reading) => share(reading, [...target]) },
});

const taken = (
  values: Float32Array,
  names: readonly string[],
  threshold: Thresholds[number] | undefined,
): Int32Array =>
  threshold === undefined
    ? mostProbable(values, names.length)
    : decide({ probabilities: values, classes: names.length }, names.indexOf(threshold.answer), threshold.value);

const share = ({ taken: said }: Reading, actual: readonly (number | string)[]): number =>
  said!.filter((answer, at) => answer === actual[at]).length / actual.length;

/** An answer is a whole list, as the zeros and ones of its labels. */
const lists = ({ target, targetName, rows }: Examples, labels: readonly string[], thresholds: Thresholds | undefined): Read => {
  const flags = (of: (at: number, label: number) => boolean): string[] =>
    Array.from({ length: rows }, (_, row) => labels.map((_, label) => Number(of(row * labels.length + label, label))).join('')); // biome-ignore format: one call
  const limits = labels.map((_, label) => thresholds?.[label]?.value ?? usualThreshold);
  const actual = targetName === null ? null : flags((at) => target[at] === 1);
  return {
    of: (values) => ({ values, taken: flags((at, label) => values[at]! >= limits[label]!) }),
    metric: actual && { name: 'subset_accuracy', of: (reading) => share(reading, actual) },
  };
}; // biome-ignore format: one signature

/** Of tags the words count, and padding does not. */
const tags = ({ target, targetName }: Examples, width: number): Read => {
  const places = [...target.keys()].filter((at) => target[at] !== noTag);
  const actual = places.map((at) => target[at]!);
  return {
    of: (said) => {
      const values = new Float32Array(places.length * width);
      places.forEach((place, at) => void values.set(said.subarray(place * width, (place + 1) * width), at * width));
      return { values, taken: [...mostProbable(values, width)] };
    },
    metric: targetName === null ? null : { name: 'accuracy', of: (reading) => share(reading, actual) },
  };
};

const numbers = ({ target, targetName, scaling }: Examples): Read => {
  const actual = targetName === null ? null : originalOf(target, scaling);
  const off = (values: Float32Array): number =>
    values.reduce((sum, each, row) => sum + Math.abs(each - actual![row]!), 0) / values.length;
  return {
    of: (values) => ({ values, taken: null }),
    metric: actual && { name: 'mae', of: ({ values }) => off(values) },
  };
};
