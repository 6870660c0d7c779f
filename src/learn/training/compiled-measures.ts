import { type GraphNode, type Kind, output, type ValueName } from '../backends/tensorflow/graph.ts';
import type { NativeBinding } from '../backends/tensorflow/native.ts';
import { type Held, reading } from '../backends/tensorflow/variables.ts';

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
 * Nodes that compute what `squaresOf` does, and the values of the sums in its order. An update is what the variable is
 * after the step less what it was: TensorFlow's own ops of an optimizer tell it to nobody.
 */
export const measuring = (
  variables: readonly MeasuredVariable[],
  { prefix, binding }: { readonly prefix: string; readonly binding: NativeBinding },
): { readonly nodes: readonly GraphNode[]; readonly values: readonly ValueName[] } => {
  const updates = variables.flatMap((variable) => updateOf(variable, prefix));
  const measured = [
    ...variables.map(({ held, gradient }) => squaresOf(`${prefix}squares/gradient${held.index}`, gradient, binding)),
    ...variables.map(({ held, before }) => squaresOf(`${prefix}squares/weight${held.index}`, before, binding)),
    ...variables.map(({ held }) =>
      squaresOf(`${prefix}squares/update${held.index}`, output(`${prefix}update/of${held.index}`), binding),
    ),
  ];
  const scaled = measured.map((node) => node.at(-1)!.name);
  return { nodes: [...updates, ...measured.flat()], values: scaled.map((name) => output(name)) };
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

/** Σ x²: TensorFlow's L2Loss is the half of it, twice. */
const squaresOf = (name: string, value: ValueName, { TF_FLOAT }: NativeBinding): GraphNode[] => {
  const scalar: Kind = { shape: [], dtype: TF_FLOAT };
  const type = { name: 'T', kind: 'type', value: TF_FLOAT } as const;
  const half: GraphNode = {
    name: `${name}/half`,
    op: 'L2Loss',
    inputs: [value],
    attributes: [type],
    outputs: [scalar],
  };
  const both = [output(half.name), output(half.name)];
  return [half, { name, op: 'AddV2', inputs: both, attributes: [type], outputs: [scalar] }];
};
