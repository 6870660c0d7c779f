import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, type layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { Examples } from '../../data/examples.ts';
import { splitFor } from '../../models/forward.ts';
import { batchOf } from '../batches.ts';
import type { DeadUnits } from './checks.ts';

/**
 * Counts, in each layer with a ReLU, the units (filters, of a convolution) that are 0 for all of some examples: up to
 * 256 rows of train, evenly spaced, as they are without augmentation and dropout. Changes nothing.
 */
export const lookForDeadUnits = async (network: LayersModel, examples: Examples): Promise<readonly DeadUnits[]> => {
  const watched = network.layers.filter(hasRelu);
  if (watched.length === 0) return [];
  const outputs = watched.map(({ output }) => output as SymbolicTensor);
  const inner = model({ inputs: network.inputs, outputs });
  const { rows, batch } = rowsFor(outputs, examples.rows);
  const greatest: Float32Array[] = [];
  // Once every unit has answered to a row, the others can change nothing.
  for (let from = 0; from < rows && (from === 0 || greatest.some((units) => units.includes(0))); from += batch) {
    const some = Int32Array.from({ length: Math.min(batch, rows - from) }, (_, at) => Math.floor(((from + at) * examples.rows) / rows)); // biome-ignore format: one line
    const found = tf.tidy(() => {
      const { features } = batchOf({ ...examples, augment: null }, some, 1);
      const x = tf.tensor(features, [some.length, ...examples.featureShape]);
      return [inner.apply(splitFor(network.inputs, x), { training: false }) as tf.Tensor | tf.Tensor[]]
        .flat()
        .map(greatestOfUnits);
    });
    for (const [layer, tensor] of found.entries()) {
      const values = await tensor.data();
      greatest[layer] = Float32Array.from(values, (value, at) => Math.max(value, greatest[layer]?.[at] ?? 0));
    }
    tf.dispose(found);
  }
  return watched.map(({ name }, at) => {
    const units = greatest[at]!;
    return { layer: name, units: units.length, dead: units.filter((value) => value === 0).length, rows };
  });
};

const hasRelu = (layer: layers.Layer): boolean =>
  layer.getClassName() === 'ReLU' || layer.getConfig()['activation'] === 'relu';

const greatestOfUnits = (output: tf.Tensor): tf.Tensor => tf.max(output, Array.from({ length: output.rank - 1 }, (_, axis) => axis)); // biome-ignore format: one line

/** How many rows are looked at, and how many at once, so that what all layers answer to them fits in 64 MiB. */
const rowsFor = (outputs: readonly SymbolicTensor[], rows: number): { rows: number; batch: number } => {
  const elements = outputs.reduce((sum, { shape }) => sum + shape.reduce<number>((all, size) => all * (size ?? 1), 1), 0); // biome-ignore format: one line
  return { rows: Math.min(256, rows), batch: Math.max(1, Math.min(256, Math.floor(2 ** 24 / elements))) };
};
