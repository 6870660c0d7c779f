import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Examples } from '../data/examples.ts';
import { StageError } from '../error.ts';
import { mostProbable } from '../metrics/choice.ts';
import { classificationMetrics } from '../metrics/classification.ts';
import { confusionMatrix } from '../metrics/confusion.ts';
import { regressionMetricNames, regressionMetrics } from '../metrics/regression.ts';
import { outputsOf } from '../models/predict.ts';
import { penaltyOf } from './penalties.ts';
import { diverged } from './readings.ts';

/** Recorded values of a validation set by their keys, as `val_loss`. */
export type Validation = Readonly<Record<string, number>>;

/**
 * Loss and score of a validation set, from the predictions of the whole of it, in float64; and what is monitored,
 * where that is another metric. Where rows have weights, the loss is their weighted mean; to all else they count alike.
 * As in Keras, the loss has what training's has too: smoothed labels, and penalties of weights.
 *
 * @param monitor a key, as `val_macro_f1`.
 */
export const validate = async (
  network: LayersModel,
  examples: Examples,
  monitor: string,
  options: ValidationOptions = {},
): Promise<Validation> => {
  const all = valuesOf(await outputsOf(network, examples), examples, monitor, options);
  all.loss += await penalty(network);
  refuseBroken(all.loss);
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [`val_${name}`, value]));
};

/** A loss that is no finite number ends the training. */
export const refuseBroken = (loss: number): void => {
  if (!Number.isFinite(loss)) throw diverged(`the loss on validation is ${loss}`);
};

/** What is recorded of the outputs for one target that is a category or a number, without penalties of weights. */
export const valuesOf = (
  outputs: Float32Array,
  examples: Examples,
  monitor: string,
  { labelSmoothing = 0, also = [] }: ValidationOptions = {},
): Record<string, number> & { loss: number } => {
  const { classes } = examples;
  const values =
    classes === null
      ? numberValues(outputs, examples)
      : classValues(outputs, examples, { classes: classes.length, labelSmoothing });
  refuseBroken(values.loss);
  const all: Record<string, number> & { loss: number } = { ...values };
  for (const metric of [monitor, ...also].map((key) => key.replace(/^val_/, ''))) {
    if (metric in all) continue;
    const read = (classes === null ? numberMetric : classMetric)(metric, outputs, examples);
    if (read !== undefined) all[metric] = read;
  }
  return all;
};

export interface ValidationOptions {
  /** Of the task. */
  readonly labelSmoothing?: number;
  /** Further keys of what is to be measured. */
  readonly also?: readonly string[] | undefined;
}

/** What the rows count for together, and each of them. */
export const weighing = ({ rows, weights }: Examples): { total: number; of: (row: number) => number } => {
  if (weights === undefined) return { total: rows, of: () => 1 };
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total > 0) return { total, of: (row) => weights[row]! };
  throw new StageError('no row of validation counts: all have the weight 0', 'there is no loss of them');
};

export const penalty = async (network: LayersModel): Promise<number> => {
  const scalar = tf.tidy(() => penaltyOf(network) ?? tf.scalar(0));
  const [value = Number.NaN] = await scalar.data();
  scalar.dispose();
  return value;
};

interface ClassOptions {
  readonly classes: number;
  readonly labelSmoothing: number;
}

/**
 * Softmax cross entropy in nats, log Σ exp(z) − z[y], and the share of rows whose greatest logit is that of y. With label
 * smoothing s, (1 − s) · z[y] + s · mean z stands for z[y].
 */
const classValues = (logits: Float32Array, examples: Examples, { classes, labelSmoothing }: ClassOptions) => {
  const { target } = examples;
  const { total, of } = weighing(examples);
  const chosen = mostProbable(logits, classes);
  let loss = 0;
  let hits = 0;
  for (let row = 0; row < target.length; row += 1) {
    const row0 = row * classes;
    const greatest = logits[row0 + chosen[row]!]!;
    let [sum, all] = [0, 0];
    for (let at = 0; at < classes; at += 1) {
      sum += Math.exp(logits[row0 + at]! - greatest);
      all += logits[row0 + at]!;
    }
    const right = (1 - labelSmoothing) * logits[row0 + target[row]!]! + (labelSmoothing * all) / classes;
    loss += of(row) * (Math.log(sum) + greatest - right);
    hits += chosen[row] === target[row] ? 1 : 0;
  }
  return { loss: loss / total, accuracy: hits / target.length };
};

const numberValues = (values: Float32Array, examples: Examples) => {
  const { target } = examples;
  const { total, of } = weighing(examples);
  let squares = 0;
  let sizes = 0;
  for (let row = 0; row < target.length; row += 1) {
    const error = values[row]! - target[row]!;
    squares += of(row) * error ** 2;
    sizes += Math.abs(error);
  }
  return { loss: squares / total, mae: sizes / target.length };
};

const classMetric = (name: string, logits: Float32Array, { target, classes }: Examples): number | undefined => {
  const metric = Object.entries(classificationMetrics).find(([known]) => known === name)?.[1];
  const count = classes?.length ?? 0;
  return metric?.(confusionMatrix(target as Int32Array, mostProbable(logits, count), count)).value;
};

const numberMetric = (name: string, values: Float32Array, { target }: Examples): number | undefined => {
  const metric = regressionMetricNames.find((known) => known === name);
  // The interval is of no use here, hence the fewest resamples.
  return metric && regressionMetrics(target as Float32Array, values, { seed: 0, resamples: 40 })[metric].value;
};
