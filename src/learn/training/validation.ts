import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Objective } from '../../types/stage.ts';
import type { Examples } from '../data/examples.ts';
import { originalOf } from '../data/original.ts';
import { StageError } from '../error.ts';
import { aimOf } from '../evaluation/aim.ts';
import { checkSettings, numberSettings, settingsOf } from '../evaluation/metrics.ts';
import { mostProbable } from '../metrics/choice.ts';
import { classValues as valuesOfClasses } from '../metrics/class-intervals.ts';
import { classMetrics } from '../metrics/class-metrics.ts';
import { type ClassSet, classSet } from '../metrics/class-set.ts';
import {
  type ClassMetricName,
  isClassMetric,
  isNumberMetric,
  type MetricSettings,
  type NumberMetricName,
} from '../metrics/names.ts';
import { numberValues as valuesOfNumbers } from '../metrics/regression.ts';
import { chooseThreshold } from '../metrics/threshold.ts';
import { outputsOf, softmax } from '../models/predict.ts';
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
  const outputs = options.outputs ?? (await outputsOf(network, examples));
  const all = valuesOf(outputs, examples, monitor, options);
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
  { labelSmoothing = 0, also = [], objective }: ValidationOptions = {},
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
    const read = metricOf(metric, { outputs, examples, objective });
    if (read !== undefined) all[metric] = read;
  }
  return all;
};

export interface ValidationOptions {
  /** What the network makes of the examples, where that is known already: [rows, outputs]. */
  readonly outputs?: Float32Array | undefined;
  /** Of the task. */
  readonly labelSmoothing?: number;
  /** Further keys of what is to be measured. */
  readonly also?: readonly string[] | undefined;
  /** The pipeline's: what its metric needs to know. */
  readonly objective?: Objective | undefined;
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

/** What is to be measured of a validation set. */
interface Measuring {
  readonly outputs: Float32Array;
  readonly examples: Examples;
  readonly objective: Objective | undefined;
}

const metricOf = (name: string, { outputs, examples, objective }: Measuring): number | undefined => {
  const { classes } = examples;
  if (classes === null) return isNumberMetric(name) ? numberMetric(name, outputs, { examples, objective }) : undefined;
  // What errors cost is a param of evaluate.
  return isClassMetric(name) && name !== 'mean_cost'
    ? classMetric(name, { outputs, examples, objective }, classes)
    : undefined;
};

/**
 * A metric of classes; of an objective that has bounds to keep, that of the best threshold that keeps them, and the worst
 * value there is where none does.
 *
 * @throws StageError where it is not defined, as the recall of a class that validation has not.
 */
const classMetric = (
  name: ClassMetricName,
  { outputs, examples, objective }: Measuring,
  classes: readonly string[],
): number => {
  const settings = settingsOf(classes, {}, objective);
  checkSettings([name], classes, settings);
  const actual = examples.target as Int32Array;
  const set = classSet({ actual, probabilities: softmax(outputs, classes.length), classes: classes.length });
  const value =
    objective?.metric === name && objective.subject_to !== undefined
      ? bestWithin(set, objective, settings)
      : valuesOfClasses(set, [name], settings)[0]!;
  if (!Number.isNaN(value)) return value;
  throw new StageError(
    `"val_${name}" is not defined: validation has no example, or only examples, of a class that it is about`,
    'give split a larger share for validation, or stratify by the target',
  );
};

const bestWithin = (set: ClassSet, objective: Objective, settings: MetricSettings): number => {
  const { positive } = settings;
  if (positive === undefined) throw withoutPositive();
  const chosen = chooseThreshold(set, aimOf(objective), { ...settings, positive });
  if (chosen.reached || Number.isNaN(chosen.value)) return chosen.value;
  return objective.mode === 'min' ? 1 : classMetrics[aimOf(objective).metric].range === 'signed' ? -1 : 0;
};

const withoutPositive = (): StageError =>
  new StageError(
    'objective.subject_to is kept by a threshold of one class, and of more than two none is named',
    'say which in "positive" of the objective',
  );

/** As the values are stored, but for `mape`: a share of a scaled value means nothing. */
const numberMetric = (
  name: NumberMetricName,
  values: Float32Array,
  { examples: { target, scaling }, objective }: Pick<Measuring, 'examples' | 'objective'>,
): number => {
  const unit = (of: ArrayLike<number>) => originalOf(of, name === 'mape' ? scaling : undefined);
  return valuesOfNumbers({ actual: unit(target), predicted: unit(values) }, [name], numberSettings({}, objective))[0]!;
};
