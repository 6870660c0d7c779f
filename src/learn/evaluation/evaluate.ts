import type {
  ClassificationEvaluation,
  RegressionEvaluation,
  ValueHistogram,
} from '../../types/generated/evaluation.ts';
import { againstRest, classAgainstRest } from '../metrics/against-rest.ts';
import { majorityBaseline, meanBaseline } from '../metrics/baseline.ts';
import { classIntervals, classValues } from '../metrics/class-intervals.ts';
import { type ClassSet, classSet, takeRows } from '../metrics/class-set.ts';
import { perClass } from '../metrics/classification.ts';
import { confusionMatrix } from '../metrics/confusion.ts';
import { perGroupedClass } from '../metrics/grouped-classes.ts';
import type { MetricSettings } from '../metrics/names.ts';
import { type NumberSet, numberIntervals, numberValues } from '../metrics/regression.ts';
import { decide } from '../metrics/threshold.ts';
import { evenly } from './baselines.ts';
import { compareClasses, compareNumbers, tidy } from './comparisons.ts';
import { costsOf } from './costs.ts';
import { curvesOf, reliabilityOf } from './curves.ts';
import type { ClassificationInput, RegressionInput } from './input.ts';
import { lintMetrics } from './lint.ts';
import { numberSettings, settingsOf } from './metrics.ts';
import { definedOnly, objectiveTold, slicesTold } from './parts.ts';
import { rounded } from './rounding.ts';
import { judgeSlices } from './slices.ts';
import { missedWords, thresholdOf } from './threshold.ts';
import { largestErrors, wrongClasses } from './wrong.ts';

/**
 * Evaluates predicted classes: the most probable ones, or those that a threshold says.
 *
 * @param probabilities [rows, classes], each row adding up to 1.
 * @throws StageError where a metric is not defined on these examples.
 */
export const evaluateClasses = (probabilities: Float32Array, input: ClassificationInput): ClassificationEvaluation => {
  const { ids, targetName, classes, metrics, objective, threshold, seed = 0, rivals = [], leftOut = [] } = input;
  const { settings = settingsOf(classes, {}, objective), groups } = input;
  const set = takenBy(threshold?.threshold, { actual: input.target, probabilities, settings });
  const options = { settings, seed, groups };
  const found = definedOnly(metrics, classIntervals(set, metrics, options));
  const confusion = confusionMatrix(set.actual, set.predicted, classes.length);
  const { answer, set: constant } = majorityBaseline(set.actual, classes.length);
  const constantValues = classValues(constant, metrics, settings);
  const rest = againstRest(
    classes.map((_, of) => classAgainstRest(set, of)),
    { beta: settings.beta, seed, groups },
  );
  const beside = [{ name: 'majority' as const, set: constant }, ...rivals];
  const comparisons = compareClasses(set, beside, { metrics, settings, seed, groups });
  const slices = judgeSlices(
    input.slicings ?? [],
    metrics,
    (rows) =>
    classIntervals(takeRows(set, rows), metrics, { ...options, groups: groups && Int32Array.from(rows, (row) => groups[row]!) }), // biome-ignore format: one line
  );
  const classRows = groups === undefined ? perClass(confusion) : perGroupedClass(set, { seed, groups });
  const wrong = wrongClasses(set, input);
  const judged = { metrics: found, objective, classes, comparisons, margin: input.margin };
  return {
    format: 'stemma-evaluation-v1',
    kind: 'classification',
    rows: ids.length,
    target: targetName,
    classes: [...classes],
    metrics: Object.fromEntries(found),
    per_class: classRows.map((of, index) => ({ class: classes[index]!, ...of, ...rest[index]! })),
    beta: settings.beta,
    confusion: confusion.map((row) => [...row]),
    baseline: {
      name: 'majority',
      answer: classes[answer]!,
      metrics: Object.fromEntries(metrics.map((name, at) => [name, tidy(constantValues[at]!)])),
    },
    wrong_rows: wrong.count,
    wrong: wrong.kept,
    ...(groups && { tags: wholeRows(set, groups) }),
    ...objectiveTold(objective),
    ...(settings.positive !== undefined && { positive: classes[settings.positive]! }),
    ...(threshold && { threshold: thresholdOf(set, threshold, { objective: objective!, ...options }) }),
    ...(settings.costs && { costs: costsOf(set, settings.costs, options) }),
    comparisons,
    ...(leftOut.length > 0 && { left_out: [...leftOut] }),
    ...slicesTold(slices, found, objective),
    ...(groups === undefined && {
      reliability: reliabilityOf(set),
      curves: curvesOf(
        [...classes.keys()].map((of) => set.ranked(of)),
        classes,
      ),
    }),
    findings: lintMetrics({
      ...judged,
      supports: confusion.map((row) => row.reduce((sum, count) => sum + count, 0)),
      ...(threshold && { threshold: { ...threshold, missed: missedWords(threshold, objective!) } }),
    }),
  };
};

