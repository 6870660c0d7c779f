import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { DiagnosisMemorization, Estimate } from '../../types/generated/diagnosis.ts';
import type { Examples } from '../data/examples.ts';
import { wilson } from '../metrics/interval.ts';
import type { MaskSource } from '../models/dropout.ts';
import { initialize } from '../models/initialize.ts';
import { connectMasks } from '../models/layers/masks.ts';
import { outputsOf } from '../models/predict.ts';
import { derive, shuffle, stream } from '../random.ts';
import type { Listener } from '../training/events.ts';
import { makeOptimizer, type OptimizerParams } from '../training/optimizers/make.ts';
import { makeSchedule, type ScheduleParams } from '../training/schedules/make.ts';
import { taskOf } from '../training/tasks.ts';
import { train } from '../training/train.ts';
import { answersOf, meanOf } from './answers.ts';
import { someOf } from './sample.ts';

/** How the training went that the control repeats: as far as params of train say. */
export interface TrainingPlan {
  readonly optimizer: OptimizerParams;
  readonly schedule: ScheduleParams & { readonly horizon?: number };
  readonly batch_size: number;
  readonly label_smoothing: number;
  readonly compile: boolean;
}

export interface MemorizationOptions {
  readonly plan: TrainingPlan;
  /** Epochs that the training had. */
  readonly epochs: number;
  /** Examples at most: they bound the cost. */
  readonly most: number;
  readonly seed: number;
  readonly scratch: string;
  readonly signal: AbortSignal;
  readonly tell: Listener;
}

/** What a control will cost. */
export const costOf = (
  { rows }: Pick<Examples, 'rows'>,
  { plan, epochs, most }: Pick<MemorizationOptions, 'plan' | 'epochs' | 'most'>,
): { readonly examples: number; readonly steps: number } => {
  const examples = Math.min(rows, most);
  return { examples, steps: epochs * Math.ceil(examples / plan.batch_size) };
};

/**
 * The control of random labels: the network of a model is drawn anew and trained as the model was, with as many epochs,
 * on train with its targets in a random order. There is nothing to learn of them but by heart, so that what it reaches
 * there, a training's own result on train can be without having learnt anything. Nothing is augmented.
 *
 * @param network its weights are lost.
 * @param actual what the model reaches on train with its own targets.
 * @see C. Zhang et al.: Understanding Deep Learning Requires Rethinking Generalization, ICLR 2017.
 * @see D. Arpit et al.: A Closer Look at Memorization in Deep Networks, ICML 2017.
 */
export const memorizationOf = async (
  network: LayersModel,
  { examples, actual }: { readonly examples: Examples; readonly actual: number },
  options: MemorizationOptions,
): Promise<DiagnosisMemorization> => {
  const { plan, epochs, most, seed } = options;
  const given = withRandomTargets(someOf(examples, most), derive(seed, 'targets'));
  const masks: MaskSource = { seed: derive(seed, 'dropout'), step: 0 };
  connectMasks(network, masks);
  initialize(network, derive(seed, 'init'));
  const { horizon = epochs, ...curve } = plan.schedule;
  const optimizer = makeOptimizer(plan.optimizer);
  const stepsPerEpoch = Math.ceil(given.rows / plan.batch_size) / optimizer.batchesPerStep;
  const monitor = { name: 'loss', mode: 'min', minDelta: 0, patience: undefined } as const;
  await train(
    {
      ...{ network, masks, optimizer, monitor, epochs, train: given, validation: null, keep: 'last' },
      ...{ task: taskOf(given.classes, undefined, plan.label_smoothing), compile: plan.compile },
      schedule: makeSchedule(unmonitored(curve), { stepsPerEpoch, horizon, monitor }),
      batchSize: plan.batch_size,
      shuffleSeed: derive(seed, 'shuffle'),
      scratch: options.scratch,
      checkpointSeconds: 300,
    },
    { signal: options.signal, tell: options.tell },
  );
  const answers = answersOf(await outputsOf(network, given), given);
  const { steps } = costOf(examples, options);
  const counts = { examples: given.rows, of: examples.rows, epochs, steps };
  if (given.classes === null) {
    const variance = meanOf(squaresAbout(given.target));
    const r2 = variance === 0 ? 0 : 1 - meanOf(answers.losses) / variance;
    return { ...counts, measure: 'r2', random: exactly(r2), chance: 0, actual };
  }
  const random = wilson(meanOf(answers.scores), given.rows);
  return { ...counts, measure: 'accuracy', random, chance: shareOfMost(given), actual };
};

const exactly = (value: number): Estimate => ({ value, low: value, high: value });

/** By its own loss on train, since there is nothing to validate by. */
const unmonitored = (schedule: ScheduleParams): ScheduleParams => {
  if (schedule.name !== 'plateau') return schedule;
  const { monitor: _, mode: __, ...rest } = schedule;
  return rest;
};

/** The targets in another order, each as often as before; no weights, and nothing augmented. */
const withRandomTargets = (examples: Examples, seed: number): Examples => {
  const { weights: _, classWeights: __, ...rest } = examples;
  return { ...rest, target: shuffle(examples.target.slice(), stream(seed)), augment: null };
};

const squaresAbout = (values: ArrayLike<number>): Float64Array => {
  const mean = meanOf(values);
  return Float64Array.from(values, (value) => (value - mean) ** 2);
};

const shareOfMost = ({ target, classes, rows }: Examples): number => {
  const counts = new Array<number>(classes!.length).fill(0);
  for (const index of target) counts[index]! += 1;
  return Math.max(...counts) / rows;
};
