import { readManifest } from '../../src/learn/data/dataset.ts';
import { originalOf } from '../../src/learn/data/original.ts';
import { StageError } from '../../src/learn/error.ts';
import { type LearnedBaselines, learnBaselines } from '../../src/learn/evaluation/baselines.ts';
import { asNumbers, labelsOf } from '../../src/learn/evaluation/choose-target.ts';
import { describeExamples } from '../../src/learn/evaluation/describe.ts';
import { evaluateClasses, evaluateNumbers, takenBy } from '../../src/learn/evaluation/evaluate.ts';
import {
  checkSettings,
  chooseClassMetrics,
  chooseNumberMetrics,
  numberSettings,
  settingsOf,
} from '../../src/learn/evaluation/metrics.ts';
import { classTable, numberTable } from '../../src/learn/evaluation/predictions.ts';
import { sliceExamples } from '../../src/learn/evaluation/slice-values.ts';
import { thresholdOn } from '../../src/learn/evaluation/threshold.ts';
import { classSet } from '../../src/learn/metrics/class-set.ts';
import type { MetricSettings } from '../../src/learn/metrics/names.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { Common, Given, Judged, JudgingContext, Outputs } from './given.ts';
import { judgeLists } from './judge-labels.ts';
import { judgeTags } from './judge-tags.ts';

/** Judges what was predicted of test, beside baselines and by slices. */
export const judge = async (context: JudgingContext, given: Given): Promise<Judged> => {
  const { params, deps, objective, seed } = context;
  const { examples } = given.test;
  const labels = labelsOf(examples);
  if (labels === undefined && params.thresholds !== undefined) {
    throw new StageError('params.thresholds is for a target that is a list of labels', 'leave it out');
  }
  const numbers = asNumbers(examples);
  const each = numbers.rows / examples.rows;
  if (each > 1) refuseOfRows(context);
  const describeRow = describeExamples(await readManifest(pathOf(deps, 'test')), examples);
  const common = {
    ids: numbers.ids,
    targetName: examples.targetName!,
    ...{ objective, margin: params.margin, wrong: params.wrong, seed: seed('intervals') },
    describe: (row: number) => describeRow(Math.floor(row / each)),
    slicings: await sliceExamples(deps['rows'] ?? pathOf(deps, 'test'), examples.ids, params.slices),
  };
  if (labels !== undefined) return judgeLists(given, { context, common, labels });
  const [part] = examples.targets ?? [];
  if (part?.kind === 'tags') return judgeTags(given, { context, common, part });
  const baselines = given.train === undefined ? { learned: [], leftOut: [] } : learnBaselines(given.train, examples);
  return examples.classes === null
    ? judgeNumbers(given, { context, common, baselines })
    : judgeClasses(given, { context, common, baselines });
};

/** Of a tensor, several numbers stand in one row. */
const refuseOfRows = ({ params, deps }: JudgingContext): void => {
  const what = params.slices.length > 0 ? 'params.slices' : deps['train'] === undefined ? undefined : 'dep train';
  if (what === undefined) return;
  throw new StageError(`${what} goes by rows, and the target is a tensor of several numbers a row`, 'leave it out');
};

interface Judging {
  readonly context: JudgingContext;
  readonly common: Common;
  readonly baselines: LearnedBaselines;
}

const judgeClasses = ({ test, validation }: Given, { context, common, baselines }: Judging): Judged => {
  const { params, objective } = context;
  const classes = test.examples.classes!;
  const metrics = chooseClassMetrics(params.metrics, objective);
  const settings = settingsOf(classes, params, objective);
  checkSettings(metrics, classes, settings);
  const actual = test.examples.target as Int32Array;
  const chosenOn = ({ examples, outputs }: Outputs) => {
    const set = { actual: examples.target as Int32Array, probabilities: outputs, classes: classes.length };
    return thresholdOn(classSet(set), objective, settings);
  };
  const threshold = validation && chosenOn(validation);
  const set = takenBy(threshold?.threshold, { actual, probabilities: test.outputs, settings });
  // A baseline has a threshold of its own where the model has: else the comparison would be of thresholds, not of models.
  const rivals = baselines.learned.map(({ name, rows, predict }) => {
    const theirs = validation && chosenOn({ examples: validation.examples, outputs: predict(validation.examples) });
    const taken = takenBy(theirs?.threshold, { actual, probabilities: predict(test.examples), settings });
    return { name, rows, ...(theirs && { thresholds: [theirs.threshold] }), set: taken };
  });
  return {
    evaluation: evaluateClasses(test.outputs, {
      ...{ ...common, target: actual, classes, metrics, settings, threshold, rivals, leftOut: baselines.leftOut },
    }),
    table: classTable(set, { ids: common.ids, classes }),
  };
};

const judgeNumbers = ({ test, validation }: Given, { context, common, baselines }: Judging): Judged => {
  const { params, objective } = context;
  if (validation !== undefined) {
    throw new StageError(
      'dep validation is there to choose a threshold by, and the target is a number: it has none',
      'leave the dep out',
    );
  }
  const { target, scaling } = asNumbers(test.examples);
  const metrics = chooseNumberMetrics(params.metrics, objective);
  const settings: Pick<MetricSettings, 'quantile'> = numberSettings(params, objective);
  const actual = originalOf(target, scaling);
  const predicted = originalOf(test.outputs, scaling);
  const rivals = baselines.learned.map(({ name, rows, predict }) => ({
    ...{ name, rows },
    set: { actual, predicted: originalOf(predict(test.examples), scaling) },
  }));
  return {
    evaluation: evaluateNumbers(predicted, {
      ...{ ...common, target: actual, metrics, settings, rivals, leftOut: baselines.leftOut },
    }),
    table: numberTable(predicted, { ids: common.ids, target: actual }),
  };
};
