import type { TargetScaling } from '../../types/generated/dataset.ts';
import type { CardTarget } from '../../types/generated/model.ts';
import { StageError } from '../error.ts';
import { usualThreshold } from '../metrics/label-set.ts';
import type { Thresholds } from '../models/decision.ts';
import type { Model } from '../models/model.ts';
import type { Builder } from './graph/builder.ts';
import { createBuilder } from './graph/builder.ts';
import type { Graph, NamedValue, Value } from './graph/graph.ts';
import type { NetworkWeights } from './layers/given.ts';
import { writeNetwork } from './network.ts';

/** What a graph takes: the features as a data set hands them on, or what is made of raw columns. */
export type Prepare = (build: Builder) => Value;

/**
 * A model as one graph: what makes its features, the network, and what makes answers of what that puts out.
 *
 * - classes: `probabilities` [batch, classes] and `label` [batch];
 * - a list of labels: `probabilities` [batch, labels], and `taken` [batch, labels], 1 where a label is taken;
 * - tags: `probabilities` [batch, steps, tags] and `label` [batch, steps]: those of padding mean nothing;
 * - a number: `prediction` [batch, 1], in its own unit.
 *
 * @throws StageError that names the layers which no graph can have, or where there are several inputs or outputs.
 */
export const graphOf = ({ network, card }: Model, options: GraphOptions): Graph => {
  refuseSeveral(network);
  const build = createBuilder();
  const features = (options.prepare ?? takeFeatures(card.features.shape))(build);
  const [output] = writeNetwork(network, [features], { build, weights: options.weights });
  const [target] = card.targets ?? [];
  if (target?.kind === 'labels') return build.graph(listed(build, output!, options.thresholds ?? usual(target)));
  if (target?.kind === 'tags') return build.graph(tagged(build, output!, target));
  if (card.classes === null) return build.graph([originalOf(build, output!, options)]);
  return build.graph(labelled(build, output!, { classes: card.classes, threshold: options.thresholds?.[0] }));
};

export interface GraphOptions {
  readonly weights: NetworkWeights;
  readonly prepare?: Prepare;
  readonly scaling?: TargetScaling | undefined;
  /** By which answers are taken; absent: the most probable class, and labels from 0.5 on. */
  readonly thresholds?: Thresholds | undefined;
}

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

interface Labelled {
  readonly classes: readonly string[];
  readonly threshold: Thresholds[number] | undefined;
}

const labelled = (build: Builder, logits: Value, { classes, threshold }: Labelled): readonly NamedValue[] => {
  const probabilities = build.softmax(logits);
  const scores = threshold === undefined ? logits : decided(build, probabilities, { classes, threshold });
  return [
    { name: 'probabilities', value: probabilities },
    { name: 'label', value: build.gather(build.texts(classes), build.argMax(scores)) },
  ];
};

/** Scores of which the greatest is of the class that metrics/threshold.ts takes. */
const decided = (build: Builder, probabilities: Value, { classes, threshold }: Required<Labelled>): Value => {
  const { answer, value } = threshold!;
  const place = classes.indexOf(answer);
  const row = (of: (at: number) => number): Value => build.constant(Float32Array.from(classes, (_, at) => of(at)), [1, classes.length]); // biome-ignore format: one call
  const positive = build.slice(probabilities, { axis: 1, begin: place, end: place + 1 });
  const others = build.binary(
    'add',
    probabilities,
    row((at) => (at === place ? -2 : 0)),
  );
  const below = build.binary('less', positive, build.number(float32From(value), positive));
  return build.select(
    below,
    others,
    row((at) => (at === place ? 1 : 0)),
  );
};

const usual = ({ classes = [] }: CardTarget): Thresholds =>
  classes.map((answer) => ({ answer, value: usualThreshold })) as unknown as Thresholds;

const listed = (build: Builder, logits: Value, thresholds: Thresholds): readonly NamedValue[] => {
  const probabilities = build.unary('sigmoid', logits);
  const limits = build.constant(Float32Array.from(thresholds, ({ value }) => float32From(value)), [1, thresholds.length]); // biome-ignore format: one call
  const taken = build.cast(build.unary('not', build.binary('less', probabilities, limits)), 'uint8');
  return [
    { name: 'probabilities', value: probabilities },
    { name: 'taken', value: taken },
  ];
};

const tagged = (build: Builder, output: Value, { classes = [], outputs }: CardTarget): readonly NamedValue[] => {
  const logits = build.reshape(output, [null, outputs / classes.length, classes.length]);
  return [
    { name: 'probabilities', value: build.softmax(logits) },
    { name: 'label', value: build.gather(build.texts(classes), build.argMax(logits)) },
  ];
};

/** The least float32 that is not below a number of 0 to 1: what is compared with it in float32 comes out the same. */
export const float32From = (value: number): number => {
  const near = Float32Array.of(value);
  if (near[0]! < value) new Uint32Array(near.buffer)[0]! += 1;
  return near[0]!;
};

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
