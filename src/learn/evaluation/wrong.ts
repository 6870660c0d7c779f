import type { WrongClass, WrongValue } from '../../types/generated/evaluation.ts';
import type { ClassSet } from '../metrics/class-set.ts';
import type { NumberSet } from '../metrics/regression.ts';
import type { ClassificationInput, RegressionInput } from './input.ts';

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
