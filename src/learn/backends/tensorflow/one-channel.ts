import * as tf from '@tensorflow/tfjs-core';

/**
 * Conv2DBackpropInput of TensorFlow on the processor, where image and result have one channel each: oneDNN, which
 * TensorFlow 2.21 has inside, then leaves elements of the gradient as it finds the memory. Of two channels it is right:
 * the second one's filter is zero here, and its gradient is left out.
 *
 * To be called when TensorFlow's kernels are registered.
 */
export const mendOneChannel = (): void => {
  const { kernelFunc, ...rest } = tf.getKernel(kernelName, 'tensorflow');
  tf.unregisterKernel(kernelName, 'tensorflow');
  const mended: tf.KernelFunc = (call) => {
    const { dy, filter } = call.inputs as { readonly dy: tf.Tensor4D; readonly filter: tf.Tensor4D };
    const [, , inChannels, outChannels] = filter.shape;
    if (inChannels !== 1 || outChannels !== 1) return kernelFunc(call);
    const [batch, height, width] = call.attrs!['inputShape'] as number[];
    return tf.tidy(() => {
      const two = tf.concat([filter, tf.zerosLike(filter)], 2);
      const attrs = { ...call.attrs, inputShape: [batch!, height!, width!, 2] };
      const both: tf.Tensor = tf.engine().runKernel(kernelName, { dy, filter: two }, attrs);
      return tf.slice(both, [0, 0, 0, 0], [batch!, height!, width!, 1]);
    });
  };
  tf.registerKernel({ ...rest, kernelFunc: mended });
};

const kernelName = 'Conv2DBackpropInput';
