import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { encode } from 'fast-png';
import { softmax } from '../models/predict.ts';
import { batches, batchOf } from '../training/batches.ts';
import { differentiate, tensorsOf } from '../training/step.ts';
import type { Training } from '../training/train.ts';
import { traineeOf } from '../training/trainee.ts';
import { valuesOf, weightsOf as variablesOf } from '../training/variables.ts';
import { imageValue, type Picture, prCurveValue } from './values.ts';

/** A network as lines of text: each layer with its kind, the shape of its outputs and its parameters. */
export const summaryOf = (network: LayersModel): string => {
  const lines: string[] = [];
  network.summary(undefined, undefined, (line) => lines.push(String(line)));
  return lines.join('\n');
};

/** The first examples of the first batch as they are trained on, augmented; none where they are no images. */
export const firstImages = ({ train, batchSize, shuffleSeed: seed }: Training): Buffer[] => {
  const [height, width, channels] = train.featureShape as [number, number, number];
  if (train.featureShape.length !== 3 || ![1, 3].includes(channels)) return [];
  const batch = batches(train, { batchSize: Math.min(batchSize, mostImages), epoch: 1, seed }).next().value;
  if (batch === undefined) return [];
  const { features, rows } = batch;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of features) [least, most] = [Math.min(least, value), Math.max(most, value)];
  const size = height * width * channels;
  const pictures = Array.from({ length: rows }, (_, row): Picture => {
    const grey = features.subarray(row * size, (row + 1) * size);
    const data = Uint8Array.from(grey, (value: number) => Math.round((255 * (value - least)) / (most - least || 1)));
    return { width, height, png: encode({ width, height, data, channels: channels as 1 | 3, depth: 8 }) };
  });
  return [imageValue('first batch', pictures)];
};

const mostImages = 16;

type Named = readonly (readonly [name: string, values: Float32Array])[];

/** All weights by name. */
export const weightsOf = ({ network }: Training): Promise<Named> => download(variablesOf(network));

/** Gradients of the loss of some rows of train, without augmentation, at the present weights. Changes nothing. */
export const gradientsOf = async (training: Training): Promise<Named> => {
  const { train, masks } = training;
  const trainee = traineeOf(training);
  const rows = Int32Array.from({ length: Math.min(train.rows, mostRows) }, (_, at) => Math.floor((at * train.rows) / Math.min(train.rows, mostRows))); // biome-ignore format: one line
  const { step } = masks;
  masks.step = 0;
  const gradients = tf.tidy(() => {
    const batch = tensorsOf(trainee, batchOf({ ...train, augment: null }, rows, 1));
    return differentiate(trainee, batch).gradients as tf.NamedTensorMap;
  });
  masks.step = step;
  const values = await download(gradients);
  tf.dispose(gradients);
  return values;
};

const mostRows = 32;

const download = async (tensors: Readonly<Record<string, tf.Tensor>>): Promise<Named> => {
  const values: [string, Float32Array][] = [];
  for (const [name, tensor] of Object.entries(tensors)) values.push([name, await valuesOf(tensor)]);
  return values;
};

/**
 * Precision and recall on validation: of the second of two classes, or of each against all others, up to 20.
 *
 * @param logits of validation, [rows, classes]; undefined where there is none.
 */
export const curvesOf = ({ validation }: Pick<Training, 'validation'>, logits: Float32Array | undefined): Buffer[] => {
  if (logits === undefined || validation === null || validation.classes === null) return [];
  const { classes, target } = validation;
  const probabilities = softmax(logits, classes.length);
  const drawn = classes.length === 2 ? [1] : [...classes.keys()].slice(0, mostClasses);
  return drawn.map((of) =>
    prCurveValue(`validation/${classes[of]}`, {
      probabilities: Float32Array.from(target, (_, row) => probabilities[row * classes.length + of]!),
      positive: Array.from(target, (label) => label === of),
    }),
  );
};

const mostClasses = 20;
