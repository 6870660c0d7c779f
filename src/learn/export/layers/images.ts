import { StageError } from '../../error.ts';
import type { Builder } from '../graph/builder.ts';
import type { Constant, Pair, Value } from '../graph/graph.ts';
import { padsOf } from '../graph/shapes.ts';
import { activated } from './activations.ts';
import { type Convert, type Given, pairOf } from './given.ts';

/** A bias by channel, where the layer has one, and its activation. */
export const biased = (given: Given, x: Value): Value => {
  const { build, weights } = given;
  return activated(build, weights.has('bias') ? build.binary('add', x, weights.get('bias')) : x, given);
};

const sizeOf = ({ shape }: Value): Pair => [shape[1]!, shape[2]!];

const windowOf = ({ config, layer }: Given, x: Value, size: Pair) => {
  if (config['dataFormat'] === 'channelsFirst') {
    throw new StageError(`layer "${layer.name}" takes channels first, which cannot be exported`);
  }
  const window = { size, strides: pairOf(config['strides'] ?? size), dilations: pairOf(config['dilationRate'] ?? 1) };
  return { ...window, pads: padsOf(config['padding'] as string, sizeOf(x), window) };
};

const convolved = (
  given: Given,
  { x, kernel, each }: { readonly x: Value; readonly kernel: Constant; readonly each: boolean },
): Value => {
  const [height, width] = kernel.shape as [number, number];
  const { strides, dilations, pads } = windowOf(given, x, [height, width]);
  return given.build.conv(x, kernel, { strides, dilations, pads, each });
};

const pooled =
  (fn: 'max' | 'mean'): Convert =>
  (given) => {
    const x = given.inputs[0]!;
    const { size, strides, pads } = windowOf(given, x, pairOf(given.config['poolSize']));
    return given.build.pool(x, fn, { size, strides, pads });
  };

/** A sequence [batch, length, width] as images of one line, and back. */
const asLines = (given: Given, compute: (lines: Given) => Value): Value => {
  const { build, inputs, config } = given;
  const [length, width] = inputs[0]!.shape.slice(1) as [number, number];
  const x = build.reshape(inputs[0]!, [null, 1, length, width]);
  if (config['padding'] === 'causal') {
    throw new StageError(`layer "${given.layer.name}" pads causally, which cannot be exported`);
  }
  const alone = (name: string) =>
    config[name] === undefined ? {} : { [name]: [1, ([config[name]].flat() as number[])[0]] };
  const own = { ...alone('poolSize'), ...alone('strides'), ...alone('dilationRate') };
  const y = compute({ ...given, inputs: [x], config: { ...config, ...own } });
  return build.reshape(y, [null, y.shape[2]!, y.shape[3]!]);
};

/** A kernel of sequences [length, in, out] as one of images. */
const lineKernel = ({ build, weights }: Given): Constant => {
  const kernel = weights.read('kernel');
  return build.weight('kernel', { ...kernel, shape: [1, ...kernel.shape] });
};

const global =
  (fn: 'max' | 'mean', axes: readonly number[]): Convert =>
  ({ build, inputs }) =>
    build.reduce(fn, inputs[0]!, { axes, keep: false });

/** The pairs of [[top, bottom], [left, right]], however short they are written. */
const borders = (value: unknown): readonly [Pair, Pair] => {
  const [vertical, horizontal = vertical] = [value].flat() as unknown[];
  return Array.isArray(value) && Array.isArray(value[0])
    ? [pairOf(value[0]), pairOf(value[1])]
    : [pairOf(vertical), pairOf(horizontal)];
};

const cropped = (build: Builder, x: Value, { axis, by }: { readonly axis: number; readonly by: Pair }): Value =>
  by[0] === 0 && by[1] === 0 ? x : build.slice(x, { axis, begin: by[0], end: x.shape[axis]! - by[1] });

/** Layers of images [batch, height, width, channels], and windows over sequences [batch, length, width]. */
export const imageLayers: Readonly<Record<string, Convert>> = {
  Conv2D: (given) =>
    biased(given, convolved(given, { x: given.inputs[0]!, kernel: given.weights.get('kernel'), each: false })),
  Conv1D: (given) =>
    biased(given, asLines(given, (lines) => convolved(lines, { x: lines.inputs[0]!, kernel: lineKernel(given), each: false }))), // biome-ignore format: one call
  DepthwiseConv2D: (given) =>
    biased(given, convolved(given, { x: given.inputs[0]!, kernel: given.weights.get('depthwise_kernel'), each: true })),
  SeparableConv2D: (given) => {
    const x = convolved(given, { x: given.inputs[0]!, kernel: given.weights.get('depthwise_kernel'), each: true });
    const options = { strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], each: false } as const;
    return biased(given, given.build.conv(x, given.weights.get('pointwise_kernel'), options));
  },
  MaxPooling2D: pooled('max'),
  AveragePooling2D: pooled('mean'),
  MaxPooling1D: (given) => asLines(given, pooled('max')),
  AveragePooling1D: (given) => asLines(given, pooled('mean')),
  GlobalMaxPooling2D: global('max', [1, 2]),
  GlobalAveragePooling2D: global('mean', [1, 2]),
  GlobalMaxPooling1D: global('max', [1]),
  ZeroPadding2D: ({ build, inputs, config }) => {
    const [[top, bottom], [left, right]] = borders(config['padding']);
    return build.pad(inputs[0]!, [top, left, bottom, right]);
  },
  Cropping2D: ({ build, inputs, config }) => {
    const [vertical, horizontal] = borders(config['cropping']);
    return cropped(build, cropped(build, inputs[0]!, { axis: 1, by: vertical }), { axis: 2, by: horizontal });
  },
};
