import * as tf from '@tensorflow/tfjs-core';
import type { Findings } from '../../../types/generated/findings.ts';
import { derive, shuffle, stream } from '../../random.ts';
import { batchOf } from '../batches.ts';
import { bridgeFor } from '../choose-stepper.ts';
import type { Listener } from '../events.ts';
import { freeze, phasesOf, thaw } from '../phases.ts';
import type { Training } from '../train.ts';
import { traineeOf } from '../trainee.ts';
import { checkLabels } from './labels.ts';
import { leftOut, type Outcome, type Subject } from './subject.ts';
import { checkOverfit, checkShuffledLabels } from './trained.ts';
import { checkGradients, checkInitialLoss, checkInput } from './untrained.ts';

/**
 * Looks a training over before its first step, with the layers that learn in its first phase. Network, masks and every stream are afterwards what they were: with it
 * and without, the same weights are learned.
 *
 * @param seed of preflight's own draws.
 */
export const inspect = async (
  training: Training,
  { seed, tell }: { readonly seed: number; readonly tell: Listener },
): Promise<Pick<Findings, 'checks' | 'findings'>> => {
  freeze(training.network, phasesOf(training)[0]!.learns);
  try {
    return await look(training, { seed, tell });
  } finally {
    thaw(training.network);
  }
};

const look = async (
  training: Training,
  { seed, tell }: { readonly seed: number; readonly tell: Listener },
): Promise<Pick<Findings, 'checks' | 'findings'>> => {
  const outcomes = [checkLabels(training.train, { task: training.task, outputs: outputShape(training) })];
  if (outcomes[0]!.finding?.severity === 'error')
    outcomes.push(...rest.map((id) => leftOut(id, 'the labels are wrong')));
  else outcomes.push(...(await lookOver(await subjectOf(training, { seed, tell }))));
  return { checks: outcomes.map(({ check }) => check), findings: outcomes.flatMap(({ finding }) => finding ?? []) };
};

/** What is told where preflight is switched off. */
export const notInspected: Pick<Findings, 'checks' | 'findings'> = {
  checks: (
    ['labels', 'initial-loss', 'input-ignored', 'gradient-flow', 'overfit-batch', 'shuffled-labels'] as const
  ).map((id) => leftOut(id, 'preflight is switched off').check),
  findings: [],
};

const rest = ['initial-loss', 'input-ignored', 'gradient-flow', 'overfit-batch', 'shuffled-labels'] as const;

const lookOver = async (subject: Subject): Promise<readonly Outcome[]> => {
  const slow = tooSlow(subject);
  return [
    await checkInitialLoss(subject),
    await checkInput(subject),
    await checkGradients(subject),
    ...(slow === undefined
      ? await trials(subject)
      : [leftOut('overfit-batch', slow), leftOut('shuffled-labels', slow)]),
  ];
};

const trials = async (subject: Subject): Promise<readonly Outcome[]> => {
  const { outcome, rate } = await checkOverfit(subject);
  return [outcome, await checkShuffledLabels(subject, rate)];
};

/** Why some hundred steps of a trial would take too long, if so. Never by a clock: equal trainings have equal findings. */
const tooSlow = ({ trainee: { network } }: Subject): string | undefined => {
  if (tf.getBackend() === 'cpu') return 'plain JavaScript is too slow for trials';
  const parameters = network.countParams();
  if (parameters > mostParameters) return `a network of ${parameters} parameters is too slow for trials`;
  const places = placesOf(network);
  return places > mostPlaces ? `a recurrent network over ${places} places is too slow for trials` : undefined;
};

const mostParameters = 5_000_000;

/** Steps of a trial are taken op by op, and a recurrent layer has tens of ops for each place. */
const mostPlaces = 48;

/** Places over which a network goes one by one, by the longest of its inputs; 0 where it has no recurrent layer. */
const placesOf = ({ layers, inputs }: Training['network']): number =>
  layers.some((layer) => /RNN|LSTM|GRU|Bidirectional/.test(layer.getClassName()))
    ? Math.max(0, ...inputs.map(({ shape }) => shape[1] ?? 0))
    : 0;

const subjectOf = async (
  training: Training,
  { seed, tell }: { readonly seed: number; readonly tell: Listener },
): Promise<Subject> => {
  const trainee = traineeOf(training);
  await bridgeFor(trainee, training, tell);
  const examples = { ...training.train, augment: null };
  const order = Int32Array.from({ length: examples.rows }, (_, row) => row);
  const sample = shuffle(order, stream(derive(seed, 'sample'))).slice(0, 1440);
  const batch = batchOf(examples, sample.subarray(0, 64), 1);
  return { trainee, masks: training.masks, examples, sample, batch, seed: derive(seed, 'masks') };
};

/** Of several outputs, and of one with more than one axis, all elements together. */
const outputShape = ({ network: { outputs } }: Training): readonly (number | null)[] => {
  const [{ shape }, ...others] = outputs as [Training['network']['outputs'][number]];
  if (others.length === 0 && shape.length === 2) return shape;
  return [null, outputs.reduce((sum, each) => sum + each.shape.slice(1).reduce<number>((all, size) => all * (size ?? 1), 1), 0)]; // biome-ignore format: one line
};
