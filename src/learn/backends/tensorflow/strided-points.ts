import * as tf from '@tensorflow/tfjs-core';

/**
 * Conv2DBackpropFilter of TensorFlow on the processor, for a window of one pixel with steps above 1, as the shortcuts of
 * residual networks have it: oneDNN, which TensorFlow 2.21 has inside, then writes beyond its memory, and the process dies.
 * Only the pixels at each step count there: they are taken out, and the step is 1.
 *
 * To be called when TensorFlow's kernels are registered.
 */
export const mendStridedPoints = (): void => {
  const { kernelFunc, ...rest } = tf.getKernel(kernelName, 'tensorflow');
  tf.unregisterKernel(kernelName, 'tensorflow');
  const mended: tf.KernelFunc = (call) => {
    const { x, dy } = call.inputs as { readonly x: tf.Tensor4D; readonly dy: tf.Tensor4D };
    const [down, across] = stepsOf(call.attrs!['strides'] as Steps);
    const [height, width] = call.attrs!['filterShape'] as number[];
    if (height !== 1 || width !== 1 || (down === 1 && across === 1)) return kernelFunc(call);
    return tf.tidy(() => {
      const points = tf.stridedSlice(x, [0, 0, 0, 0], x.shape, [1, down, across, 1]);
      return tf.engine().runKernel(kernelName, { x: points, dy }, { ...call.attrs, strides: 1 }) as tf.Tensor;
    });
  };
  tf.registerKernel({ ...rest, kernelFunc: mended });
};

type Steps = number | readonly [number, number];

const stepsOf = (steps: Steps): readonly [number, number] => (typeof steps === 'number' ? [steps, steps] : steps);

const kernelName = 'Conv2DBackpropFilter';
