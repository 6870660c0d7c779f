import { constant, type GraphNode, type Kind, nodeOf, output, placeholder, type ValueName } from './graph.ts';
import type { NativeBinding } from './native.ts';

/** A tensor that stays in a session from run to run: a resource variable. */
export interface Held extends Kind {
  /** Its number in the session; nodes are named by it, since a name in a model may be anything. */
  readonly index: number;
}

export const handle = ({ index }: Pick<Held, 'index'>): ValueName => output(`v${index}`);

/** Feeding all of these and fetching `allSet` gives the variables their values. */
export const setter = ({ index }: Pick<Held, 'index'>): ValueName => output(`set${index}`);
export const allSet: ValueName = output('all_set');

/** Fetching it reads the variable. */
export const getter = ({ index }: Pick<Held, 'index'>): ValueName => output(`get${index}`);

/** The nodes with which variables are made, written and read from outside. */
export const holding = (all: readonly Held[], native: NativeBinding): GraphNode[] => [
  ...all.flatMap((held) => [
    handleNode(held, native),
    placeholder(`set${held.index}`, held),
    copying(`copy${held.index}`, held),
    assignment(`assign${held.index}`, held, [output(`copy${held.index}`)]),
    reading(`get${held.index}`, held),
  ]),
  {
    ...constant('all_set', { shape: [], dtype: native.TF_INT32, values: Int32Array.of(all.length) }),
    inputs: all.map(({ index }) => `^assign${index}`),
  },
];

/**
 * The nodes of a variable that is set once, by fetching `lentSet`, and then only read: it may share the memory of what it
 * was set with, so that a whole data set need not be there twice.
 */
export const lending = (held: Held, native: NativeBinding): GraphNode[] => [
  handleNode(held, native),
  placeholder(`set${held.index}`, held),
  assignment(`assign${held.index}`, held, [setter(held)]),
  {
    ...constant(nodeOf(lentSet(held)), { shape: [], dtype: native.TF_INT32, values: Int32Array.of(1) }),
    inputs: [`^assign${held.index}`],
  },
];

export const lentSet = ({ index }: Pick<Held, 'index'>): ValueName => output(`lent${index}`);

/** Some rows of a variable, as a value of their own. @param rows their numbers, [n] (int32). */
export const gathering = (
  name: string,
  held: Held,
  { rows, count, native }: { readonly rows: ValueName; readonly count: number; readonly native: NativeBinding },
): GraphNode => ({
  name,
  op: 'ResourceGather',
  inputs: [handle(held), rows],
  attributes: [
    { name: 'batch_dims', kind: 'int', value: 0 },
    { name: 'validate_indices', kind: 'bool', value: true },
    { name: 'dtype', kind: 'type', value: held.dtype },
    { name: 'Tindices', kind: 'type', value: native.TF_INT32 },
  ],
  outputs: [{ shape: [count, ...held.shape.slice(1)], dtype: held.dtype }],
});

const handleNode = ({ index, shape, dtype }: Held, { TF_RESOURCE }: NativeBinding): GraphNode => ({
  name: `v${index}`,
  op: 'VarHandleOp',
  inputs: [],
  attributes: [
    { name: 'dtype', kind: 'type', value: dtype },
    { name: 'shape', kind: 'shape', value: shape },
    { name: 'shared_name', kind: 'string', value: `v${index}` },
  ],
  outputs: [{ shape: [], dtype: TF_RESOURCE }],
});

/** A variable would share the memory of what is fed, which may be an array of JavaScript's, and write into it. */
const copying = (name: string, held: Held): GraphNode => ({
  name,
  op: 'DeepCopy',
  inputs: [setter(held)],
  attributes: [{ name: 'T', kind: 'type', value: held.dtype }],
  outputs: [held],
});

/** The variable's value when the node is run. */
export const reading = (name: string, held: Held): GraphNode => ({
  name,
  op: 'ReadVariableOp',
  inputs: [handle(held)],
  attributes: [{ name: 'dtype', kind: 'type', value: held.dtype }],
  outputs: [held],
});

/** @param inputs the value, and what has to be done before. */
export const assignment = (name: string, held: Held, inputs: readonly string[]): GraphNode => ({
  name,
  op: 'AssignVariableOp',
  inputs: [handle(held), ...inputs],
  attributes: [{ name: 'dtype', kind: 'type', value: held.dtype }],
  outputs: [],
});

/**
 * Writes values into variables by their names, each once it has been read.
 *
 * @param reader the node that reads a variable at the beginning.
 */
export const writing = (
  held: Readonly<Record<string, Held>>,
  values: Readonly<Record<string, ValueName>>,
  { prefix, reader }: { readonly prefix: string; readonly reader: (held: Held) => string },
): GraphNode[] =>
  Object.entries(held).map(([name, each]) =>
    assignment(`${prefix}write${each.index}`, each, [values[name]!, `^${reader(each)}`]),
  );
