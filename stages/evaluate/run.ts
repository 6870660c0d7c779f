import { startBackend } from '../../src/learn/backends/backend.ts';
import { bridgeMissingKernels } from '../../src/learn/backends/bridge.ts';
import { type Examples, loadExamples, writeJson } from '../../src/learn/data/dataset.ts';
import { digestOfFiles } from '../../src/learn/data/folder-digest.ts';
import { writeTable } from '../../src/learn/data/table.ts';
import { chooseTarget, examplesFor, interfaceFor, objectiveFor } from '../../src/learn/evaluation/choose-target.ts';
import { checkFit, checkOutputs } from '../../src/learn/evaluation/fit.ts';
import { formatInterval, formatMetric } from '../../src/learn/metrics/format.ts';
import type { Model } from '../../src/learn/models/model.ts';
import { loadModel, predictTargets, tryPrediction } from '../../src/learn/models/predict.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { Evaluation } from '../../src/types/generated/evaluation.ts';
import type { StageContext, StageRun } from '../../src/types/stage.ts';
import type { Predicted } from './given.ts';
import { judge } from './judge.ts';
import type { EvaluateParams } from './params.ts';

/**
 * Predicts every example of test once, and judges the predictions as a whole; a scaled target, in its original unit. Where
 * there is a validation set, it is predicted first, and says from which probability on the positive class, or a label, is taken.
 */
export const run: StageRun<EvaluateParams> = async (context) => {
  const { deps, outs } = context;
  await startBackend(context.backend!);
  const model = await loadModel(pathOf(deps, 'model'), { targets: 'any' });
  const chosen = chooseTarget(model.card, context.params.target);
  const load = async (folder: string): Promise<Examples> =>
    examplesFor(await loadExamples(folder, { inputs: model.card.inputs, targets: 'any' }), chosen);
  const test = await load(pathOf(deps, 'test'));
  const validation = deps['validation'] === undefined ? undefined : await load(deps['validation']);
  const train = deps['train'] === undefined ? undefined : await load(deps['train']);
  const told = interfaceFor(model.card, chosen);
  checkFit(told, test);
  if (validation !== undefined) checkFit(told, validation, 'validation');
  if (train !== undefined) checkFit(told, train, 'train');
  for (const kernel of await bridgeMissingKernels(() => tryPrediction(model, test)))
    context.notice(`backend ${context.backend!.name} lacks the kernel ${kernel}: plain JavaScript computes it, slowly`);

  const chosenOn = validation && (await predicted(model, validation, context));
  const { objective, ...others } = context;
  const aim = objectiveFor(objective, model.card, chosen);
  const aimed = aim === undefined ? others : { ...others, objective: aim };
  const judged = await judge(aimed, { test: await predicted(model, test, context), validation: chosenOn, train });
  const judgedModel = context.files('model');
  const evaluation = { ...judged.evaluation, ...(judgedModel && { model: digestOfFiles(judgedModel) }) };
  await writeJson(pathOf(outs, 'evaluation'), evaluation);
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
  const answers = await predictTargets(model, examples, { batchSize: params.batch_size });
  const outputs = answers.get(examples.targetName!)!;
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
  return [
    metrics.join(', '),
    thresholdWords(evaluation),
    worst?.clear === true &&
      `worst: ${worst.slice} ${worst.value}, ${worst.metric} ${formatMetric(worst.of_slice.value)}`,
  ]
    .filter((part) => typeof part === 'string')
    .join('; ');
};

const thresholdWords = (evaluation: Evaluation): string | undefined => {
  if (evaluation.kind === 'classification')
    return evaluation.threshold && `threshold ${formatMetric(evaluation.threshold.value)}`;
  if (evaluation.kind !== 'labels' || evaluation.thresholds === undefined) return undefined;
  const { per, values } = evaluation.thresholds;
  if (per === 'one') return `threshold ${formatMetric(values[0]!)}`;
  return `thresholds ${formatMetric(Math.min(...values))} to ${formatMetric(Math.max(...values))}`;
};