/**
 * Evaluates predicted numbers.
 *
 * @param predicted [rows], in the target's unit.
 */
export const evaluateNumbers = (predicted: Float32Array, input: RegressionInput): RegressionEvaluation => {
  const { ids, targetName, metrics, objective, seed = 0, rivals = [], leftOut = [] } = input;
  const { settings = numberSettings({}, objective) } = input;
  const set = { actual: input.target, predicted };
  const options = { settings, seed };
  const found = definedOnly(metrics, numberIntervals(set, metrics, options));
  const { answer, set: constant } = meanBaseline(set.actual);
  const constantValues = numberValues(constant, metrics, settings);
  const beside = [{ name: 'mean' as const, set: constant }, ...rivals];
  const comparisons = compareNumbers(set, beside, { metrics, settings, seed });
  const slices = judgeSlices(input.slicings ?? [], metrics, (rows) =>
    numberIntervals(takeNumbers(set, rows), metrics, options),
  );
  return {
    format: 'stemma-evaluation-v1',
    kind: 'regression',
    rows: ids.length,
    target: targetName,
    classes: null,
    metrics: Object.fromEntries(found),
    baseline: {
      name: 'mean',
      answer,
      metrics: Object.fromEntries(metrics.map((name, at) => [name, tidy(constantValues[at]!)])),
    },
    points: evenly(ids.length, 500).map((row) => [set.actual[row]!, set.predicted[row]!]),
    wrong: largestErrors(set, input),
    ...objectiveTold(objective),
    comparisons,
    ...(leftOut.length > 0 && { left_out: [...leftOut] }),
    ...slicesTold(slices, found, objective),
    histogram: histogramOf(set),
    findings: lintMetrics({
      ...{ metrics: found, objective, comparisons, margin: input.margin, supports: [], classes: [] },
    }),
  };
};

/** Rows, and those of them that have the right class at each of their examples. */
const wholeRows = ({ actual, predicted }: ClassSet, groups: Int32Array): NonNullable<ClassificationEvaluation['tags']> => {
  const rows = new Set(groups);
  const wrong = new Set(groups.filter((_, at) => actual[at] !== predicted[at]));
  return { rows: rows.size, whole_rows: rows.size - wrong.size };
}; // biome-ignore format: one signature

/** The examples with the classes that are taken: see `decide`. */
export const takenBy = (
  threshold: number | undefined,
  {
    actual,
    probabilities,
    settings,
  }: Pick<ClassSet, 'actual' | 'probabilities'> & { readonly settings: MetricSettings },
): ClassSet => {
  const set = classSet({ actual, probabilities, classes: probabilities.length / actual.length });
  return threshold === undefined ? set : classSet(set, decide(set, settings.positive!, threshold));
};

const takeNumbers = ({ actual, predicted }: NumberSet, rows: readonly number[]): NumberSet => ({
  actual: Float32Array.from(rows, (row) => actual[row]!),
  predicted: Float64Array.from(rows, (row) => predicted[row]!),
});

const histogramBins = 20;

/** Actual and predicted values in 20 bins over the range of both. */
const histogramOf = ({ actual, predicted }: NumberSet): ValueHistogram => {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const values of [actual, predicted])
    for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const width = (high - low) / histogramBins;
  const countsOf = (values: Float32Array | Float64Array): number[] => {
    const counts = new Array<number>(histogramBins).fill(0);
    for (const value of values)
      counts[width === 0 ? 0 : Math.min(histogramBins - 1, Math.floor((value - low) / width))]! += 1;
    return counts;
  };
  const edges = Array.from({ length: histogramBins + 1 }, (_, at) => rounded(low + at * width));
  return { edges, actual: countsOf(actual), predicted: countsOf(predicted) };
};
