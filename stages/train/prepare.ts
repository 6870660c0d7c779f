import { startBackend } from '../../src/learn/backends/backend.ts';
import { type Examples, loadExamples } from '../../src/learn/data/dataset.ts';
import type { Wanted } from '../../src/learn/data/examples.ts';
import type { Prefix } from '../../src/learn/embed/prefix.ts';
import { StageError } from '../../src/learn/error.ts';
import { initialize } from '../../src/learn/models/initialize.ts';
import { inputWishesOf } from '../../src/learn/models/list/wishes.ts';
import { networkShapeFor } from '../../src/learn/models/shape-for.ts';
import { pathOf } from '../../src/learn/paths.ts';
import { type Built, buildAny } from '../../src/learn/pretrained/network.ts';
import { makeOptimizer } from '../../src/learn/training/optimizers/make.ts';
import { type PhaseParams, planPhases } from '../../src/learn/training/plan-phases.ts';
import { type Course, makeSchedule, type ScheduleParams } from '../../src/learn/training/schedules/make.ts';
import { usualLogEvery } from '../../src/learn/training/step-log.ts';
import { taskFor, withLossWeights } from '../../src/learn/training/task-for.ts';
import type { Training } from '../../src/learn/training/train.ts';
import type { Pretrained } from '../../src/types/generated/pretrained.ts';
import type { Objective, StageContext } from '../../src/types/stage.ts';
import { refuseMisfit } from './fit.ts';
import { type Given, monitorOf } from './monitor.ts';
import type { TrainParams } from './params.ts';
import { prefixFor } from './prefix.ts';
import { readPretrained, takePretrained } from './pretrained.ts';

/** Loads the examples, starts the backend and builds the network: all that lies before the first step. */
export const prepare = async (context: StageContext<TrainParams>): Promise<Prepared> => {
  const wanted = { inputs: inputWishesOf(context.params.model), targets: 'any' } as const;
  const loaded = await loadExamples(pathOf(context.deps, 'train'), wanted);
  const validation = await validationOf(context, wanted);
  refuseMisfit(loaded, validation);
  const { loss_weights: lossWeights, label_smoothing: labelSmoothing } = context.params;
  const examples = withLossWeights(loaded, lossWeights);
  const task = taskFor(examples, { labelSmoothing });
  tellOfBatchSize(context);
  const weights = await readPretrained(context);
  const options = optionsOf(context, examples, validation && withLossWeights(validation, lossWeights));
  await startBackend(context.backend!);
  const prefix = await prefixFor(context, examples);

  const masks = { seed: context.seed('dropout'), step: 0 };
  const shape = networkShapeFor(examples, task.outputs);
  const built = buildAny(context.params.model, weights, { shape, masks });
  initialize(built.network, context.seed('init'));
  const pretrained = takePretrained(built, weights, context);
  const training = { ...options, network: built.network, task, masks, pretrained, prefix };
  const { phases } = context.params;
  return phases === undefined ? training : { ...training, ...phased(phases, built, { context, training }) };
};

/** The training in phases; what speaks of a schedule before it begins means the first one's. */
const phased = (
  asked: readonly PhaseParams[],
  { network, cut }: Built,
  { context, training }: { readonly context: StageContext<TrainParams>; readonly training: Training },
): Pick<Training, 'phases' | 'schedule'> => {
  const { epochs, optimizer } = training;
  const { horizon, ...curve } = context.params.schedule;
  const scheduleOf = (own: number, isLast: boolean) =>
    makeSchedule(curve, courseOf(training, context.params, (isLast ? horizon : undefined) ?? own));
  const phases = planPhases(asked, { network, taken: cut?.taken, epochs, peak: optimizer.peak, scheduleOf });
  return { phases, schedule: phases[0]!.schedule };
};

export interface Prepared extends Training {
  /** What the network took over; undefined: nothing. */
  readonly pretrained: Pretrained | undefined;
  /** The frozen layers before it; undefined: there are none. */
  readonly prefix: Prefix | undefined;
}

/** null where there is none, or it has no rows since none were asked for. */
const validationOf = async ({ deps }: StageContext<TrainParams>, wanted: Wanted): Promise<Examples | null> => {
  const examples = deps['validation'] === undefined ? null : await loadExamples(deps['validation'], wanted);
  return examples?.rows === 0 ? null : examples;
};

type Options = Omit<Training, 'network' | 'task' | 'masks'>;

const optionsOf = (context: StageContext<TrainParams>, examples: Examples, validation: Examples | null): Options => {
  const { params, objective, scratch } = context;
  const { horizon = params.epochs, ...curve } = params.schedule;
  const optimizer = makeOptimizer(params.optimizer);
  const given = validation === null ? 'absent' : 'given';
  const monitor = monitorOf(params.early_stopping, { objective, validation: given });
  return {
    train: examples,
    validation,
    optimizer,
    schedule: makeSchedule(curve, courseOf({ train: examples, optimizer, monitor }, params, horizon)),
    epochs: params.epochs,
    batchSize: params.batch_size,
    compile: params.compile,
    logEvery: params.log_every ?? usualLogEvery(Math.ceil(examples.rows / params.batch_size)),
    monitor,
    alsoMonitored: [...monitoredBy(curve, given), ...(validation === null ? [] : objectiveKey(objective))],
    objective,
    keep: validation === null || params.early_stopping?.restore_best === false ? 'last' : 'best',
    shuffleSeed: context.seed('shuffle'),
    scratch,
    checkpointSeconds: 300,
    checkpointShare: 0.01,
  };
};

const courseOf = (
  { train, optimizer, monitor }: Pick<Training, 'train' | 'optimizer' | 'monitor'>,
  { batch_size: batchSize }: TrainParams,
  horizon: number,
): Course => ({ stepsPerEpoch: Math.ceil(train.rows / batchSize) / optimizer.batchesPerStep, horizon, monitor });

/** What the pipeline is after is measured whatever decides about the epochs: runs are compared by it. */
const objectiveKey = (objective: Objective | undefined): readonly string[] =>
  objective === undefined ? [] : [`val_${objective.metric}`];

/** @throws StageError where the schedule goes by validation, and there is none. */
const monitoredBy = (schedule: ScheduleParams, validation: Given['validation']): readonly string[] => {
  if (schedule.name !== 'plateau' || schedule.monitor === undefined) return [];
  if (validation === 'given') return [schedule.monitor];
  throw new StageError(
    `schedule.monitor is "${schedule.monitor}", and this stage has no dep "validation"`,
    'add "validation" to the deps, or leave monitor out: the rate then goes by the loss on train',
  );
};

/** Gradients of few examples are noise; of very many, they can lead into worse minima, and cost more than they tell. */
const tellOfBatchSize = ({ params, notice }: StageContext<TrainParams>): void => {
  const { batch_size, batch_size_reason, optimizer } = params;
  const examples = batch_size * optimizer.accumulate;
  if (batch_size_reason !== undefined || (examples >= 16 && examples <= 256)) return;
  const product =
    optimizer.accumulate === 1 ? '' : ` (batch_size ${batch_size} × optimizer.accumulate ${optimizer.accumulate})`;
  notice(
    `a step has ${examples} ${examples === 1 ? 'example' : 'examples'}${product}, and 16 to 256 are usual: "batch_size_reason" says why, and silences this`,
  );
};
