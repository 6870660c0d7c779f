import { startBackend } from '../../src/learn/backends/backend.ts';
import { bridgeMissingKernels } from '../../src/learn/backends/bridge.ts';
import { type Examples, loadExamples, writeJson } from '../../src/learn/data/dataset.ts';
import { writeTable } from '../../src/learn/data/table.ts';
import { checkFit, checkOutputs } from '../../src/learn/evaluation/fit.ts';
import { formatInterval, formatMetric } from '../../src/learn/metrics/format.ts';
import type { Model } from '../../src/learn/models/model.ts';
import { loadModel, predict, tryPrediction } from '../../src/learn/models/predict.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { Evaluation } from '../../src/types/generated/evaluation.ts';
import type { StageContext, StageRun } from '../../src/types/stage.ts';
import { judge, type Predicted } from './judge.ts';
import type { EvaluateParams } from './params.ts';

/**
 * Predicts every example of test once, and judges the predictions as a whole; a scaled target, in its original unit. Where
 * there is a validation set, it is predicted first, and says from which probability on the positive class is taken.
 */
export const run: StageRun<EvaluateParams> = async (context) => {
  const { deps, outs } = context;
  await startBackend(context.backend!);
  const model = await loadModel(pathOf(deps, 'model'));
  const test = await loadExamples(pathOf(deps, 'test'));
  const validation = deps['validation'] === undefined ? undefined : await loadExamples(deps['validation']);
  const train = deps['train'] === undefined ? undefined : await loadExamples(deps['train']);
  checkFit(model.card, test);
  if (validation !== undefined) checkFit(model.card, validation, 'validation');
  if (train !== undefined) checkFit(model.card, train, 'train');
  for (const kernel of await bridgeMissingKernels(() => tryPrediction(model, test)))
    context.notice(`backend ${context.backend!.name} lacks the kernel ${kernel}: plain JavaScript computes it, slowly`);

  const chosenOn = validation && (await predicted(model, validation, context));
  const judged = await judge(context, { test: await predicted(model, test, context), validation: chosenOn, train });
  await writeJson(pathOf(outs, 'evaluation'), judged.evaluation);
  await writeTable(pathOf(outs, 'predictions'), judged.table);
  for (const { severity, id, message, remedy } of judged.evaluation.findings ?? [])
    if (severity === 'warning') context.notice(`${id}: ${message}; ${remedy}`);
  context.metrics({ ...judged.evaluation.metrics });
  context.summarize(summary(judged.evaluation));
};

const predicted = async (
  model: Model,
  examples: Examples,
  { params, progress }: StageContext<EvaluateParams>,
): Promise<Predicted> => {
  progress({ done: 0, total: examples.rows, unit: 'examples' });
  const outputs = await predict(model, examples, { batchSize: params.batch_size });
  checkOutputs(outputs, examples.rows);
  progress({ done: examples.rows, total: examples.rows, unit: 'examples' });
  return { examples, outputs };
};

/** The first metric with its interval, the others without; a threshold that was chosen, and the worst slice. */
const summary = (evaluation: Evaluation): string => {
  const metrics = Object.entries(evaluation.metrics).map(
    ([name, metric], index) => `${name} ${index === 0 ? formatInterval(metric) : formatMetric(metric.value)}`,
  );
  const { worst_slice: worst } = evaluation;
  const threshold = evaluation.kind === 'classification' ? evaluation.threshold : undefined;
  return [
    metrics.join(', '),
    threshold && `threshold ${formatMetric(threshold.value)}`,
    worst?.clear === true &&
      `worst: ${worst.slice} ${worst.value}, ${worst.metric} ${formatMetric(worst.of_slice.value)}`,
  ]
    .filter((part) => typeof part === 'string')
    .join('; ');
};
