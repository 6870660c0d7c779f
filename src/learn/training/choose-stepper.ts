import * as tf from '@tensorflow/tfjs-core';
import { bridgeMissingKernels } from '../backends/bridge.ts';
import { Untraceable } from '../backends/tensorflow/trace.ts';
import type { Examples } from '../data/examples.ts';
import type { MaskSource } from '../models/dropout.ts';
import { tryOutputs } from '../models/predict.ts';
import { type Batch, batchOf } from './batches.ts';
import { compiledStepper } from './compiled-stepper.ts';
import type { Listener } from './events.ts';
import { squaresOf } from './measures.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import { computeStep, type Trainee, tensorsOf } from './step.ts';
import { eagerStepper, type Phase, type Stepper } from './stepper.ts';
import { scalarsOf, type Tensors } from './transforms.ts';

/** As much of a training as its steps need. */
export interface Stepping {
  readonly train: Examples;
  readonly batchSize: number;
  readonly optimizer: Optimizer;
  readonly masks: MaskSource;
  /** Steps from one that is measured to the next; absent: none is. */
  readonly logEvery?: number;
  /** Whether a step is compiled where the backend can. */
  readonly compile: boolean;
}

/**
 * The way in which the steps of a training are taken: compiled, where that is asked for and the backend is `tensorflow`
 * and the step can be written down as a graph; else op by op. It depends on what is in the fingerprint, and on nothing
 * else.
 *
 * @param start.state what the optimizer remembers so far; the stepper disposes of it.
 * @param start.first the step, over the whole training, from which the optimizer counts its own.
 */
export const stepperFor = async (
  stepping: Stepping,
  trainee: Trainee,
  { state, tell, first = 0 }: { readonly state: Tensors; readonly tell: Listener; readonly first?: number },
): Promise<Stepper> => {
  const { masks, compile, optimizer, logEvery } = stepping;
  const measures = (step: number) => logEvery !== undefined && step % logEvery === 0;
  const options = { masks, measures, first, entered: (phase: Phase) => tell({ type: 'entered', phase }) };
  await bridgeFor(trainee, stepping, tell);
  if (compile && tf.getBackend() === 'tensorflow') {
    try {
      const samples = samplesOf(stepping);
      const given = { native: optimizer.native, samples, data: heldOf(stepping.train) };
      const stepper = compiledStepper(trainee, state, { ...options, ...given });
      tell({ type: 'stepping', way: 'compiled' });
      return stepper;
    } catch (error) {
      if (!(error instanceof Untraceable)) throw error;
      tell({ type: 'stepping', way: 'eager', reason: error.message });
    }
  } else {
    tell({ type: 'stepping', way: 'eager' });
  }
  return eagerStepper(trainee, state, options);
};

/** Bridges the kernels that a step or judging validation needs and the backend lacks, and tells their names. */
export const bridgeFor = async (
  trainee: Trainee,
  stepping: Pick<Stepping, 'train' | 'masks'>,
  tell: Listener,
): Promise<void> => {
  await tell({ type: 'bridged', kernels: await bridgeMissingKernels(() => tryStep(trainee, stepping)) });
};

/** A step on two rows that changes nothing; and outputs as validation has them, for which layers may take other kernels. */
const tryStep = (trainee: Trainee, { train, masks }: Pick<Stepping, 'train' | 'masks'>): void =>
  tf.tidy(() => {
    masks.step = 0;
    const numbers = scalarsOf(trainee.transform.numbers({ step: 0, rate: 0 }));
    const batch = tensorsOf(trainee, batchOf(train, Int32Array.from([0, train.rows - 1]), 1));
    const taken = computeStep(trainee, batch, trainee.transform.init(trainee.variables, trainee.statistics), numbers);
    squaresOf({ ...trainee, ...taken });
    tryOutputs(trainee.network, train);
  });

/** What the session holds of the examples: their features, where no epoch alters them and they are not too many. */
const heldOf = ({ augment, features }: Examples): Float32Array | undefined =>
  augment === null && features.byteLength <= mostBytesHeld ? features : undefined;

const mostBytesHeld = 2 ** 30;

/** For each size of batch in an epoch, two batches of it: the first rows, forwards and backwards. */
const samplesOf = ({ train, batchSize }: Stepping): (readonly [Batch, Batch])[] => {
  const sizes = [Math.min(batchSize, train.rows), train.rows % batchSize].filter((size) => size > 0);
  return [...new Set(sizes)].map((size) => {
    const rows = Int32Array.from({ length: size }, (_, row) => row);
    return [batchOf(train, rows, 1), batchOf(train, rows.toReversed(), 1)];
  });
};
