import { startBackend } from '../../src/learn/backends/backend.ts';
import { bridgeMissingKernels } from '../../src/learn/backends/bridge.ts';
import { type Examples, loadExamples, readManifest, writeJson } from '../../src/learn/data/dataset.ts';
import { originalOf } from '../../src/learn/data/original.ts';
import { type TableColumn, writeTable } from '../../src/learn/data/table.ts';
import { asNumbers, chooseTarget, examplesFor, interfaceFor } from '../../src/learn/evaluation/choose-target.ts';
import { describeExamples } from '../../src/learn/evaluation/describe.ts';
import { evaluateClasses, evaluateNumbers } from '../../src/learn/evaluation/evaluate.ts';
import { checkFit, checkOutputs } from '../../src/learn/evaluation/fit.ts';
import { chooseClassMetrics, chooseNumberMetrics } from '../../src/learn/evaluation/metrics.ts';
import { classTable, numberTable } from '../../src/learn/evaluation/predictions.ts';
import { formatInterval, formatMetric } from '../../src/learn/metrics/format.ts';
import { loadModel, predictTargets, tryPrediction } from '../../src/learn/models/predict.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { Evaluation } from '../../src/types/generated/evaluation.ts';
import type { StageContext, StageRun } from '../../src/types/stage.ts';

interface Params {
  readonly metrics?: readonly string[];
  readonly batch_size: number;
  readonly wrong: number;
  /** Which of several targets is judged. */
  readonly target?: string;
}

/** Predicts every example of test once, and judges the predictions as a whole; a scaled target, in its original unit. */
export const run: StageRun<Params> = async (context) => {
  const { params, deps, outs } = context;
  await startBackend(context.backend!);
  const model = await loadModel(pathOf(deps, 'model'), { targets: 'any' });
  const chosen = chooseTarget(model.card, params.target);
  const wanted = { inputs: model.card.inputs, targets: 'any' } as const;
  const examples = examplesFor(await loadExamples(pathOf(deps, 'test'), wanted), chosen);
  checkFit(interfaceFor(model.card, chosen), examples);
  const judged = asNumbers(examples);
  for (const kernel of await bridgeMissingKernels(() => tryPrediction(model, examples)))
    context.notice(`backend ${context.backend!.name} lacks the kernel ${kernel}: plain JavaScript computes it, slowly`);

  context.progress({ done: 0, total: examples.rows, unit: 'examples' });
  const predicted = await predictTargets(model, examples, { batchSize: params.batch_size });
  const outputs = predicted.get(examples.targetName!)!;
  checkOutputs(outputs, examples.rows);
  context.progress({ done: examples.rows, total: examples.rows, unit: 'examples' });

  const describeRow = describeExamples(await readManifest(pathOf(deps, 'test')), examples);
  const each = judged.rows / examples.rows;
  const describe = (row: number) => describeRow(Math.floor(row / each));
  const { evaluation, table } = judge(outputs, { ...judged, describe }, context);
  await writeJson(pathOf(outs, 'evaluation'), evaluation);
  await writeTable(pathOf(outs, 'predictions'), table);
  context.metrics({ ...evaluation.metrics });
  context.summarize(summary(evaluation));
};

interface Judged {
  readonly evaluation: Evaluation;
  readonly table: readonly TableColumn[];
}

const judge = (
  outputs: Float32Array,
  { ids, target, targetName, classes, scaling, describe }: Examples & { describe: ReturnType<typeof describeExamples> },
  { params, seed }: StageContext<Params>,
): Judged => {
  const common = { ids, targetName: targetName!, wrong: params.wrong, describe };
  if (classes !== null && target instanceof Int32Array) {
    const metrics = chooseClassMetrics(params.metrics);
    return {
      evaluation: evaluateClasses(outputs, { ...common, target, classes, metrics }),
      table: classTable(outputs, { ids, target, classes }),
    };
  }
  const values = originalOf(target, scaling);
  const predicted = originalOf(outputs, scaling);
  const metrics = chooseNumberMetrics(params.metrics);
  return {
    evaluation: evaluateNumbers(predicted, { ...common, target: values, metrics, seed: seed('intervals') }),
    table: numberTable(predicted, { ids, target: values }),
  };
};

/** The first metric with its interval, the others without. */
const summary = ({ metrics }: Evaluation): string =>
  Object.entries(metrics)
    .map(([name, metric], index) => `${name} ${index === 0 ? formatInterval(metric) : formatMetric(metric.value)}`)
    .join(', ');
