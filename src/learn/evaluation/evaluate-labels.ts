import type { LabelsEvaluation } from '../../types/generated/evaluation.ts';
import { againstRest, labelAgainstRest } from '../metrics/against-rest.ts';
import { ofCounts } from '../metrics/classification.ts';
import { type JudgedLabels, judgeLabels, takeLabelRows, usualThreshold } from '../metrics/label-set.ts';
import { tallyOf } from '../metrics/label-tally.ts';
import { judgedValues, labelMetrics } from '../metrics/multi-label.ts';
import { usualSettings } from '../metrics/names.ts';
import { compareLabels, tidy } from './comparisons.ts';
import { curvesOf } from './curves.ts';
import type { LabelsInput } from './input.ts';
import { missedByThresholds, thresholdsOf } from './label-thresholds.ts';
import { lintMetrics } from './lint.ts';
import { definedOnly, objectiveTold, slicesTold } from './parts.ts';
import { judgeSlices } from './slices.ts';
import { wrongLabels } from './wrong.ts';

/**
 * Evaluates predicted lists of labels.
 *
 * @param probabilities [rows, labels], each by itself.
 * @throws StageError where a metric is not defined on these examples.
 */
export const evaluateLabels = (probabilities: Float32Array, input: LabelsInput): LabelsEvaluation => {
  const { ids, targetName, labels, metrics, objective, thresholds, seed = 0, rivals = [], leftOut = [] } = input;
  const threshold = thresholds?.thresholds ?? usualThreshold;
  const set = judgeLabels({ actual: input.target, probabilities, labels: labels.length, threshold });
  const found = definedOnly(metrics, labelMetrics(set, metrics, { seed }));
  const tally = tallyOf(set).labels;
  const { beta = usualSettings.beta } = input;
  const rest = againstRest(
    labels.map((_, of) => labelAgainstRest(set, of)),
    { beta, seed },
  );
  const { answer, set: constant } = usualLabels(set);
  const constantValues = judgedValues(constant, metrics);
  const beside = [{ name: 'majority' as const, set: constant }, ...rivals];
  const comparisons = compareLabels(set, beside, { metrics, seed });
  const slices = judgeSlices(input.slicings ?? [], metrics, (rows) =>
    labelMetrics(takeLabelRows(set, rows), metrics, { seed }),
  );
  const wrong = wrongLabels(set, input);
  return {
    format: 'stemma-evaluation-v1',
    kind: 'labels',
    rows: ids.length,
    target: targetName,
    classes: [...labels],
    metrics: Object.fromEntries(found),
    per_class: tally.map((counts, of) => ({ class: labels[of]!, ...ofCounts(counts), ...rest[of]! })),
    beta,
    baseline: {
      name: 'majority',
      answer: answer.map((of) => labels[of]!),
      metrics: Object.fromEntries(
        metrics.flatMap((name, at) => (Number.isNaN(constantValues[at]) ? [] : [[name, tidy(constantValues[at]!)]])),
      ),
    },
    wrong_rows: wrong.count,
    wrong: wrong.kept,
    ...objectiveTold(objective),
    ...(thresholds && { thresholds: thresholdsOf(set, thresholds, { objective: objective!, seed }) }),
    comparisons,
    ...(leftOut.length > 0 && { left_out: [...leftOut] }),
    ...slicesTold(slices, found, objective),
    curves: curvesOf(set.ranked(), labels),
    findings: lintMetrics({
      ...{ metrics: found, objective, comparisons, margin: input.margin, classes: labels, rows: ids.length },
      labelSupports: tally.map(({ actual }) => actual),
      supports: [],
      ...(thresholds && { threshold: { ...thresholds, missed: missedByThresholds(thresholds, objective!) } }),
    }),
  };
};

/** Answers every example with the labels that more than half of these examples have. */
const usualLabels = ({ actual, labels, rows }: JudgedLabels): { answer: number[]; set: JudgedLabels } => {
  const counts = new Float64Array(labels);
  for (const [place, is] of actual.entries()) counts[place % labels]! += is;
  const shares = counts.map((count) => count / rows);
  const answer = [...shares.keys()].filter((of) => shares[of]! > 0.5);
  const probabilities = Float64Array.from(actual, (_, place) => (answer.includes(place % labels) ? 1 : 0));
  return { answer, set: judgeLabels({ actual, probabilities, labels, threshold: usualThreshold }) };
};
