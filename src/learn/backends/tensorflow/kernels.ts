import * as tf from '@tensorflow/tfjs-core';
import { type Attribute, type NativeBackend, nativeBackend } from './native.ts';

/**
 * Kernels that TensorFlow has as one op and TensorFlow.js composes of many. Whoever has a use for one asks
 * `tf.getKernel` for it by these names; on the other backends there is none.
 *
 * | name | inputs | attributes | outputs |
 * |---|---|---|---|
 * | `CrossEntropy` | logits [b, c], target [b] (int32) | | loss [b], its gradient by the logits [b, c] |
 * | `ReluGrad` | dy, x: the input or the output of a ReLU | | dy where x > 0, else 0 |
 * | `LeakyReluGrad` | dy, x: the input of a leaky ReLU | alpha | dy where x > 0, else alpha · dy |
 * | `BatchNorm` | x [b, h, w, c], scale [c], offset [c] | epsilon | y, mean [c], unbiased variance [c], three for the gradient |
 * | `BatchNormGrad` | dy, x, scale and those three | epsilon | dx, dscale [c], doffset [c] |
 * | `StatelessUniform` | seed [2] (int32) | shape | uniform in [0, 1), a function of seed and shape |
 */
export const fused = {
  crossEntropy: 'StemmaCrossEntropy',
  reluGrad: 'StemmaReluGrad',
  leakyReluGrad: 'StemmaLeakyReluGrad',
  batchNorm: 'StemmaBatchNorm',
  batchNormGrad: 'StemmaBatchNormGrad',
  statelessUniform: 'StemmaStatelessUniform',
} as const;

/** Registers them, and the gradients of ReLU and leaky ReLU on top; once, after the backend has started. */
export const registerFusedKernels = (): void => {
  if (tf.getKernel(fused.reluGrad, 'tensorflow') !== undefined) return;
  register(fused.crossEntropy, (backend, { logits, target }) =>
    backend.executeMultipleOutputs(
      'SparseSoftmaxCrossEntropyWithLogits',
      [type('T', 'TF_FLOAT'), type('Tlabels', 'TF_INT32')],
      [logits!, target!],
      2,
    ),
  );
  register(fused.reluGrad, (backend, { dy, x }) =>
    backend.executeSingleOutput('ReluGrad', [type('T', 'TF_FLOAT')], [dy!, x!]),
  );
  register(fused.leakyReluGrad, (backend, { dy, x }, { alpha }) =>
    backend.executeSingleOutput(
      'LeakyReluGrad',
      [type('T', 'TF_FLOAT'), { name: 'alpha', type: backend.binding.TF_ATTR_FLOAT, value: alpha }],
      [dy!, x!],
    ),
  );
  register(fused.batchNorm, (backend, { x, scale, offset, mean, variance }, { epsilon }) =>
    backend.executeMultipleOutputs(
      'FusedBatchNormV3',
      normAttributes(epsilon as number),
      [x!, scale!, offset!, mean!, variance!],
      6,
    ),
  );
  register(fused.batchNormGrad, (backend, { dy, x, scale, a, b, c }, { epsilon }) =>
    backend
      .executeMultipleOutputs(
        'FusedBatchNormGradV3',
        normAttributes(epsilon as number),
        [dy!, x!, scale!, a!, b!, c!],
        5,
      )
      .slice(0, 3),
  );
  register(fused.statelessUniform, (backend, { seed }, { shape }) =>
    backend.executeSingleOutput(
      'StatelessRandomUniform',
      [type('dtype', 'TF_FLOAT'), type('T', 'TF_INT32'), type('Tseed', 'TF_INT32')],
      [tf.tensor1d(shape as number[], 'int32'), seed!],
    ),
  );
  registerGather();
  registerPrelu();
  registerReluGradient();
  registerLeakyReluGradient();
};

type Inputs = Readonly<Record<string, tf.TensorInfo>>;
type Attrs = Readonly<Record<string, unknown>>;

const register = (
  kernelName: string,
  compute: (backend: NativeBackend, inputs: Inputs, attrs: Attrs) => tf.Tensor | tf.Tensor[],
): void =>
  tf.registerKernel({
    kernelName,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs, backend }) =>
      compute(backend as NativeBackend, inputs as Inputs, (attrs ?? {}) as Attrs),
  });

const type = (name: string, dtype: 'TF_FLOAT' | 'TF_INT32'): Attribute => {
  const { binding } = nativeBackend();
  return { name, type: binding.TF_ATTR_TYPE, value: binding[dtype] };
};

const normAttributes = (epsilon: number): Attribute[] => {
  const { TF_ATTR_FLOAT, TF_ATTR_BOOL, TF_ATTR_STRING } = nativeBackend().binding;
  return [
    type('T', 'TF_FLOAT'),
    type('U', 'TF_FLOAT'),
    { name: 'epsilon', type: TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: TF_ATTR_BOOL, value: true },
  ];
};

/** In place of the package's own, which reads all indices back to see whether they are in range; TensorFlow sees to that. */
const registerGather = (): void =>
  register(tf.GatherV2, (backend, { x, indices }, { axis, batchDims }) =>
    backend.executeSingleOutput(
      'GatherV2',
      [
        { name: 'batch_dims', type: backend.binding.TF_ATTR_INT, value: batchDims },
        { name: 'Tparams', type: backend.binding.TF_ATTR_TYPE, value: dtypeOf(backend, x!) },
        type('Tindices', 'TF_INT32'),
        type('Taxis', 'TF_INT32'),
      ],
      [x!, indices!, tf.scalar(axis as number, 'int32')],
    ),
  );

/** In place of the package's own, which calls ops as methods of tensors: they are there only with all of TensorFlow.js. */
const registerPrelu = (): void =>
  register(tf.Prelu, (_, { x, alpha }) =>
    tf.tidy(() => {
      const [values, slopes] = [x as tf.Tensor, alpha as tf.Tensor];
      return tf.add(tf.relu(values), tf.mul(slopes, tf.minimum(values, 0)));
    }),
  );

const dtypeOf = (backend: NativeBackend, { dataId }: tf.TensorInfo): number => backend.tensorMap.get(dataId).dtype;

/**
 * TensorFlow.js multiplies by a step function, which TensorFlow's kernels compose of six ops to hand NaN on. Where x is
 * NaN the loss is too, and that is what stops a training.
 */
const registerReluGradient = (): void => registerGradient(tf.Relu, fused.reluGrad);

/** TensorFlow.js chooses between two gradients that it has both computed. */
const registerLeakyReluGradient = (): void => registerGradient(tf.LeakyRelu, fused.leakyReluGrad);

/** The gradient by what was saved first, as one kernel where the backend has it; on the others as it was. */
const registerGradient = (kernelName: string, kernel: string): void => {
  const plain = tf.getGradient(kernelName);
  tf.registerGradient({
    ...plain,
    gradFunc: (dy, saved, attrs) =>
      tf.getKernel(kernel, tf.getBackend()) === undefined
        ? plain.gradFunc(dy, saved, attrs)
        : { x: () => tf.engine().runKernel(kernel, { dy: dy as tf.Tensor, x: saved[0]! }, attrs) },
  });
};
