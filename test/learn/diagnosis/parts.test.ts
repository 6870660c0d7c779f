import { describe, expect, it } from 'vitest';
import type { Examples } from '../../../src/learn/data/examples.ts';
import { noTag } from '../../../src/learn/data/tags.ts';
import type { TargetPart } from '../../../src/learn/data/target-parts.ts';
import { answersOf, byWords, gapsOf, meanOf, shareOf } from '../../../src/learn/diagnosis/answers.ts';
import { baselinesOf } from '../../../src/learn/diagnosis/baselines.ts';
import { reachOf } from '../../../src/learn/diagnosis/reach.ts';
import { someOf } from '../../../src/learn/diagnosis/sample.ts';
import { wilson } from '../../../src/learn/metrics/interval.ts';
import { stream } from '../../../src/learn/random.ts';

// Answers of more than one number a row: lists of labels, tags, tensors.

const part = (kind: TargetPart['kind'], width: number, classes: readonly string[] | null): TargetPart => ({
  ...{ name: 'target', kind, classes, from: 0, width, outputs: kind === 'tags' ? width * classes!.length : width },
});
const labels = part('labels', 2, ['a', 'b']);
const tags = part('tags', 3, ['x', 'y']);
const numbers = part('numbers', 2, null);
const none = noTag;

const examples = (of: TargetPart, features: readonly number[], target: readonly number[]): Examples => {
  const rows = target.length / of.width;
  return {
    ...{ rows, ids: Array.from({ length: rows }, (_, row) => `row-${row}`), augment: null, classes: null },
    ...{ featureShape: [features.length / rows], featureNames: [], features: Float32Array.from(features) },
    ...{ target: Float32Array.from(target), targetName: 'target', targets: [of], vocabulary: undefined },
  };
};

describe('answers', () => {
  it('of labels: the mean of their binary cross entropies, and the share told right', () => {
    const logits = Float32Array.of(Math.log(3), Math.log(3), -Math.log(3), 0);
    const found = answersOf(logits, examples(labels, [0, 0], [1, 0, 0, 0]));
    const [right, wrong] = [Math.log(4 / 3), Math.log(4)];
    expect([...found.losses]).toEqual([expect.closeTo((right + wrong) / 2, 6), expect.closeTo((right + Math.log(2)) / 2, 6)]); // biome-ignore format: one line
    // A logit of 0 takes no label, as the history counts it.
    expect([...found.scores]).toEqual([0.5, 1]);
    expect(found).toMatchObject({ measure: 'binary_accuracy', areHits: false });
  });

  it('of tags: means over words, whatever stands where there is none', () => {
    const says = (right: boolean) => (right ? [Math.log(3), 0] : [0, Math.log(3)]);
    const logits = [says(true), says(true), says(false), says(false), [99, -99], [-99, 99]].flat();
    const found = answersOf(Float32Array.from(logits), examples(tags, [0, 0], [0, 0, 0, 0, none, none]));
    expect(meanOf(found.scores)).toBeCloseTo(2 / 4, 12);
    expect(meanOf(found.losses)).toBeCloseTo((2 * Math.log(4 / 3) + 2 * Math.log(4)) / 4, 6);
    expect(found.measure).toBe('accuracy');
  });

  it('of tensors: squared and absolute errors, means over their elements', () => {
    const found = answersOf(Float32Array.of(1, 2, 3, 3), examples(numbers, [0, 0], [1, 0, 0, 3]));
    expect([[...found.losses], [...found.scores]]).toEqual([[2, 4.5], [1, 1.5]]); // biome-ignore format: one line
  });

  it('of rows of unlike length vary as their ratio does', () => {
    const values = Float64Array.of(1, 1, 1, 0, 0, 0); // three words, then one, of which none is right
    const found = byWords(values, Float32Array.of(0, 0, 0, 0, none, none), 3);
    // R = 3/4, n̄ = 2: R + (3 − 3R) / 2, and R + (0 − R) / 2.
    expect([...found]).toEqual([0.75 + 0.375, 0.75 - 0.375]);
    expect([...byWords(Float64Array.of(1, 0, 0, 1, 1, 1), new Float32Array(6), 3)]).toEqual([
      expect.closeTo(1 / 3, 12),
      1,
    ]);
  });

  it('have intervals that hold where words of a row are alike', () => {
    const random = stream(11);
    const [rows, steps, trials] = [60, 8, 400];
    const target = new Float32Array(rows * steps);
    let [held, heldByWords] = [0, 0];
    for (let trial = 0; trial < trials; trial += 1) {
      // A row is easy or hard: its words are right in 9 of 10 cases, or in 5.
      const values = new Float64Array(rows * steps);
      for (let row = 0; row < rows; row += 1) {
        const ease = random.next() < 0.5 ? 0.9 : 0.5;
        for (let at = 0; at < steps; at += 1) values[row * steps + at] = random.next() < ease ? 1 : 0;
      }
      const scores = byWords(values, target, steps);
      const { low, high } = shareOf({ scores, losses: scores, measure: 'accuracy', areHits: false });
      if (low <= 0.7 && 0.7 <= high) held += 1;
      const byEach = wilson(meanOf(values), rows * steps);
      if (byEach.low <= 0.7 && 0.7 <= byEach.high) heldByWords += 1;
    }
    expect(held / trials).toBeGreaterThan(0.92);
    expect(heldByWords / trials).toBeLessThan(0.88);
  });

  it('have a gap with width where all of train is right', () => {
    const all = { losses: Float64Array.of(0, 0, 0), scores: Float64Array.of(1, 1, 1), measure: 'binary_accuracy', areHits: false } as const; // biome-ignore format: one line
    const some = { ...all, scores: Float64Array.of(1, 0.5, 0.75) };
    const [, { better, gap }] = gapsOf(all, some);
    expect([better, gap.value]).toEqual(['more', 0.25]);
    expect(gap.high - gap.low).toBeGreaterThan(0.3);
  });
});

