import { StageError } from '../../error.ts';
import type { Binary, Value } from '../graph/graph.ts';
import { product } from '../graph/shapes.ts';
import type { Convert, Given } from './given.ts';
import { biased } from './images.ts';

const same: Convert = ({ inputs }) => inputs[0]!;

const merged =
  (fn: Binary): Convert =>
  ({ build, inputs }) =>
    inputs.reduce((all, each) => build.binary(fn, all, each));

const axisOf = (axis: number, { shape }: Value): number => (axis < 0 ? axis + shape.length : axis);

/** Layers of any shape: dense ones, those that only move elements, and those that merge. */
export const plainLayers: Readonly<Record<string, Convert>> = {
  Dense: (given) => biased(given, given.build.matMul(given.inputs[0]!, given.weights.get('kernel'))),
  Dropout: same,
  SpatialDropout1D: same,
  SpatialDropout2D: same,
  Flatten: ({ build, inputs }) => build.reshape(inputs[0]!, [null, product(inputs[0]!.shape.slice(1))]),
  Reshape: ({ build, inputs, layer }) => build.reshape(inputs[0]!, layer.outputShape as number[]),
  Permute: ({ build, inputs, config }) => build.transpose(inputs[0]!, [0, ...(config['dims'] as number[])]),
  RepeatVector: ({ build, inputs, config }) => {
    const one = build.reshape(inputs[0]!, [null, 1, inputs[0]!.shape[1]!]);
    return build.concat(Array.from({ length: config['n'] as number }, () => one), 1); // biome-ignore format: one call
  },
  Add: merged('add'),
  Multiply: merged('mul'),
  Maximum: merged('maximum'),
  Minimum: merged('minimum'),
  Average: (given) => {
    const sum = merged('add')(given);
    return given.build.binary('mul', sum, given.build.number(1 / given.inputs.length, sum));
  },
  Concatenate: (given: Given) => {
    const [first] = given.inputs as [Value];
    const axis = axisOf((given.config['axis'] as number | undefined) ?? -1, first);
    if (axis > 0) return given.build.concat(given.inputs, axis);
    throw new StageError(`layer "${given.layer.name}" puts batches together, which cannot be exported`);
  },
};
