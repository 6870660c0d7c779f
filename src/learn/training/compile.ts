import * as tf from '@tensorflow/tfjs-core';
import { constant, type GraphNode, type Kind, neededFor, nodeOf, output, placeholder, stacked, type ValueName } from '../backends/tensorflow/graph.ts'; // biome-ignore format: one line
import { type NativeBinding, nativeBackend } from '../backends/tensorflow/native.ts';
import { rewritten } from '../backends/tensorflow/rewrite.ts';
import { refuseDifference, type Trace, trace } from '../backends/tensorflow/trace.ts';
import { gathering, type Held, handle, reading, writing } from '../backends/tensorflow/variables.ts';
import type { MaskSource } from '../models/dropout.ts';
import type { Batch } from './batches.ts';
import { measuring } from './compiled-measures.ts';
import { gradient, type NativeUpdate } from './optimizers/optimizer.ts';
import { differentiate, type Trainee, tensorsOf } from './step.ts';
import { type StepPlace, scalarsOf, type Tensors } from './transforms.ts';

/** What a session holds for a training, by the names of weights and of what the optimizer remembers. */
export interface Holdings {
  readonly variables: Readonly<Record<string, Held>>;
  readonly statistics: Readonly<Record<string, Held>>;
  /** Weights that are read, and never written. */
  readonly frozen: Readonly<Record<string, Held>>;
  readonly state: Readonly<Record<string, Held>>;
}

/** All that a session holds. */
export const everyHeld = ({ variables, statistics, frozen, state }: Holdings): readonly Held[] =>
  [variables, statistics, frozen, state].flatMap((held) => Object.values(held));

/** What is compiled. */
export interface Compilation {
  readonly trainee: Trainee;
  readonly native: NativeUpdate | undefined;
  readonly masks: MaskSource;
  /** Tensors of the optimizer's state, of the shapes that it has. */
  readonly state: Tensors;
  readonly holdings: Holdings;
  /** Two batches of one size, of which at least the order differs; their content does not matter. */
  readonly batches: readonly [Batch, Batch];
  /** All examples' features, [rows, ...featureShape], where the session has them; absent: batches are fed. */
  readonly data?: Held | undefined;
}

/** The step of batches of one size. */
export interface CompiledStep {
  readonly nodes: readonly GraphNode[];
  /** Values that are fed: the batch, the number of the step, and numbers of the step's place, by their names. */
  readonly x: ValueName;
  /** Fed in place of `x` where the session has all examples: the numbers of the batch's rows. */
  readonly rows?: ValueName;
  readonly y: ValueName;
  /** Absent where rows have no weights. */
  readonly w?: ValueName;
  readonly step: ValueName;
  readonly numbers: Readonly<Record<string, ValueName>>;
  /** The value that is fetched: [loss, score, …also]. With it all updates are made. */
  readonly result: ValueName;
  /** The same with the step measured: [loss, score, …also, …halves of squares]. */
  readonly measured: ValueName;
  /** How many values the task has recorded beside loss and score. */
  readonly also: number;
  /** Shape of one example's features. */
  readonly featureShape: readonly number[];
  /** The loss of the first batch, computed op by op. */
  readonly loss: number;
}

/**
 * Writes down one step of a training as a graph that reads and writes resource variables.
 *
 * The step is traced twice, with other batches and at another place: whatever differs between the two would have been
 * frozen into the graph.
 *
 * @throws Untraceable where the step cannot be written down.
 */
export const compileStep = (compilation: Compilation): CompiledStep => {
  const [first, second] = compilation.batches.map((batch, at) =>
    traceStep(compilation, batch, { step: 10 + at, rate: 1 / (1 + at) }),
  ) as [Traced, Traced];
  refuseDifference(first.trace, second.trace);
  return assemble(compilation, first);
};

interface Traced {
  readonly trace: Trace;
  readonly names: Names;
  readonly loss: number;
}

/** Of the values that a step starts from. */
interface Names {
  readonly prefix: string;
  readonly x: ValueName;
  readonly rows: ValueName;
  readonly y: ValueName;
  readonly w: ValueName;
  readonly step: ValueName;
  readonly number: (name: string) => ValueName;
  /** The node that reads a variable at the beginning of the step. */
  readonly reader: (held: Held) => string;
}

