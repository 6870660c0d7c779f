import * as tf from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { OwnLayer, only, onlyShape } from './own-layer.ts';

/** The first place of a sequence: [batch, length, dim] → [batch, dim]. BERT's stands for the whole text. */
export class FirstPlace extends OwnLayer {
  static readonly className = 'FirstPlace';

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [batch, , dim] = onlyShape(inputShape);
    return [batch!, dim!];
  }

  override computeMask(): tf.Tensor {
    // Its type does not know that there may be none.
    return null as unknown as tf.Tensor;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = only(inputs);
    const [batch, , dim] = x.shape as [number, number, number];
    return tf.tidy(() => tf.reshape(tf.slice(x, [0, 0, 0], [batch, 1, dim]), [batch, dim]));
  }
}
