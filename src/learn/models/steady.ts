import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/**
 * Whether a row's answer is the same to the bit, whatever rows it is computed with: so that a model may be asked about
 * one row, or about many. It is tried on this network and this backend, once: rows of zeros and ones, which any feature
 * can be, ids of tokens too, are computed together and one by one.
 *
 * Sums may be taken in another order where the shape of a batch chooses the kernel, as libraries for GPUs do. On wasm,
 * and on TensorFlow on a processor, no network that we have tried depends on its batch.
 */
export const isSteady = (network: LayersModel, featureShape: readonly number[]): Promise<boolean> => {
  const known = tried.get(network) ?? tryOut(network, featureShape);
  tried.set(network, known);
  return known;
};

const tried = new WeakMap<LayersModel, Promise<boolean>>();

const tryOut = async (network: LayersModel, featureShape: readonly number[]): Promise<boolean> => {
  const width = featureShape.reduce((all, size) => all * size, 1);
  const features = pattern(rows * width);
  const outputs = async (from: number, count: number): Promise<Float32Array> => {
    const output = tf.tidy(() => {
      const x = tf.tensor(features.subarray(from * width, (from + count) * width), [count, ...featureShape]);
      return network.apply(x, { training: false }) as tf.Tensor;
    });
    const values = Float32Array.from(await output.data());
    output.dispose();
    return values;
  };
  const together = await outputs(0, rows);
  for (let row = 0; row < rows; row += 1) {
    const alone = await outputs(row, 1);
    if (alone.some((value, at) => !Object.is(value, together[row * alone.length + at]))) return false;
  }
  return true;
};

const rows = 17;

/** Zeros and ones without a period of any row. @see Numerical Recipes, 7.1, "quick and dirty" generators */
const pattern = (length: number): Float32Array => {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 31;
  });
};
