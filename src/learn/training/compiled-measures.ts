import { type GraphNode, output, type ValueName } from '../backends/tensorflow/graph.ts';
import type { NativeBinding } from '../backends/tensorflow/native.ts';
import { type Held, reading } from '../backends/tensorflow/variables.ts';
import type { Squares } from './measures.ts';

/** A variable with the values that are measured of it. */
export interface MeasuredVariable {
  readonly held: Held;
  readonly gradient: ValueName;
  /** Its value before the step. */
  readonly before: ValueName;
  /** The node that writes it. */
  readonly writer: string;
}

/**
 * Nodes that compute the halves of what `squaresOf` does, and their values in its order. An update is what the variable is
 * after the step less what it was: TensorFlow's own ops of an optimizer tell it to nobody.
 */
export const measuring = (
  variables: readonly MeasuredVariable[],
  { prefix, binding }: { readonly prefix: string; readonly binding: NativeBinding },
): { readonly nodes: readonly GraphNode[]; readonly values: readonly ValueName[] } => {
  const updates = variables.flatMap((variable) => updateOf(variable, prefix));
  const measured = [
    ...variables.map(({ held, gradient }) =>
      halfOfSquares(`${prefix}squares/gradient${held.index}`, gradient, binding),
    ),
    ...variables.map(({ held, before }) => halfOfSquares(`${prefix}squares/weight${held.index}`, before, binding)),
    ...variables.map(({ held }) =>
      halfOfSquares(`${prefix}squares/update${held.index}`, output(`${prefix}update/of${held.index}`), binding),
    ),
  ];
  return { nodes: [...updates, ...measured], values: measured.map(({ name }) => output(name)) };
};

const updateOf = ({ held, before, writer }: MeasuredVariable, prefix: string): GraphNode[] => {
  const after = reading(`${prefix}after${held.index}`, held);
  return [
    { ...after, inputs: [...after.inputs, `^${writer}`] },
    {
      name: `${prefix}update/of${held.index}`,
      op: 'Sub',
      inputs: [output(after.name), before],
      attributes: [{ name: 'T', kind: 'type', value: held.dtype }],
      outputs: [held],
    },
  ];
};

/** Σ x² / 2, which is what TensorFlow's L2Loss is. */
const halfOfSquares = (name: string, value: ValueName, { TF_FLOAT }: NativeBinding): GraphNode => ({
  name,
  op: 'L2Loss',
  inputs: [value],
  attributes: [{ name: 'T', kind: 'type', value: TF_FLOAT }],
  outputs: [{ shape: [], dtype: TF_FLOAT }],
});

/** Sums of squares, of what the nodes give: twice a float32 is exact. */
export const squaresFrom = (halves: readonly number[]): Squares => Float32Array.from(halves, (half) => 2 * half);
