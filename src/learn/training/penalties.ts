import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel, layers } from '@tensorflow/tfjs-layers';

/**
 * What a network's L1 and L2 regularizers add to the loss, λ₁ Σ |w| + λ₂ Σ w² of each weight that has one, with
 * gradients; undefined where there is none. As in Keras, weights of a layer that is not trainable cost nothing.
 * Call it in `tf.tidy`.
 */
export const penaltyOf = (network: LayersModel): tf.Scalar | undefined => {
  mendAbsGradient();
  const terms = layersOf(network)
    .filter(({ trainable }) => trainable)
    .flatMap(({ losses }) => losses.map((loss) => loss() as tf.Scalar));
  return terms.length === 0 ? undefined : (terms.reduce((sum, term) => tf.add(sum, term)) as tf.Scalar);
};

/** All layers, those of networks within the network too. */
const layersOf = (network: LayersModel): layers.Layer[] =>
  network.layers.flatMap((layer) => ('layers' in layer ? layersOf(layer as unknown as LayersModel) : [layer]));

let mended = false;

/**
 * TensorFlow.js has −1 for the slope of |x| at 0, which would push a weight off the 0 that L1 has brought it to. It is 0
 * here, as in TensorFlow. By now TensorFlow.js has registered all of its own.
 */
const mendAbsGradient = (): void => {
  if (mended) return;
  mended = true;
  tf.registerGradient({
    kernelName: tf.Abs,
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({ x: () => tf.mul(dy as tf.Tensor, tf.sign(tf.cast(x!, 'float32'))) }),
  });
};
