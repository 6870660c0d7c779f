import type { Examples } from '../data/examples.ts';
import { taggedOf } from '../data/tagged.ts';
import type { TargetPart } from '../data/target-parts.ts';
import { withTarget } from '../data/with-target.ts';

/** What a network that has seen no features can reach. */
export interface Chance {
  /** Mean loss of the best constant answer: the entropy of the classes in nats, or the variance of the target. */
  readonly loss: number;
  /** Mean loss of the answer of a network that knows nothing yet: ln K, or the mean of the target's square. */
  readonly untrained: number;
}

/** @param examples at least one row; each counts for its weight times that of its class. */
export const chanceOf = (examples: Examples): Chance => {
  const { target, classes, classWeights, weights, targets } = examples;
  if (targets !== undefined) return chanceOfTargets(examples, targets);
  const weightOf = (row: number): number =>
    (weights?.[row] ?? 1) * (classes === null ? 1 : (classWeights?.[target[row]!] ?? 1));
  return classes === null ? spread(target, weightOf) : entropy(target, classes.length, weightOf);
};

/** The loss of several targets is the sum of theirs, each by its weight. */
const chanceOfTargets = (examples: Examples, targets: readonly TargetPart[]): Chance =>
  targets
    .map((part): Chance => {
      const own = withTarget(examples, part);
      const { loss, untrained } = chanceOfPart(own, part, examples.classWeights);
      const weight = part.lossWeight ?? 1;
      return { loss: weight * loss, untrained: weight * untrained };
    })
    .reduce((sum, each) => ({ loss: sum.loss + each.loss, untrained: sum.untrained + each.untrained }));

const chanceOfPart = (own: Examples, part: TargetPart, classWeights: Examples['classWeights']): Chance => {
  if (part.kind === 'tags') return chanceOf({ ...taggedOf(own, part).examples, classWeights });
  return own.targets === undefined ? chanceOf(own) : chanceOfElements(own, part);
};

/** Means over labels, of the entropy of each, or over the elements of a tensor, of the variance of each. */
const chanceOfElements = ({ rows, target, weights }: Examples, { kind, width }: TargetPart): Chance => {
  const weightOf = (row: number): number => weights?.[row] ?? 1;
  let [loss, untrained] = [0, 0];
  for (let element = 0; element < width; element += 1) {
    const values = Float32Array.from({ length: rows }, (_, row) => target[row * width + element]!);
    const own = kind === 'labels' ? entropy(values, 2, weightOf) : spread(values, weightOf);
    loss += own.loss / width;
    untrained += own.untrained / width;
  }
  return { loss, untrained };
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
