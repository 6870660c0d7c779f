import type { Binary, Body, Constant, DataType, Graph, GraphNode, NamedValue, Numbers, Operation, Pads, Pair, Scan, Shape, Unary, Value, Weight, Window } from './graph.ts'; // biome-ignore format: one line
import { matched, reduced, windows } from './shapes.ts';

/** Writes a graph, op by op; each call gives the value that comes of it, its shape and type known. */
export interface Builder {
  /** The same with a longer name for what comes: `within("conv_1")`. */
  within(name: string): Builder;
  input(name: string, dtype: DataType, shape: Shape): Value;
  constant(values: Numbers, shape: readonly number[]): Constant;
  /** What was learned. */
  weight(name: string, weight: Weight): Constant;
  texts(values: readonly string[]): Constant;
  /** A number of the type of another value, to be computed with it. */
  number(value: number, like: Value): Constant;
  unary(fn: Unary, x: Value): Value;
  binary(fn: Binary, a: Value, b: Value): Value;
  cast(x: Value, dtype: DataType): Value;
  matMul(a: Value, b: Value): Value;
  conv(x: Value, kernel: Constant, options: Window & { readonly dilations: Pair; readonly each: boolean }): Value;
  pool(x: Value, fn: 'max' | 'mean', options: Window & { readonly size: Pair }): Value;
  reshape(x: Value, shape: Shape): Value;
  transpose(x: Value, order: readonly number[]): Value;
  concat(values: readonly Value[], axis: number): Value;
  slice(x: Value, range: { readonly axis: number; readonly begin: number; readonly end: number }): Value;
  gather(table: Value, indices: Value): Value;
  reduce(
    fn: 'mean' | 'sum' | 'max',
    x: Value,
    options: { readonly axes: readonly number[]; readonly keep: boolean },
  ): Value;
  softmax(x: Value): Value;
  argMax(x: Value): Value;
  pad(x: Value, pads: Pads): Value;
  select(condition: Value, yes: Value, no: Value): Value;
  oneOf(x: Value, labels: readonly string[]): Value;
  zeros(like: Value, width: number): Value;
  /** @returns the last states, and, where it collects, the first state at each place. */
  scan(states: readonly Value[], sequences: readonly Value[], options: ScanOptions): readonly Value[];
  /** The graph that was written, of what these outputs need. */
  graph(outputs: readonly NamedValue[]): Graph;
}

export type ScanOptions = Omit<Scan, 'body'> & {
  readonly step: (builder: Builder, states: readonly Value[], elements: readonly Value[]) => readonly Value[];
};

interface Written {
  readonly inputs: Value[];
  readonly constants: Constant[];
  readonly counts: Map<string, number>;
}

export const createBuilder = (): Builder =>
  builderOf({ inputs: [], constants: [], counts: new Map() }, { nodes: [], prefix: '' });

