import * as tf from '@tensorflow/tfjs-core';
import type { WebgpuBackend } from './program.ts';

/**
 * Mends the running backend's transposition of what is not float32 in the card's memory.
 *
 * A mask that is cast to float32 keeps its integers there: the backend's `Cast` gives them another name, and its programs
 * convert what they read. The one for a transposition does not, so Dawn refuses it, and what would have been computed is
 * left as it was: without an error that TensorFlow.js could be told. A sum over an axis other than the last transposes.
 *
 * @see https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/tfjs-backend-webgpu/src/transpose_webgpu.ts
 */
export const mendTranspose = (): void => {
  const backend = tf.backend() as unknown as WebgpuBackend;
  const run = backend.runWebGPUProgram.bind(backend);
  backend.runWebGPUProgram = (program, inputs, ...rest) => {
    const [input] = inputs;
    if (program.shaderKey.startsWith('transpose_') && backend.tensorMap.get(input!.dataId).dtype !== 'float32') {
      const shader = program.getUserCode.bind(program);
      // The one takes a float, the other an integer; both convert to what the result is made of.
      program.getUserCode = () => shader().replace('setOutputAtIndex(', 'setOutputAtIndexI32(');
    }
    return run(program, inputs, ...rest);
  };
};
