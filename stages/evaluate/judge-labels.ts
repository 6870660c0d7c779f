import type { Examples } from '../../src/learn/data/dataset.ts';
import { StageError } from '../../src/learn/error.ts';
import { evaluateLabels } from '../../src/learn/evaluation/evaluate-labels.ts';
import { learnLabelBaselines } from '../../src/learn/evaluation/label-baselines.ts';
import { thresholdsOn } from '../../src/learn/evaluation/label-thresholds.ts';
import { chooseLabelMetrics } from '../../src/learn/evaluation/metrics.ts';
import { labelTable } from '../../src/learn/evaluation/predictions.ts';
import { judgeLabels, type LabelSet, usualThreshold } from '../../src/learn/metrics/label-set.ts';
import type { Common, Given, Judged, JudgingContext, Outputs } from './given.ts';
import type { EvaluateParams } from './params.ts';

/** Judges lists of labels; where there is a validation set, the thresholds that it says are taken. */
export const judgeLists = (
  { test, validation, train }: Given,
  { context, common, labels }: { readonly context: JudgingContext; readonly common: Common; readonly labels: readonly string[] }, // biome-ignore format: one line
): Judged => {
  const { params, objective } = context;
  refuseOfClasses(params);
  if (params.thresholds === 'each' && validation === undefined) {
    throw new StageError(
      'params.thresholds is "each", and there is nothing to choose them by',
      'add the dep validation',
    );
  }
  const metrics = chooseLabelMetrics(params.metrics, objective);
  const setOf = ({ examples, outputs }: Outputs, threshold: LabelSet['threshold'] = usualThreshold): LabelSet => ({
    ...{ actual: Uint8Array.from(examples.target), probabilities: outputs, labels: labels.length, threshold },
  });
  const chosenOn = (predicted: Outputs) => thresholdsOn(setOf(predicted), objective, params.thresholds ?? 'one');
  const thresholds = validation && chosenOn(validation);
  const set = setOf(test, thresholds?.thresholds);
  const { learned, leftOut } =
    train === undefined ? { learned: [], leftOut: [] } : learnLabelBaselines(train, test.examples, labels.length);
  // A baseline has thresholds of its own where the model has: else the comparison would be of thresholds, not of models.
  const rivals = learned.map(({ name, rows, predict }) => {
    const by = (examples: Examples) => ({ examples, outputs: predict(examples) });
    const theirs = validation && chosenOn(by(validation.examples));
    const set = setOf(by(test.examples), theirs?.thresholds);
    return { name, rows, ...(theirs && { thresholds: theirs.thresholds }), set };
  });
  return {
    evaluation: evaluateLabels(test.outputs, {
      ...{
        ...common,
        target: set.actual,
        labels,
        metrics,
        thresholds,
        rivals,
        leftOut,
        beta: params.beta ?? objective?.beta,
      },
    }),
    table: labelTable(judgeLabels(set), { ids: common.ids, labels }),
  };
};

/** What is about one class against the rest, or about the most probable one, says nothing of a list. */
const refuseOfClasses = (params: EvaluateParams): void => {
  for (const name of ['positive', 'top_k', 'quantile', 'costs'] as const) {
    if (params[name] === undefined) continue;
    throw new StageError(
      `params.${name} is of categories or numbers, and the target is a list of labels`,
      'leave it out',
    );
  }
};
