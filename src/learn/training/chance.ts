import type { Examples } from '../data/examples.ts';

/** What a network that has seen no features can reach. */
export interface Chance {
  /** Mean loss of the best constant answer: the entropy of the classes in nats, or the variance of the target. */
  readonly loss: number;
  /** Mean loss of the answer of a network that knows nothing yet: ln K, or the mean of the target's square. */
  readonly untrained: number;
}

/** @param examples at least one row; each counts for its weight times that of its class. */
export const chanceOf = (examples: Pick<Examples, 'target' | 'classes' | 'classWeights' | 'weights'>): Chance => {
  const { target, classes, classWeights, weights } = examples;
  const weightOf = (row: number): number =>
    (weights?.[row] ?? 1) * (classes === null ? 1 : (classWeights?.[target[row]!] ?? 1));
  return classes === null ? spread(target, weightOf) : entropy(target, classes.length, weightOf);
};

/** −Σ p ln p over the classes' shares p. */
const entropy = (target: ArrayLike<number>, classes: number, weightOf: (row: number) => number): Chance => {
  const counts = new Float64Array(classes);
  for (let row = 0; row < target.length; row += 1) counts[target[row]!]! += weightOf(row);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const loss = counts.reduce((sum, count) => (count > 0 ? sum - (count / total) * Math.log(count / total) : sum), 0);
  return { loss, untrained: Math.log(classes) };
};

const spread = (target: ArrayLike<number>, weightOf: (row: number) => number): Chance => {
  let [total, sum, squares] = [0, 0, 0];
  for (let row = 0; row < target.length; row += 1) {
    const weight = weightOf(row);
    total += weight;
    sum += weight * target[row]!;
    squares += weight * target[row]! ** 2;
  }
  const mean = sum / total;
  return { loss: Math.max(0, squares / total - mean ** 2), untrained: squares / total };
};
