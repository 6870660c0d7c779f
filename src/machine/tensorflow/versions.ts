/** The TensorFlow that Stemma knows: another one may have other symbols and other numbers. */
export const tensorflowVersion = '2.21.0';

/** The @tensorflow/tfjs-node-gpu whose addon is built: the last that was published. */
export const addonVersion = '4.22.0';
