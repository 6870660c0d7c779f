import type { TargetScaling } from '../../types/generated/dataset.ts';
import { StageError } from '../error.ts';
import type { Model } from '../models/model.ts';
import type { Builder } from './graph/builder.ts';
import { createBuilder } from './graph/builder.ts';
import type { Graph, NamedValue, Value } from './graph/graph.ts';
import type { NetworkWeights } from './layers/given.ts';
import { writeNetwork } from './network.ts';

/** What a graph takes: the features as a data set hands them on, or what is made of raw columns. */
export type Prepare = (build: Builder) => Value;

/**
 * A model as one graph: what makes its features, the network, and what makes answers of what that puts out. Classes get
 * `probabilities` [batch, classes] and `label` [batch]; a number is the `prediction` [batch, 1], in its own unit.
 *
 * @throws StageError that names the layers which no graph can have, or where there are several inputs or outputs.
 */
export const graphOf = (
  { network, card }: Model,
  options: {
    readonly weights: NetworkWeights;
    readonly prepare?: Prepare;
    readonly scaling?: TargetScaling | undefined;
  },
): Graph => {
  refuseSeveral(network);
  const build = createBuilder();
  const features = (options.prepare ?? takeFeatures(card.features.shape))(build);
  const [answer] = writeNetwork(network, [features], { build, weights: options.weights });
  const { classes } = card;
  return build.graph(classes === null ? [originalOf(build, answer!, options)] : labelled(build, answer!, classes));
};

const refuseSeveral = ({ inputs, outputs }: Model['network']): void => {
  if (inputs.length === 1 && outputs.length === 1) return;
  throw new StageError(
    `the network has ${inputs.length} inputs and ${outputs.length} outputs: ONNX and SavedModel are written of networks with one of each`, // biome-ignore format: one text
    'the format "layers" holds every network',
  );
};

const takeFeatures =
  (shape: readonly number[]): Prepare =>
  (build) =>
    build.input('features', 'float32', [null, ...shape]);

const labelled = (build: Builder, logits: Value, classes: readonly string[]): readonly NamedValue[] => [
  { name: 'probabilities', value: build.softmax(logits) },
  { name: 'label', value: build.gather(build.texts(classes), build.argMax(logits)) },
];

/** As data/original.ts has it: in float64, rounded once. */
const originalOf = (
  build: Builder,
  value: Value,
  { scaling }: { readonly scaling?: TargetScaling | undefined },
): NamedValue => {
  if (scaling === undefined) return { name: 'prediction', value };
  const wide = build.cast(value, 'float64');
  const number = (each: number): Value => build.number(each, wide);
  const original =
    scaling.method === 'log1p'
      ? build.binary('sub', build.unary('exp', wide), number(1))
      : build.binary('add', build.binary('mul', wide, number(scaling.divisor)), number(scaling.center));
  return { name: 'prediction', value: build.cast(original, 'float32') };
};