const builderOf = (
  written: Written,
  { nodes, prefix }: { readonly nodes: GraphNode[]; readonly prefix: string },
): Builder => {
  const named = (what: string): string => {
    const name = prefix === '' ? what : `${prefix}/${what}`;
    const count = (written.counts.get(name) ?? 0) + 1;
    written.counts.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  };
  const kept = (constant: Constant): Constant => {
    written.constants.push(constant);
    return constant;
  };
  const add = (operation: Operation, inputs: readonly Value[], kind: Omit<Value, 'name'>): Value => {
    const { dtype, shape } = kind;
    const output = { name: named('fn' in operation ? operation.fn : operation.op), dtype, shape };
    nodes.push({ ...operation, inputs, outputs: [output] });
    return output;
  };
  const constant = (values: Constant['values'], kind: Omit<Value, 'name'>): Constant =>
    kept({ name: named('number'), ...kind, values });
  const builder: Builder = {
    within: (name) => builderOf(written, { nodes, prefix: prefix === '' ? name : `${prefix}/${name}` }),
    input: (name, dtype, shape) => {
      const value = { name: named(name), dtype, shape };
      written.inputs.push(value);
      return value;
    },
    constant: (values, shape) => constant(values, { dtype: dtypeOf(values), shape }),
    weight: (name, { values, shape, encoding }) =>
      kept({ name: named(name), dtype: 'float32', shape, values, ...(encoding === undefined ? {} : { encoding }) }),
    texts: (values) => constant(values, { dtype: 'string', shape: [values.length] }),
    number: (value, { dtype }) => constant(numbersOf(dtype, [value]), { dtype, shape: [] }),
    unary: (fn, x) => add({ op: 'unary', fn }, [x], { dtype: fn === 'isNaN' ? 'bool' : x.dtype, shape: x.shape }),
    binary: (fn, a, b) =>
      add({ op: 'binary', fn }, [a, b], { dtype: asking.has(fn) ? 'bool' : a.dtype, shape: matched(a.shape, b.shape) }),
    cast: (x, dtype) => (x.dtype === dtype ? x : add({ op: 'cast' }, [x], { dtype, shape: x.shape })),
    matMul: (a, b) =>
      add({ op: 'matMul' }, [a, b], {
        dtype: a.dtype,
        shape: [...matched(a.shape.slice(0, -2), b.shape.slice(0, -2)), a.shape.at(-2)!, b.shape.at(-1)!],
      }),
    conv: (x, kernel, options) => {
      const [height, width, inner, last] = kernel.shape as [number, number, number, number];
      const places = windows([x.shape[1]!, x.shape[2]!], { ...options, size: [height, width] });
      const channels = options.each ? inner * last : last;
      const shape = [x.shape[0]!, ...places, channels];
      return add({ op: 'conv', ...options }, [x, kernel], { dtype: x.dtype, shape });
    },
    pool: (x, fn, options) => {
      const shape = [x.shape[0]!, ...windows([x.shape[1]!, x.shape[2]!], options), x.shape[3]!];
      return add({ op: 'pool', fn, ...options }, [x], { dtype: x.dtype, shape });
    },
    reshape: (x, shape) => add({ op: 'reshape' }, [x], { dtype: x.dtype, shape }),
    transpose: (x, order) =>
      add({ op: 'transpose', order }, [x], { dtype: x.dtype, shape: order.map((axis) => x.shape[axis]!) }),
    concat: (values, axis) => {
      const [first] = values as [Value];
      if (values.length === 1) return first;
      const size = values.reduce((sum, { shape }) => sum + shape[axis]!, 0);
      const shape = first.shape.map((length, at) => (at === axis ? size : length));
      return add({ op: 'concat', axis }, values, { dtype: first.dtype, shape });
    },
    slice: (x, { axis, begin, end }) => {
      const shape = x.shape.map((size, at) => (at === axis ? end - begin : size));
      return add({ op: 'slice', axis, begin, end }, [x], { dtype: x.dtype, shape });
    },
    gather: (table, indices) =>
      add({ op: 'gather' }, [table, indices], {
        dtype: table.dtype,
        shape: [...indices.shape, ...table.shape.slice(1)],
      }),
    reduce: (fn, x, { axes, keep }) =>
      add({ op: 'reduce', fn, axes, keep }, [x], { dtype: x.dtype, shape: reduced(x.shape, axes, keep) }),
    softmax: (x) => add({ op: 'softmax' }, [x], x),
    argMax: (x) => add({ op: 'argMax' }, [x], { dtype: 'int64', shape: x.shape.slice(0, -1) }),
    pad: (x, pads) => {
      const [top, left, bottom, right] = pads;
      const [batch, height, width, channels] = x.shape as [null, number, number, number];
      const shape = [batch, height + top + bottom, width + left + right, channels];
      return add({ op: 'pad', pads }, [x], { dtype: x.dtype, shape });
    },
    select: (condition, yes, no) =>
      add({ op: 'select' }, [condition, yes, no], { dtype: yes.dtype, shape: matched(matched(yes.shape, no.shape), condition.shape) }), // biome-ignore format: one call
    oneOf: (x, labels) => add({ op: 'oneOf', labels }, [x], { dtype: 'float32', shape: [x.shape[0]!, labels.length] }),
    zeros: (like, width) => add({ op: 'zeros' }, [like], { dtype: 'float32', shape: [like.shape[0]!, width] }),
    scan: (states, sequences, { step, ...options }) => {
      const body = bodyOf(states, sequences, step);
      const outputs = states.map(({ dtype, shape }) => ({ name: named('last'), dtype, shape }));
      const [first] = states as [Value];
      const length = sequences[0]!.shape[1]!;
      const collected = { name: named('all'), dtype: first.dtype, shape: [first.shape[0]!, length, first.shape[1]!] };
      const all = options.collects ? [...outputs, collected] : outputs;
      nodes.push({ op: 'scan', ...options, body, inputs: [...states, ...sequences], outputs: all });
      return all;
    },
    graph: (outputs) => needed({ inputs: written.inputs, outputs, nodes, constants: written.constants }),
  };

  const bodyOf = (states: readonly Value[], sequences: readonly Value[], step: ScanOptions['step']): Body => {
    const inner: GraphNode[] = [];
    const before = states.map(({ dtype, shape }) => ({ name: named('state'), dtype, shape }));
    const elements = sequences.map(({ dtype, shape }) => ({
      ...{ name: named('place'), dtype },
      shape: [shape[0]!, shape[2]!],
    }));
    const next = step(builderOf(written, { nodes: inner, prefix }), before, elements);
    return { states: before, elements, nodes: inner, next };
  };
  return builder;
};

const asking: ReadonlySet<Binary> = new Set<Binary>(['equal', 'greater', 'less', 'or']);

const dtypeOf = (values: Numbers): DataType => {
  if (values instanceof Float32Array) return 'float32';
  if (values instanceof Float64Array) return 'float64';
  return values instanceof Int32Array ? 'int32' : 'uint8';
};

const numbersOf = (dtype: DataType, values: readonly number[]): Numbers => {
  if (dtype === 'float64') return Float64Array.from(values);
  if (dtype === 'int32') return Int32Array.from(values);
  return dtype === 'uint8' ? Uint8Array.from(values) : Float32Array.from(values);
};

/** Without what no output needs, as the mask of a sequence that nobody asks for. */
const needed = ({ inputs, outputs, nodes, constants }: Graph): Graph => {
  const used = new Set(outputs.map(({ value }) => value.name));
  const kept = nodes.toReversed().filter((node) => {
    if (!node.outputs.some(({ name }) => used.has(name))) return false;
    for (const { name } of usedBy(node)) used.add(name);
    return true;
  });
  return { inputs, outputs, nodes: kept.toReversed(), constants: constants.filter(({ name }) => used.has(name)) };
};

const usedBy = (node: GraphNode): readonly Value[] =>
  node.op === 'scan' ? [...node.inputs, ...node.body.nodes.flatMap(usedBy), ...node.body.next] : node.inputs;
