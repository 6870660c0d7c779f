import * as tf from '@tensorflow/tfjs-core';
import type { ValueName } from '../backends/tensorflow/graph.ts';
import { type HoldingSession, hold, openHolding, tryGraph } from '../backends/tensorflow/holding-session.ts';
import { nativeBackend, type Values } from '../backends/tensorflow/native.ts';
import { type Held, lending, lentSet, setter } from '../backends/tensorflow/variables.ts';
import { elementsOf } from '../data/rows.ts';
import type { Batch, HeldBatch } from './batches.ts';
import { type CompiledStep, compileStep, everyHeld, type Holdings } from './compile.ts';
import { squaresFrom } from './compiled-measures.ts';
import type { NativeUpdate } from './optimizers/optimizer.ts';
import { diverged, type Reading } from './readings.ts';
import type { Trainee } from './step.ts';
import type { Stepper, StepperOptions } from './stepper.ts';
import type { StepPlace, Tensors } from './transforms.ts';
import { download } from './variables.ts';

export interface CompiledOptions extends StepperOptions {
  readonly native: NativeUpdate | undefined;
  /** For each size that a batch can have, two batches of it, to try the step on. */
  readonly samples: readonly (readonly [Batch, Batch])[];
  /**
   * All examples' features, of which the samples begin with the first: the session holds them, and takes each batch out
   * itself. Absent: it is given every batch.
   */
  readonly data?: Float32Array | undefined;
}

/**
 * The whole step as one graph of TensorFlow's, run with one call; weights and what the optimizer remembers stay in its
 * session. For the backend `tensorflow`.
 *
 * @param start what the optimizer remembers so far; it is disposed of once it is in the session.
 * @throws Untraceable with the reason why the step cannot be compiled; then nothing has changed.
 */
export const compiledStepper = (trainee: Trainee, start: Tensors, options: CompiledOptions): Stepper => {
  const { native, masks, measures, samples, entered, first = 0 } = options;
  const holdings = holdingsOf(trainee, start);
  const data = options.data && dataOf(options.data, trainee, everyHeld(holdings).length);
  const steps = new Map(
    samples.map((batches) => [
      batches[0].rows,
      compileStep({ trainee, native, masks, state: start, holdings, batches, data }),
    ]),
  );
  const session = openHolding(everyHeld(holdings), [
    ...(data === undefined ? [] : lending(data, nativeBackend().binding)),
    ...[...steps.values()].flatMap(({ nodes }) => nodes),
  ]);
  const weights = { ...trainee.variables, ...trainee.statistics };
  const heldWeights = { ...holdings.variables, ...holdings.statistics };
  const allHeld = { ...heldWeights, ...holdings.frozen, ...holdings.state };
  const allValues = { ...weights, ...trainee.frozen, ...start };
  try {
    if (data !== undefined) lend(session, data, options.data!);
    for (const [sample] of samples) {
      const step = steps.get(sample.rows)!;
      const batch = data === undefined ? sample : { ...sample, numbers: firstRows(sample.rows) };
      for (const fetched of measures(0) ? [step.measured, step.result] : [step.result]) {
        session.set(allHeld, allValues);
        tryOut(session, step, { batch, fetched, numbers: (native ?? trainee.transform).numbers });
      }
    }
    session.set(allHeld, allValues);
  } catch (error) {
    session.close();
    throw error;
  }
  tf.dispose(start as tf.NamedTensorMap);

  const numbersOf = (native ?? trainee.transform).numbers;
  const readings: Reading[] = [];
  let isSettled = true;
  const take = (batch: Batch | HeldBatch, place: StepPlace): void => {
    isSettled = false;
    const step = steps.get(batch.rows)!;
    entered('transfer');
    const feeds = feedsOf(step, batch, {
      step: place.step,
      numbers: numbersOf({ ...place, step: place.step - first }),
    });
    entered('compute');
    const isMeasured = measures(place.step);
    const [loss, score, ...rest] = session.fetch(feeds, isMeasured ? step.measured : step.result);
    const recorded = step.also === 0 ? {} : { also: rest.slice(0, step.also) };
    const measured = isMeasured ? { squares: squaresFrom(rest.slice(step.also)) } : {};
    readings.push({ ...place, rows: batch.rows, loss: loss! * batch.rows, score: score!, ...recorded, ...measured });
  };
  return {
    ...{ way: 'compiled', take },
    ...(data === undefined ? {} : { takeHeld: take }),
    read: async () => {
      const broken = readings.find(({ loss }) => !Number.isFinite(loss));
      if (broken !== undefined) {
        throw diverged(`the loss of step ${broken.step + 1} is ${broken.loss / broken.rows}`);
      }
      return readings.splice(0);
    },
    settle: () => {
      if (isSettled) return;
      isSettled = true;
      const values = session.get(heldWeights);
      for (const [name, variable] of Object.entries(weights)) variable.assign(values[name]!);
      tf.dispose(values);
    },
    state: async () => {
      const values = session.get(holdings.state);
      const copies = await download('optimizer', values);
      tf.dispose(values);
      return copies;
    },
    close: () => session.close(),
  };
};

