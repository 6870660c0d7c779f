import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { DiagnosisMemorization } from '../../types/generated/diagnosis.ts';
import type { Examples } from '../data/examples.ts';
import { noTag } from '../data/tags.ts';
import type { MaskSource } from '../models/dropout.ts';
import { initialize } from '../models/initialize.ts';
import { connectMasks } from '../models/layers/masks.ts';
import { outputsOf } from '../models/predict.ts';
import { derive, type Stream, shuffle, stream } from '../random.ts';
import type { Listener } from '../training/events.ts';
import { makeOptimizer, type OptimizerParams } from '../training/optimizers/make.ts';
import { makeSchedule, type ScheduleParams } from '../training/schedules/make.ts';
import { taskFor, withLossWeights } from '../training/task-for.ts';
import { train } from '../training/train.ts';
import { answersOf } from './answers.ts';
import type { JudgedTarget } from './judged-target.ts';
import { reachOf } from './reach.ts';
import { someOf, targetsOf } from './sample.ts';

/** How the training went that the control repeats: as far as params of train say. */
export interface TrainingPlan {
  readonly optimizer: OptimizerParams;
  readonly schedule: ScheduleParams & { readonly horizon?: number };
  readonly batch_size: number;
  readonly label_smoothing: number;
  /** By the names of several targets. */
  readonly loss_weights?: Readonly<Record<string, number>>;
  readonly compile: boolean;
}

export interface MemorizationOptions {
  readonly plan: TrainingPlan;
  /** Epochs that the training had. */
  readonly epochs: number;
  /** Examples at most: they bound the cost. */
  readonly most: number;
  readonly seed: number;
  /** The target that it is about. */
  readonly judged: JudgedTarget;
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
 * there, a training's own result on train can be without having learnt anything. Nothing is augmented. Lists of labels,
 * tensors and several targets go from row to row as they are; tags, from word to word.
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
  const { plan, epochs, most, seed, judged } = options;
  const random = withRandomTargets(someOf(examples, most), derive(seed, 'targets'));
  const given = withLossWeights(random, plan.loss_weights);
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
      ...{ task: taskFor(given, { labelSmoothing: plan.label_smoothing }), compile: plan.compile },
      schedule: makeSchedule(unmonitored(curve), { stepsPerEpoch, horizon, monitor }),
      batchSize: plan.batch_size,
      shuffleSeed: derive(seed, 'shuffle'),
      scratch: options.scratch,
      checkpointSeconds: 300,
    },
    { signal: options.signal, tell: options.tell },
  );
  const truth = judged.examples(given);
  const answers = answersOf(judged.outputs(await outputsOf(network, given)), truth);
  const { measure, value, chance } = reachOf(answers, truth);
  const { steps } = costOf(examples, options);
  return { examples: given.rows, of: examples.rows, epochs, steps, measure, random: value, chance, actual };
};

/** By its own loss on train, since there is nothing to validate by. */
const unmonitored = (schedule: ScheduleParams): ScheduleParams => {
  if (schedule.name !== 'plateau') return schedule;
  const { monitor: _, mode: __, ...rest } = schedule;
  return rest;
};

/** The targets in another order, each as often as before; no weights, and nothing augmented. */
const withRandomTargets = (examples: Examples, seed: number): Examples => {
  const { weights: _, classWeights: __, ...rest } = examples;
  const { target, rows, targets: [part] = [] } = examples;
  const random = stream(seed);
  if (part?.kind === 'tags') return { ...rest, target: shuffledTags(target, random), augment: null };
  const order = shuffle(new Int32Array(rows).map((___, row) => row), random); // biome-ignore format: one call
  return { ...rest, target: targetsOf(target, order, target.length / rows), augment: null };
};

/** Rows are of different lengths: each word gets the tag of any word. */
const shuffledTags = (target: Examples['target'], random: Stream): Examples['target'] => {
  const tags = shuffle(
    target.filter((tag) => tag !== noTag),
    random,
  );
  let next = 0;
  return target.map((tag) => (tag === noTag ? noTag : tags[next++]!));
};
