import { startBackend } from '../../src/learn/backends/backend.ts';
import { type Examples, loadExamples } from '../../src/learn/data/dataset.ts';
import { initialize } from '../../src/learn/models/initialize.ts';
import { buildNetwork } from '../../src/learn/models/presets.ts';
import { pathOf } from '../../src/learn/paths.ts';
import { makeOptimizer } from '../../src/learn/training/optimizers.ts';
import { taskOf } from '../../src/learn/training/tasks.ts';
import type { Training } from '../../src/learn/training/train.ts';
import type { Pretrained } from '../../src/types/generated/pretrained.ts';
import type { StageContext } from '../../src/types/stage.ts';
import { refuseMisfit } from './fit.ts';
import { monitorOf } from './monitor.ts';
import type { TrainParams } from './params.ts';
import { takePretrained } from './pretrained.ts';

/** Loads the examples, starts the backend and builds the network: all that lies before the first step. */
export const prepare = async (context: StageContext<TrainParams>): Promise<Prepared> => {
  const examples = await loadExamples(pathOf(context.deps, 'train'));
  const validation = await validationOf(context);
  refuseMisfit(examples, validation);
  const task = taskOf(examples.classes, examples.classWeights);
  const options = optionsOf(context, examples, validation);
  await startBackend(context.backend!);

  const masks = { seed: context.seed('dropout'), step: 0 };
  const shape = { features: examples.featureShape, outputs: task.outputs };
  const network = buildNetwork(context.params.model, shape, masks);
  initialize(network, context.seed('init'));
  const pretrained = await takePretrained(network, context);
  return { ...options, network, task, masks, pretrained };
};

export interface Prepared extends Training {
  /** What the network took over; undefined: nothing. */
  readonly pretrained: Pretrained | undefined;
}

/** null where there is none, or it has no rows since none were asked for. */
const validationOf = async ({ deps }: StageContext<TrainParams>): Promise<Examples | null> => {
  const examples = deps['validation'] === undefined ? null : await loadExamples(deps['validation']);
  return examples?.rows === 0 ? null : examples;
};

type Options = Omit<Training, 'network' | 'task' | 'masks'>;

const optionsOf = (context: StageContext<TrainParams>, examples: Examples, validation: Examples | null): Options => {
  const { params, objective, scratch } = context;
  const { name, warmup, horizon = params.epochs } = params.schedule;
  const stepsPerEpoch = Math.ceil(examples.rows / params.batch_size);
  const given = validation === null ? 'absent' : 'given';
  return {
    train: examples,
    validation,
    optimizer: makeOptimizer(params.optimizer),
    schedule: { name, warmup, horizon: Math.round(horizon * stepsPerEpoch) },
    epochs: params.epochs,
    batchSize: params.batch_size,
    compile: params.compile,
    monitor: monitorOf(params.early_stopping, { objective, validation: given }),
    keep: validation === null || params.early_stopping?.restore_best === false ? 'last' : 'best',
    shuffleSeed: context.seed('shuffle'),
    scratch,
    checkpointSeconds: 300,
  };
};
