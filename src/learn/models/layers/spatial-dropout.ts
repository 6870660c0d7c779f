import type * as tf from '@tensorflow/tfjs-core';
import { SeededDropout } from '../dropout.ts';

/**
 * Dropout of whole channels: one mask for all places of a sequence.
 *
 * @see J. Tompson et al.: Efficient Object Localization Using Convolutional Networks, CVPR 2015.
 */
export class SpatialDropout1D extends SeededDropout {
  static override readonly className: string = 'SpatialDropout1D';

  protected override maskShape({ shape }: tf.Tensor): readonly number[] {
    return shape.map((size, axis) => (axis === 0 || axis === shape.length - 1 ? size : 1));
  }
}

/** The same for images [batch, height, width, channels]. */
export class SpatialDropout2D extends SpatialDropout1D {
  static override readonly className: string = 'SpatialDropout2D';
}