describe('reach', () => {
  it('of labels and tags has the best constant answer as chance', () => {
    const four = examples(labels, [0, 0, 0, 0], [1, 0, 1, 0, 1, 0, 0, 1]);
    expect(reachOf(answersOf(new Float32Array(8), four), four)).toMatchObject({ measure: 'binary_accuracy', chance: 0.75, value: { value: 0.5 } }); // biome-ignore format: one line
    const words = examples(tags, [0, 0], [0, 1, 1, 1, none, none]);
    expect(reachOf(answersOf(new Float32Array(12), words), words)).toMatchObject({ measure: 'accuracy', chance: 0.75, value: { value: 0.25 } }); // biome-ignore format: one line
  });

  it('of tensors is the share of the variance about the mean of each element', () => {
    const two = examples(numbers, [0, 0], [0, 10, 2, 14]);
    expect(reachOf(answersOf(Float32Array.of(1, 12, 1, 12), two), two).value.value).toBe(0);
    expect(reachOf(answersOf(Float32Array.of(0, 10, 2, 12), two), two).value.value).toBeCloseTo(1 - 4 / 10, 12);
  });
});

describe('baselines', () => {
  const named = (given: Examples, measure: 'accuracy' | 'binary_accuracy' | 'mae') => {
    const { baselines, leftOut } = baselinesOf(given, given, { measure, scores: new Float64Array(given.rows) });
    return { values: Object.fromEntries(baselines.map(({ name, value }) => [name, value])), leftOut };
  };

  it('of labels: those that most rows have, neighbours, and a regression of each', () => {
    const features = Array.from({ length: 40 }, (_, row) => (row < 20 ? row : 100 + row));
    const flags = Array.from({ length: 40 }, (_, row) => [row < 20 ? 1 : 0, row % 4 === 0 ? 0 : 1]).flat();
    const { values, leftOut } = named(examples(labels, features, flags), 'binary_accuracy');
    expect(values['majority']).toBe((0.5 + 0.75) / 2);
    expect(values['nearest neighbours']).toBeGreaterThan(0.85);
    expect(values['logistic regression']).toBe((1 + 0.75) / 2);
    expect(leftOut).toEqual([]);
  });

  it('of tags: the most frequent one, and that of each word; what learns one answer a row is left out', () => {
    // The word 5 is x twice of three times; 6 is y; 0 pads.
    const given = { ...examples(tags, [5, 5, 6, 5, 6, 0], [0, 0, 1, 1, 1, none]), vocabulary: 8 };
    const { values, leftOut } = named(given, 'accuracy');
    expect(values).toEqual({ majority: expect.closeTo(3 / 5, 12), 'tag of each word': expect.closeTo(4 / 5, 12) });
    expect(leftOut.map(({ name }) => name)).toEqual(['nearest neighbours', 'logistic regression']);
    const { leftOut: more } = named({ ...given, vocabulary: undefined }, 'accuracy');
    expect(more.at(-1)!.name).toBe('tag of each word');
  });

  it('of tensors: the mean of each element', () => {
    const { values, leftOut } = named(examples(numbers, [0, 0], [0, 10, 2, 14]), 'mae');
    expect(values).toEqual({ mean: 1.5 });
    expect(leftOut.map(({ name }) => name)).toEqual(['linear regression']);
  });
});

it('a sample has all elements of its targets', () => {
  const given = examples(numbers, [0, 1, 2, 3], [0, 1, 2, 3, 4, 5, 6, 7]);
  expect([...someOf(given, 2).target]).toEqual([0, 1, 4, 5]);
});