const namesFor = (rows: number): Names => {
  const prefix = `batch${rows}/`;
  const named = (name: string): ValueName => output(prefix + name);
  return {
    ...{ prefix, x: named('x'), rows: named('rows'), y: named('y'), w: named('w'), step: named('step') },
    number: (name) => named(`number/${name}`),
    reader: ({ index }) => `${prefix}read${index}`,
  };
};

const traceStep = (compilation: Compilation, batch: Batch, place: StepPlace): Traced => {
  const { trainee, native, masks, state, holdings } = compilation;
  const names = namesFor(batch.rows);
  const tensors = tensorsOf(trainee, batch);
  const { x, y, w } = tensors;
  const step = tf.scalar(place.step, 'int32');
  const numbers = scalarsOf(native === undefined ? trainee.transform.numbers(place) : {});
  const losses: tf.Tensor[] = [];
  masks.step = step;
  try {
    const read = (held: Readonly<Record<string, Held>>, tensors: Tensors): [ValueName, tf.Tensor][] =>
      Object.entries(held).map(([name, each]) => [output(names.reader(each)), tensors[name]!]);
    const inputs = Object.fromEntries([
      ...[[names.x, x] as const, [names.y, y] as const, [names.step, step] as const],
      ...(w === undefined ? [] : [[names.w, w] as const]),
      ...Object.entries(numbers).map(([name, scalar]) => [names.number(name), scalar] as const),
      ...read(holdings.variables, trainee.variables),
      ...read(holdings.statistics, trainee.statistics),
      ...read(holdings.frozen, trainee.frozen ?? {}),
      ...read(holdings.state, state),
    ]);
    const compute = (): Tensors => {
      const { loss, score, also, gradients, statistics } = differentiate(trainee, tensors);
      losses.push(tf.keep(loss));
      const changed = native === undefined ? updated(trainee, gradients, { state, numbers, statistics }) : {};
      const others = Object.fromEntries(also.map((scalar, at) => [`also ${at}`, scalar]));
      return { loss, score, ...others, ...named(gradients), ...changed, ...statistics };
    };
    const found = trace(compute, { inputs, prefix: names.prefix });
    return { trace: found, names, loss: losses[0]!.dataSync()[0]! };
  } finally {
    masks.step = 0;
    tf.dispose([...Object.values(tensors), step, ...Object.values(numbers), ...losses]);
  }
};

const gradientOf = (variable: string): string => `gradient of ${variable}`;

const named = (gradients: Tensors): Tensors =>
  Object.fromEntries(Object.entries(gradients).map(([name, tensor]) => [gradientOf(name), tensor]));

/** What variables and state are after the step, by their names. */
const updated = (
  { variables, transform }: Trainee,
  gradients: Tensors,
  { state, ...given }: { readonly state: Tensors; readonly numbers: Tensors; readonly statistics: Tensors },
): Tensors => {
  const { updates, state: next } = transform.update(gradients, state, { ...given, variables });
  const moved = Object.entries(variables).map(([name, variable]) => [name, tf.add(variable, updates[name]!)] as const);
  return { ...Object.fromEntries(moved), ...next };
};

