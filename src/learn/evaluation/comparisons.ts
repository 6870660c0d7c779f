import type { Comparison } from '../../types/generated/evaluation.ts';
import { classValues } from '../metrics/class-intervals.ts';
import type { ClassSet } from '../metrics/class-set.ts';
import { type DetectionTable, tableValues } from '../metrics/detection.ts';
import { type JudgedLabels, judgeLabels, type LabelSet } from '../metrics/label-set.ts';
import { judgedValues } from '../metrics/multi-label.ts';
import type {
  ClassMetricName,
  DetectionMetricName,
  LabelMetricName,
  MetricSettings,
  NumberMetricName,
} from '../metrics/names.ts';
import { mcnemar, pairedDifferences } from '../metrics/paired.ts';
import { type NumberSet, numberValues } from '../metrics/regression.ts';
import { rounded } from './rounding.ts';

/** A baseline's predictions of the same examples. */
export interface Beside<Set> {
  readonly name: Comparison['baseline'];
  /** Examples that it has learned from; absent: it looked at these alone. */
  readonly rows?: number;
  readonly thresholds?: readonly number[];
  readonly set: Set;
}

interface Options<Metric extends string, Settings> {
  readonly metrics: readonly Metric[];
  readonly settings: Settings;
  readonly seed: number;
  /** The row of each example, where several are of one: there is no test then that takes each by itself. */
  readonly groups?: Int32Array | undefined;
}

/** The model beside baselines that predict classes, with McNemar's test of each. */
export const compareClasses = (
  model: ClassSet,
  baselines: readonly Beside<ClassSet>[],
  { metrics, settings, seed, groups }: Options<ClassMetricName, MetricSettings>,
): Comparison[] =>
  baselines.map(({ name, rows, thresholds, set }) => {
    const differences = pairedDifferences(
      (counts) => {
        const theirs = classValues(set, metrics, settings, counts);
        return classValues(model, metrics, settings, counts).map((value, at) => [value, theirs[at]!] as const);
      },
      { rows: model.rows, seed, groups },
    );
    const values = classValues(set, metrics, settings);
    const told = comparisonOf({ name, rows, thresholds, metrics, values, differences });
    if (groups !== undefined) return told;
    const isRight = (of: ClassSet) => (row: number) => of.predicted[row] === of.actual[row];
    const test = mcnemar(model.rows, isRight(model), isRight(set));
    return {
      ...told,
      mcnemar: { only_model: test.onlyFirst, only_baseline: test.onlySecond, p: rounded(test.p), exact: test.exact },
    };
  });

/** The model beside baselines that predict numbers. */
export const compareNumbers = (
  model: NumberSet,
  baselines: readonly Beside<NumberSet>[],
  { metrics, settings, seed }: Options<NumberMetricName, Pick<MetricSettings, 'quantile'>>,
): Comparison[] =>
  baselines.map(({ name, rows, set }) => {
    const differences = pairedDifferences(
      (counts) => {
        const theirs = numberValues(set, metrics, settings, counts);
        return numberValues(model, metrics, settings, counts).map((value, at) => [value, theirs[at]!] as const);
      },
      { rows: model.actual.length, seed },
    );
    return comparisonOf({ name, rows, metrics, values: numberValues(set, metrics, settings), differences });
  });

/** The model beside baselines that predict lists of labels; McNemar's test is of lists that are right as a whole. */
export const compareLabels = (
  model: JudgedLabels,
  baselines: readonly Beside<LabelSet>[],
  { metrics, seed }: Omit<Options<LabelMetricName, never>, 'settings'>,
): Comparison[] =>
  baselines.map(({ name, rows, thresholds, set }) => {
    const rival = judgeLabels(set);
    const differences = pairedDifferences(
      (counts) => {
        const theirs = judgedValues(rival, metrics, counts);
        return judgedValues(model, metrics, counts).map((value, at) => [value, theirs[at]!] as const);
      },
      { rows: model.rows, seed },
    );
    const isRight = (of: JudgedLabels) => (row: number) => of.own.whole[row] === 1;
    const test = mcnemar(model.rows, isRight(model), isRight(rival));
    return {
      ...comparisonOf({ name, rows, thresholds, metrics, values: judgedValues(rival, metrics), differences }),
      mcnemar: { only_model: test.onlyFirst, only_baseline: test.onlySecond, p: rounded(test.p), exact: test.exact },
    };
  });

/** Predicted boxes beside those of a baseline; differences come from resamples of the images. */
export const compareBoxes = (
  model: readonly DetectionTable[],
  { name, rows, set }: Beside<readonly DetectionTable[]>,
  { metrics, seed, images }: Omit<Options<DetectionMetricName, never>, 'settings'> & { readonly images: number },
): Comparison => {
  const differences = pairedDifferences(
    (counts) => {
      const theirs = tableValues(set, metrics, counts);
      return tableValues(model, metrics, counts).map((value, at) => [value, theirs[at]!] as const);
    },
    { rows: images, seed },
  );
  return comparisonOf({ name, rows, metrics, values: tableValues(set, metrics), differences });
};

interface Found {
  readonly name: Comparison['baseline'];
  readonly rows: number | undefined;
  readonly thresholds?: readonly number[] | undefined;
  readonly metrics: readonly string[];
  readonly values: readonly number[];
  readonly differences: ReturnType<typeof pairedDifferences>;
}

const comparisonOf = ({ name, rows, thresholds, metrics, values, differences }: Found): Comparison => ({
  baseline: name,
  ...(rows !== undefined && { rows }),
  ...(thresholds !== undefined && { thresholds: [...thresholds] }),
  metrics: Object.fromEntries(
    metrics.flatMap((metric, at) => (Number.isNaN(values[at]) ? [] : [[metric, tidy(values[at]!)]])),
  ),
  differences: Object.fromEntries(
    metrics.flatMap((metric, at) => {
      const found = differences[at];
      if (!found) return [];
      const { value, low, high, p } = found;
      return [[metric, { value: rounded(value), low: rounded(low), high: rounded(high), p: rounded(p) }]];
    }),
  ),
});

/** What is 0 but for rounding, as the R² of the mean, is 0. */
export const tidy = (value: number): number => (Math.abs(value) < 1e-12 ? 0 : value);
