import { startBackend } from '../../src/learn/backends/backend.ts';
import { type Examples, loadExamples, writeJson } from '../../src/learn/data/dataset.ts';
import { StageError } from '../../src/learn/error.ts';
import { saveModel } from '../../src/learn/models/files.ts';
import { initialize } from '../../src/learn/models/initialize.ts';
import { buildNetwork } from '../../src/learn/models/presets.ts';
import { pathOf } from '../../src/learn/paths.ts';
import { makeOptimizer } from '../../src/learn/training/optimizers.ts';
import { taskOf } from '../../src/learn/training/tasks.ts';
import { type Training, train } from '../../src/learn/training/train.ts';
import type { StageContext, StageRun } from '../../src/types/stage.ts';
import { refuseMisfit } from './fit.ts';
import { monitorOf } from './monitor.ts';
import type { TrainParams } from './params.ts';
import { reporter } from './reporter.ts';

/** Builds the network, trains it, and writes it with what was recorded. */
export const run: StageRun<TrainParams> = async (context) => {
  const { params, deps, outs } = context;
  const validation = deps['validation'] === undefined ? null : await loadExamples(deps['validation']);
  const examples = await loadExamples(pathOf(deps, 'train'));
  refuseMisfit(examples, validation);
  const training = { ...plan(params, context, examples), ...choice(params, context, validation) };
  await startBackend(context.backend!);

  const { targetName: target, classes, featureShape: shape, featureNames: names } = examples;
  const task = taskOf(classes);
  const masks = { seed: context.seed('dropout'), step: 0 };
  const network = buildNetwork(params.model, { features: shape, outputs: task.outputs }, masks);
  initialize(network, context.seed('init'));

  const report = reporter(context, examples.rows);
  const history = await train({ ...training, network, task, masks }, report.watcher);

  await saveModel(pathOf(outs, 'model'), {
    network,
    card: {
      format: 'stemma-model-v1',
      features: { shape: [...shape], names: [...names] },
      target: target!,
      classes: classes && [...classes],
      output: task.kind === 'classes' ? 'logits' : 'values',
      parameters: network.countParams(),
    },
  });
  await writeJson(pathOf(outs, 'history'), history);
  report.ended(history);
};
