import type * as tf from '@tensorflow/tfjs-core';
import type { GraphNode, ValueName } from './graph.ts';
import { nativeBackend, type Output } from './native.ts';
import { openSession } from './session.ts';
import { Untraceable } from './trace.ts';
import { allSet, getter, type Held, holding, setter } from './variables.ts';

/** A session with the tensors that stay in it from run to run. */
export interface HoldingSession {
  /** Gives variables the values of tensors, each by its name. */
  set(held: Readonly<Record<string, Held>>, values: Tensors): void;
  /** The variables' values as they are now; the caller disposes of them. */
  get(held: Readonly<Record<string, Held>>): tf.NamedTensorMap;
  /** Feeds tensors of the binding, which it deletes, by the names of values, and reads what one value comes to. */
  fetch(feeds: Readonly<Record<string, number>>, fetched: ValueName): ArrayLike<number> & Iterable<number>;
  close(): void;
}

type Tensors = Readonly<Record<string, tf.Tensor>>;

/**
 * Opens a session that holds variables beside what `nodes` compute with them.
 *
 * @throws Untraceable where TensorFlow refuses the graph.
 */
export const openHolding = (all: readonly Held[], nodes: readonly GraphNode[]): HoldingSession => {
  const backend = nativeBackend();
  const { binding } = backend;
  const session = saying('TensorFlow refuses its graph', () => openSession([...holding(all, binding), ...nodes]));
  return {
    set: (held, values) => {
      const feeds = Object.entries(held).map(
        ([name, each]) => [setter(each), backend.getInputTensorIds([values[name]!])[0]!] as const,
      );
      for (const { id } of session.run(Object.fromEntries(feeds), [allSet])) binding.deleteTensor(id);
    },
    get: (held) => {
      const names = Object.keys(held);
      if (names.length === 0) return {};
      const outputs = session.run({}, Object.values(held).map(getter));
      return Object.fromEntries(outputs.map((output, at) => [names[at]!, backend.createOutputTensor(output)]));
    },
    fetch: (feeds, fetched) => {
      const outputs: Output[] = [];
      try {
        outputs.push(...session.run(feeds, [fetched]));
        return binding.tensorDataSync(outputs[0]!.id);
      } finally {
        for (const id of [...Object.values(feeds), ...outputs.map((output) => output.id)]) binding.deleteTensor(id);
      }
    },
    close: () => session.close(),
  };
};

/** Numbers variables of float32, the first of them `first`, by the names of tensors that have their shapes. */
export const hold = (tensors: Tensors, first: number): Record<string, Held> => {
  const { TF_FLOAT: dtype } = nativeBackend().binding;
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape }], at) => [name, { index: first + at, shape, dtype }]),
  );
};

/**
 * Runs a graph for the first time, so that what TensorFlow cannot run is found before anything is trained.
 *
 * @param run what the graph says that the losses are.
 * @param expected the same losses, computed op by op.
 * @throws Untraceable where it does not run, or gives others.
 */
export const tryGraph = (run: () => readonly number[], expected: readonly number[]): void => {
  const found = saying('TensorFlow cannot run its graph', run);
  for (const [at, loss] of expected.entries()) {
    const bound = 1e-3 * Math.max(1, Math.abs(loss));
    if (Number.isFinite(loss) && !(Math.abs(found[at]! - loss) <= bound))
      throw new Untraceable(`its graph gives the loss ${found[at]} instead of ${loss}`);
  }
};

const saying = <Result>(what: string, run: () => Result): Result => {
  try {
    return run();
  } catch (error) {
    throw new Untraceable(`${what}: ${String((error as Error).message).split('\n')[0]!}`);
  }
};
