import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Examples } from '../data/examples.ts';
import { ofWords, taggedOf } from '../data/tagged.ts';
import type { TargetPart } from '../data/target-parts.ts';
import { withTarget } from '../data/with-target.ts';
import { outputsFor, outputsOf } from '../models/predict.ts';
import { labelMetricsOf } from './validate-labels.ts';
import {
  penalty,
  refuseBroken,
  type Validation,
  type ValidationOptions,
  validate,
  valuesOf,
  weighing,
} from './validation.ts';

/**
 * `validate` for any targets: of several, the loss of all by their weights as `val_loss`, and of each target its own
 * values by its name, as `val_mass_mae`.
 *
 * @param monitor a key, as `val_loss` or `val_mass_rmse`.
 */
export const validateTargets = async (
  network: LayersModel,
  examples: Examples,
  monitor: string,
  options: ValidationOptions = {},
): Promise<Validation> => {
  const { targets } = examples;
  if (targets === undefined) return validate(network, examples, monitor, options);
  const outputs = options.outputs ?? (await outputsOf(network, examples));
  const isOne = targets.length === 1;
  const { objective } = options;
  let loss = 0;
  const all: Record<string, number> = {};
  for (const part of targets) {
    const prefix = isOne ? '' : `${part.name}_`;
    const values = valuesOfPart(outputsFor(outputs, targets, part), withTarget(examples, part), {
      part,
      monitor: without(monitor, prefix),
      options: {
        ...options,
        also: options.also?.map((key) => without(key, prefix)),
        objective: objective && { ...objective, metric: without(`val_${objective.metric}`, prefix).slice(4) },
      },
    });
    loss += (part.lossWeight ?? 1) * values.loss;
    for (const [name, value] of Object.entries(values)) all[`val_${prefix}${name}`] = value;
  }
  loss += await penalty(network);
  refuseBroken(loss);
  return { ...all, val_loss: loss };
};

/** Of a key about this target, the same as if it were the only one; of others, what nothing is called. */
const without = (key: string, prefix: string): string => {
  if (prefix === '') return key;
  return key.startsWith(`val_${prefix}`) ? `val_${key.slice(4 + prefix.length)}` : 'val_loss';
};

interface Judging {
  readonly part: TargetPart;
  readonly monitor: string;
  readonly options: ValidationOptions;
}

const valuesOfPart = (
  outputs: Float32Array,
  examples: Examples,
  { part, monitor, options }: Judging,
): Record<string, number> & { loss: number } => {
  if (part.kind === 'labels') {
    const values = labelValues(outputs, examples, { part, labelSmoothing: options.labelSmoothing ?? 0 });
    refuseBroken(values.loss);
    return { ...values, ...labelMetricsOf(outputs, examples, { part, monitor, options }) };
  }
  if (part.kind === 'tags') {
    const tagged = taggedOf(examples, part);
    return valuesOf(ofWords(outputs, tagged), tagged.examples, monitor, options);
  }
  if (part.kind === 'numbers') return tensorValues(outputs, examples, part);
  const smoothing = part.kind === 'classes' ? options : { ...options, labelSmoothing: 0 };
  return valuesOf(outputs, examples, monitor, smoothing);
};

/** As the loss and score of `predictLabels`, in float64; weights of labels do not count. */
const labelValues = (
  logits: Float32Array,
  examples: Examples,
  { part: { width }, labelSmoothing: share }: { readonly part: TargetPart; readonly labelSmoothing: number },
) => {
  const { total, of } = weighing(examples);
  const { rows, target } = examples;
  let [loss, hits] = [0, 0];
  for (let row = 0; row < rows; row += 1) {
    let sum = 0;
    for (let at = row * width; at < (row + 1) * width; at += 1) {
      const logit = logits[at]!;
      const flag = target[at]!;
      const truth = flag * (1 - share) + share / 2;
      sum += Math.max(logit, 0) - logit * truth + Math.log1p(Math.exp(-Math.abs(logit)));
      hits += logit > 0 === flag > 0.5 ? 1 : 0;
    }
    loss += (of(row) * sum) / width;
  }
  return { loss: loss / total, binary_accuracy: hits / (rows * width) };
};

/** Squared and absolute errors, means over a row's elements, then over the rows. */
const tensorValues = (values: Float32Array, examples: Examples, { width }: TargetPart) => {
  const { total, of } = weighing(examples);
  const { rows, target } = examples;
  let [squares, sizes] = [0, 0];
  for (let row = 0; row < rows; row += 1) {
    let sum = 0;
    for (let at = row * width; at < (row + 1) * width; at += 1) {
      const error = values[at]! - target[at]!;
      sum += error ** 2;
      sizes += Math.abs(error);
    }
    squares += (of(row) * sum) / width;
  }
  return { loss: squares / total, mae: sizes / (rows * width) };
};
