import type { WrongClass, WrongLabels, WrongValue } from '../../types/generated/evaluation.ts';
import type { ClassSet } from '../metrics/class-set.ts';
import type { JudgedLabels } from '../metrics/label-set.ts';
import type { NumberSet } from '../metrics/regression.ts';
import type { ClassificationInput, LabelsInput, RegressionInput } from './input.ts';

/** The examples whose class was not predicted: how many, and the first of them, the most confident first. */
export const wrongClasses = (
  { probabilities, predicted, actual: target }: ClassSet,
  { ids, classes, wrong, describe }: Pick<ClassificationInput, 'ids' | 'classes' | 'wrong' | 'describe'>,
): { count: number; kept: WrongClass[] } => {
  const probability = (row: number, index: number) => probabilities[row * classes.length + index]!;
  const confidence = (row: number) => probability(row, predicted[row]!);
  const rows = [...predicted.keys()].filter((row) => predicted[row] !== target[row]);
  const kept = rows.toSorted((a, b) => confidence(b) - confidence(a) || a - b).slice(0, wrong);
  return {
    count: rows.length,
    kept: kept.map((row) => ({
      id: ids[row]!,
      actual: classes[target[row]!]!,
      predicted: classes[predicted[row]!]!,
      probability: short(confidence(row)),
      actual_probability: short(probability(row, target[row]!)),
      ...describe(row),
    })),
  };
};

/** The examples that got other labels than theirs: how many, and the first of them, the most confident first. */
export const wrongLabels = (
  { actual, predicted, probabilities, own, labels: count }: JudgedLabels,
  { ids, labels, wrong, describe }: Pick<LabelsInput, 'ids' | 'labels' | 'wrong' | 'describe'>,
): { count: number; kept: WrongLabels[] } => {
  const wrongIn = (row: number): number[] =>
    [...labels.keys()].filter((of) => actual[row * count + of] !== predicted[row * count + of]);
  const error = (row: number, of: number) => Math.abs(probabilities[row * count + of]! - actual[row * count + of]!);
  const worst = (row: number): number => Math.max(...wrongIn(row).map((of) => error(row, of)));
  const named = (flags: Uint8Array, row: number) => labels.filter((_, of) => flags[row * count + of] === 1);
  const rows = [...own.whole.keys()].filter((row) => own.whole[row] === 0);
  const errors = new Map(rows.map((row) => [row, worst(row)]));
  const kept = rows.toSorted((a, b) => errors.get(b)! - errors.get(a)! || a - b).slice(0, wrong);
  return {
    count: rows.length,
    kept: kept.map((row) => ({
      id: ids[row]!,
      actual: named(actual, row),
      predicted: named(predicted, row),
      // Object.fromEntries defines, so that a label named __proto__ is one as any other.
      probabilities: Object.fromEntries(
        wrongIn(row).map((of) => [labels[of]!, short(probabilities[row * count + of]!)]),
      ),
      ...describe(row),
    })),
  };
};

/** The examples with the largest errors, the largest first. */
export const largestErrors = (
  { predicted, actual: target }: NumberSet,
  { ids, wrong, describe }: Pick<RegressionInput, 'ids' | 'wrong' | 'describe'>,
): WrongValue[] => {
  const error = (row: number) => Math.abs(predicted[row]! - target[row]!);
  const rows = [...predicted.keys()].toSorted((a, b) => error(b) - error(a) || a - b).slice(0, wrong);
  return rows.map((row) => ({ id: ids[row]!, actual: target[row]!, predicted: predicted[row]!, ...describe(row) }));
};

/** Six digits of a probability: a float32 has no more than that, and a JSON file would show seventeen. */
const short = (probability: number): number => Math.min(1, Number(probability.toPrecision(6)));
