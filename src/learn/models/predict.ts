import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { CardTarget } from '../../types/generated/model.ts';
import type { Examples } from '../data/examples.ts';
import { forward } from './forward.ts';
import type { Model } from './model.ts';
import { isSteady } from './steady.ts';

export { loadModel } from './files.ts';

/**
 * What a model of one target, a category or a number, says of examples, in their order. A row's answer is the same to
 * the bit, with whatever rows it is asked about: where the backend computes otherwise, every batch is filled up to the
 * same size.
 *
 * @param examples whose features and classes are the model's: see evaluation/fit.ts.
 * @returns probabilities [rows, classes], each row adding up to 1; or, for a number, values [rows].
 */
export const predict = async (
  model: Model,
  examples: Pick<Examples, 'rows' | 'features' | 'featureShape'>,
  options: PredictOptions = {},
): Promise<Float32Array> => {
  const fill = !(await isSteady(model.network, examples.featureShape));
  const outputs = await outputsOf(model.network, examples, { ...options, fill });
  return model.card.classes === null ? outputs : softmax(outputs, model.card.classes.length);
};

/**
 * What a model says of each of its targets, by their names: probabilities of classes [rows, classes], each row adding up to
 * 1; probabilities of labels [rows, labels], each by itself; of tags [rows, steps, tags], each step adding up to 1; values [rows], or of tensors [rows, elements].
 */
export const predictTargets = async (
  model: Model,
  examples: Pick<Examples, 'rows' | 'features' | 'featureShape'>,
  options: PredictOptions = {},
): Promise<ReadonlyMap<string, Float32Array>> => {
  const { targets, target } = model.card;
  if (targets === undefined) return new Map([[String(target), await predict(model, examples, options)]]);
  const fill = !(await isSteady(model.network, examples.featureShape));
  const outputs = await outputsOf(model.network, examples, { ...options, fill });
  return new Map(targets.map((part) => [part.name, answersOf(part, outputsFor(outputs, targets, part))]));
};

const answersOf = ({ kind, outputs: width, classes = [] }: CardTarget, outputs: Float32Array): Float32Array => {
  if (kind === 'classes') return softmax(outputs, width);
  if (kind === 'tags') return softmax(outputs, classes.length);
  return kind === 'labels' ? outputs.map(sigmoid) : outputs;
};

/** 1 / (1 + exp(−z)). */
export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** Of the outputs of all targets, [rows, outputs of all], those of one: [rows, its own]. */
export const outputsFor = <Part extends { readonly name: string; readonly outputs: number }>(
  outputs: Float32Array,
  targets: readonly Part[],
  part: Part,
): Float32Array => {
  const all = targets.reduce((sum, each) => sum + each.outputs, 0);
  const before = targets.slice(0, targets.indexOf(part)).reduce((sum, each) => sum + each.outputs, 0);
  const rows = outputs.length / all;
  const own = new Float32Array(rows * part.outputs);
  for (let row = 0; row < rows; row += 1) {
    own.set(outputs.subarray(row * all + before, row * all + before + part.outputs), row * part.outputs);
  }
  return own;
};

export interface PredictOptions {
  /** Examples that are computed together, 500 by default. */
  readonly batchSize?: number;
  /** Whether the last batch gets rows of zeros until it is as large as the others; their outputs are left out. */
  readonly fill?: boolean;
}

/** The network's own outputs [rows, outputs]: logits or values. */
export const outputsOf = async (
  network: LayersModel,
  { rows, features, featureShape }: Pick<Examples, 'rows' | 'features' | 'featureShape'>,
  { batchSize = 500, fill = false }: PredictOptions = {},
): Promise<Float32Array> => {
  const width = featureShape.reduce((all, size) => all * size, 1);
  const outputs: Float32Array[] = [];
  for (let from = 0; from < rows; from += batchSize) {
    const count = Math.min(batchSize, rows - from);
    const output = tf.tidy(() => {
      const x = tf.tensor(features.subarray(from * width, (from + count) * width), [count, ...featureShape]);
      return forward(network, fill ? filledUp(x, batchSize) : x, { training: false });
    });
    const values = Float32Array.from(await output.data());
    outputs.push(values.subarray(0, (values.length / output.shape[0]!) * count));
    output.dispose();
  }
  return concatenated(outputs);
};

const filledUp = (x: tf.Tensor, rows: number): tf.Tensor => {
  const [count, ...shape] = x.shape as [number, ...number[]];
  return count === rows ? x : tf.concat([x, tf.zeros([rows - count, ...shape])]);
};

/** Predicts one row and forgets it: for whoever watches which kernels that takes. */
export const tryPrediction = ({ network }: Model, examples: Pick<Examples, 'features' | 'featureShape'>): void =>
  tryOutputs(network, examples);

/** The same of a network. */
export const tryOutputs = (
  network: LayersModel,
  { features, featureShape }: Pick<Examples, 'features' | 'featureShape'>,
): void =>
  tf.tidy(() => {
    const width = featureShape.reduce((all, size) => all * size, 1);
    forward(network, tf.tensor(features.subarray(0, width), [1, ...featureShape]), { training: false });
  });

/**
 * Probabilities of classes from logits: exp(zᵢ) / Σ exp(zⱼ), computed in float64 from zᵢ − max z.
 *
 * @param logits [rows, classes]
 */
export const softmax = (logits: Float32Array, classes: number): Float32Array => {
  const probabilities = new Float32Array(logits.length);
  for (let from = 0; from < logits.length; from += classes) {
    const row = Float64Array.from(logits.subarray(from, from + classes));
    const greatest = Math.max(...row);
    const powers = row.map((logit) => Math.exp(logit - greatest));
    const sum = powers.reduce((total, power) => total + power, 0);
    probabilities.set(powers.map((power) => power / sum), from); // biome-ignore format: one call
  }
  return probabilities;
};

const concatenated = (parts: readonly Float32Array[]): Float32Array => {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};
