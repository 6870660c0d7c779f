import * as tf from '@tensorflow/tfjs-core';
import type { ValueName } from '../backends/tensorflow/graph.ts';
import { nativeBackend, type Output, type Values } from '../backends/tensorflow/native.ts';
import { openSession, type Session } from '../backends/tensorflow/session.ts';
import { Untraceable } from '../backends/tensorflow/trace.ts';
import { allSet, getter, type Held, holding, lending, lentSet, setter } from '../backends/tensorflow/variables.ts';
import { elementsOf } from '../data/rows.ts';
import type { Batch, HeldBatch } from './batches.ts';
import { type CompiledStep, compileStep, everyHeld, type Holdings } from './compile.ts';
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
  const session = open(holdings, steps, data);
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
        set(session, allHeld, allValues);
        tryOut(session, step, { batch, fetched, numbers: (native ?? trainee.transform).numbers });
      }
    }
    set(session, allHeld, allValues);
  } catch (error) {
    session.close();
    throw error;
  }
  tf.dispose(start as tf.NamedTensorMap);

  const numbersOf = (native ?? trainee.transform).numbers;
  const readings: Reading[] = [];
  const take = (batch: Batch | HeldBatch, place: StepPlace): void => {
    const step = steps.get(batch.rows)!;
    entered('transfer');
    const feeds = feedsOf(step, batch, {
      step: place.step,
      numbers: numbersOf({ ...place, step: place.step - first }),
    });
    entered('compute');
    const isMeasured = measures(place.step);
    const [loss, score, ...rest] = runStep(session, feeds, isMeasured ? step.measured : step.result);
    const recorded = step.also === 0 ? {} : { also: rest.slice(0, step.also) };
    const squares = rest.slice(step.also);
    const measured = isMeasured ? { squares: Float32Array.from(squares) } : {};
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
      const values = get(session, heldWeights);
      for (const [name, variable] of Object.entries(weights)) variable.assign(values[name]!);
      tf.dispose(values as tf.NamedTensorMap);
    },
    state: async () => {
      const values = get(session, holdings.state);
      const copies = await download('optimizer', values);
      tf.dispose(values as tf.NamedTensorMap);
      return copies;
    },
    close: () => session.close(),
  };
};

const holdingsOf = ({ variables, statistics, frozen = {} }: Trainee, state: Tensors): Holdings => {
  let index = 0;
  const hold = (tensors: Tensors): Record<string, Held> =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, { shape }]) => [
        name,
        { index: index++, shape, dtype: nativeBackend().binding.TF_FLOAT },
      ]),
    );
  return { variables: hold(variables), statistics: hold(statistics), frozen: hold(frozen), state: hold(state) };
};

const dataOf = ({ length }: Float32Array, { featureShape }: Trainee, index: number): Held => {
  const rows = length / elementsOf(featureShape);
  return { index, shape: [rows, ...featureShape], dtype: nativeBackend().binding.TF_FLOAT };
};

const open = (holdings: Holdings, steps: ReadonlyMap<number, CompiledStep>, data: Held | undefined): Session => {
  const { binding } = nativeBackend();
  const all = everyHeld(holdings);
  const lent = data === undefined ? [] : lending(data, binding);
  const nodes = [...steps.values()].flatMap((step) => step.nodes);
  try {
    return openSession([...holding(all, binding), ...lent, ...nodes]);
  } catch (error) {
    throw new Untraceable(`TensorFlow refuses its graph: ${firstLine(error)}`);
  }
};

const firstLine = (error: unknown): string => String((error as Error).message).split('\n')[0]!;

/** Runs a step for the first time, so that what TensorFlow cannot run is found before anything is trained. */
const tryOut = (session: Session, step: CompiledStep, { batch, fetched, numbers }: Trial): void => {
  const place = { step: 10, rate: 1 };
  let loss = Number.NaN;
  try {
    const feeds = feedsOf(step, batch, { step: place.step, numbers: numbers(place) });
    [loss = Number.NaN] = runStep(session, feeds, fetched);
  } catch (error) {
    throw new Untraceable(`TensorFlow cannot run its graph: ${firstLine(error)}`);
  }
  const bound = 1e-3 * Math.max(1, Math.abs(step.loss));
  if (Number.isFinite(step.loss) && !(Math.abs(loss - step.loss) <= bound)) {
    throw new Untraceable(`its graph gives the loss ${loss} instead of ${step.loss}`);
  }
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

const runStep = (
  session: Session,
  feeds: Readonly<Record<string, number>>,
  fetched: ValueName,
): ArrayLike<number> & Iterable<number> => {
  const { binding } = nativeBackend();
  const outputs: Output[] = [];
  try {
    outputs.push(...session.run(feeds, [fetched]));
    return binding.tensorDataSync(outputs[0]!.id);
  } finally {
    for (const id of [...Object.values(feeds), ...outputs.map((output) => output.id)]) binding.deleteTensor(id);
  }
};

/** Gives the session all examples. */
const lend = (session: Session, data: Held, features: Float32Array): void => {
  const { binding } = nativeBackend();
  const tensor = binding.createTensor(data.shape, data.dtype, features);
  const outputs = session.run({ [setter(data)]: tensor }, [lentSet(data)]);
  for (const id of [tensor, ...outputs.map((output) => output.id)]) binding.deleteTensor(id);
};

const firstRows = (count: number): Int32Array => Int32Array.from({ length: count }, (_, row) => row);

const set = (session: Session, held: Readonly<Record<string, Held>>, values: Tensors): void => {
  const backend = nativeBackend();
  const feeds = Object.entries(held).map(
    ([name, each]) => [setter(each), backend.getInputTensorIds([values[name]!])[0]!] as const,
  );
  for (const { id } of session.run(Object.fromEntries(feeds), [allSet])) backend.binding.deleteTensor(id);
};

const get = (session: Session, held: Readonly<Record<string, Held>>): Tensors => {
  const names = Object.keys(held);
  if (names.length === 0) return {};
  const outputs = session.run({}, Object.values(held).map(getter));
  return Object.fromEntries(outputs.map((output, at) => [names[at]!, nativeBackend().createOutputTensor(output)]));
};