const holdingsOf = ({ variables, statistics, frozen = {} }: Trainee, state: Tensors): Holdings => {
  let index = 0;
  const next = (tensors: Tensors): Record<string, Held> => {
    const held = hold(tensors, index);
    index += Object.keys(held).length;
    return held;
  };
  return { variables: next(variables), statistics: next(statistics), frozen: next(frozen), state: next(state) };
};

const dataOf = ({ length }: Float32Array, { featureShape }: Trainee, index: number): Held => {
  const rows = length / elementsOf(featureShape);
  return { index, shape: [rows, ...featureShape], dtype: nativeBackend().binding.TF_FLOAT };
};

/** Gives the session all examples. */
const lend = (session: HoldingSession, data: Held, features: Float32Array): void => {
  const tensor = nativeBackend().binding.createTensor(data.shape, data.dtype, features);
  session.fetch({ [setter(data)]: tensor }, lentSet(data));
};

const firstRows = (count: number): Int32Array => Int32Array.from({ length: count }, (_, row) => row);

const tryOut = (session: HoldingSession, step: CompiledStep, { batch, fetched, numbers }: Trial): void => {
  const place = { step: 10, rate: 1 };
  const run = (): number[] => {
    const feeds = feedsOf(step, batch, { step: place.step, numbers: numbers(place) });
    return [...session.fetch(feeds, fetched)];
  };
  tryGraph(run, [step.loss]);
};

interface Trial {
  readonly batch: Batch | HeldBatch;
  readonly fetched: ValueName;
  readonly numbers: (place: StepPlace) => Readonly<Record<string, number>>;
}

interface Place {
  readonly step: number;
  readonly numbers: Readonly<Record<string, number>>;
}

const feedsOf = (names: CompiledStep, batch: Batch | HeldBatch, { step, numbers }: Place): Record<string, number> => {
  const { binding } = nativeBackend();
  const { rows, target, targetShape, weights } = batch;
  const scalar = (values: Values, dtype: number): number => binding.createTensor([], dtype, values);
  return {
    // What is computed can be fed all the same: a batch of other rows in place of those that the session would take out.
    ...('numbers' in batch
      ? { [names.rows!]: binding.createTensor([rows], binding.TF_INT32, batch.numbers) }
      : { [names.x]: binding.createTensor([rows, ...names.featureShape], binding.TF_FLOAT, batch.features) }),
    [names.y]: binding.createTensor(
      [...targetShape],
      target instanceof Int32Array ? binding.TF_INT32 : binding.TF_FLOAT,
      target,
    ),
    ...(names.w === undefined || weights === undefined
      ? {}
      : { [names.w]: binding.createTensor([rows], binding.TF_FLOAT, weights) }),
    [names.step]: scalar(Int32Array.of(step), binding.TF_INT32),
    ...Object.fromEntries(
      Object.entries(numbers).map(([name, value]) => [
        names.numbers[name]!,
        scalar(Float32Array.of(value), binding.TF_FLOAT),
      ]),
    ),
  };
};
