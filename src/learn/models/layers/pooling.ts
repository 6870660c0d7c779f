import * as tf from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { type CallOptions, maskAt, OwnLayer, only, onlyShape } from './own-layer.ts';

/**
 * The mean over the places of a sequence that are not masked: [batch, length, dim] → [batch, dim].
 * TensorFlow.js's own counts padding in; hence a name of its own in a model's file. Of a sequence that is all padding the
 * mean is 0, where Keras has 0 / 0.
 */
export class MaskedAveragePooling extends OwnLayer {
  static readonly className = 'MaskedGlobalAveragePooling1D';

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [batch, , dim] = onlyShape(inputShape) as [null, number, number];
    return [batch, dim];
  }

  override computeMask(): tf.Tensor {
    return null as unknown as tf.Tensor; // Its type does not know that there may be none.
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { mask }: CallOptions = {}): tf.Tensor {
    const x = only(inputs);
    const seen = maskAt(mask);
    return tf.tidy(() => {
      if (seen === undefined) return tf.mean(x, 1);
      const counts = tf.expandDims(tf.cast(seen, 'float32'), 2); // [b, t, 1]
      return tf.div(tf.sum(tf.mul(x, counts), 1), tf.maximum(tf.sum(counts, 1), 1));
    });
  }
}