const assemble = (compilation: Compilation, { trace: { nodes, outputs }, names, loss }: Traced): CompiledStep => {
  const { trainee, native, holdings, batches, data } = compilation;
  const { binding } = nativeBackend();
  const all = everyHeld(holdings);
  const batch = batches[0];
  const float: Kind = { shape: [], dtype: binding.TF_FLOAT };
  const numbers = Object.keys((native ?? trainee.transform).numbers({ step: 0, rate: 1 }));
  const inputs = [
    ...(data === undefined
      ? [placeholder(nodeOf(names.x), { shape: [batch.rows, ...trainee.featureShape], dtype: binding.TF_FLOAT })]
      : [
          placeholder(nodeOf(names.rows), { shape: [batch.rows], dtype: binding.TF_INT32 }),
          gathering(nodeOf(names.x), data, { rows: names.rows, count: batch.rows, native: binding }),
        ]),
    placeholder(nodeOf(names.y), {
      shape: batch.targetShape,
      dtype: batch.target instanceof Int32Array ? binding.TF_INT32 : binding.TF_FLOAT,
    }),
    ...(batch.weights === undefined ? [] : [placeholder(nodeOf(names.w), { shape: [batch.rows], dtype: binding.TF_FLOAT })]), // biome-ignore format: one line
    placeholder(nodeOf(names.step), { shape: [], dtype: binding.TF_INT32 }),
    ...numbers.map((name) => placeholder(nodeOf(names.number(name)), float)),
    ...all.map((held) => reading(names.reader(held), held)),
  ];
  const writes =
    native === undefined
      ? writing({ ...holdings.variables, ...holdings.statistics, ...holdings.state }, outputs, names)
      : [
          ...nativeWriting(native, { holdings, outputs, names, binding }),
          ...writing(holdings.statistics, outputs, names),
        ];
  const done = writes.filter(isWrite);
  const measures = measuring(
    Object.entries(holdings.variables).map(([name, held]) => ({
      ...{ held, gradient: outputs[gradientOf(name)]!, before: output(names.reader(held)) },
      writer: done.find(({ inputs: [written] }) => written === handle(held))!.name,
    })),
    { prefix: names.prefix, binding },
  );
  const packed = (name: string, values: readonly ValueName[]): GraphNode =>
    stacked(`${names.prefix}${name}`, values, { dtype: binding.TF_FLOAT, after: done });
  const also = trainee.task.also?.names.map((_, at) => outputs[`also ${at}`]!) ?? [];
  const result = packed('result', [outputs['loss']!, outputs['score']!, ...also]);
  const measured = packed('measured', [outputs['loss']!, outputs['score']!, ...also, ...measures.values]);
  const weighted = batch.weights === undefined ? [] : [names.w];
  const roots = [result.name, measured.name, ...[data === undefined ? names.x : names.rows, names.y, names.step, ...weighted].map(nodeOf), ...numbers.map((name) => nodeOf(names.number(name)))]; // biome-ignore format: one list
  const handles = new Set([...all, ...(data === undefined ? [] : [data])].map((held) => nodeOf(handle(held))));
  return {
    nodes: neededFor(
      rewritten([...inputs, ...nodes, ...writes, result, ...measures.nodes, measured], binding),
      roots,
    ).filter(({ name }) => !handles.has(name)),
    ...{
      x: names.x,
      y: names.y,
      step: names.step,
      result: output(result.name),
      measured: output(measured.name),
      also: also.length,
      loss,
      featureShape: trainee.featureShape,
    },
    ...(batch.weights === undefined ? {} : { w: names.w }),
    ...(data === undefined ? {} : { rows: names.rows }),
    numbers: Object.fromEntries(numbers.map((name) => [name, names.number(name)])),
  };
};

const isWrite = ({ op }: GraphNode): boolean => op === 'AssignVariableOp' || op.startsWith('ResourceApply');

const nativeWriting = (
  native: NativeUpdate,
  {
    holdings,
    outputs,
    names,
    binding,
  }: {
    readonly holdings: Holdings;
    readonly outputs: Readonly<Record<string, ValueName>>;
    readonly names: Names;
    readonly binding: NativeBinding;
  },
): GraphNode[] => {
  const constants = new Map<number, GraphNode>();
  const constantOf = (value: number): ValueName => {
    const name = `${names.prefix}update/constant${constants.size}`;
    const node = constants.get(value) ?? constant(name, { shape: [], dtype: binding.TF_FLOAT, values: Float32Array.of(value) }); // biome-ignore format: one call
    constants.set(value, node);
    return output(node.name);
  };
  const updates = Object.entries(holdings.variables).map(
    ([name, held]): GraphNode => ({
      name: `${names.prefix}update${held.index}`,
      op: native.op,
      inputs: [
        handle(held),
        ...native.slots.map((slot) => handle(holdings.state[`${slot}/${name}`]!)),
        ...native.inputs.map((input) =>
          input === gradient
            ? outputs[gradientOf(name)]!
            : typeof input === 'number'
              ? constantOf(input)
              : names.number(input),
        ),
        `^${names.reader(held)}`,
      ],
      attributes: [{ name: 'T', kind: 'type', value: held.dtype }, ...native.attributes],
      outputs: [],
    }),
  );
  return [...constants.values(), ...updates];
};
