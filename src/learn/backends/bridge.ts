import type {
  DataType,
  KernelConfig,
  KernelFunc,
  NamedTensorInfoMap,
  TensorInfo,
  TypedArray,
} from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { BackendUnfit, StageError } from '../error.ts';

/**
 * Makes sure that the backend has a kernel for everything that `step` computes, gradients included.
 *
 * `step` is tried out, and each kernel that it asks for is looked up before it runs. One that is missing is bridged:
 * the plain JavaScript backend computes it, and its tensors are copied there and back.
 *
 * @param step a training step on a row or two that changes nothing and leaves no tensor behind.
 * @returns the names of the kernels that are bridged, to be told to people.
 * @throws StageError that names the kernel, where plain JavaScript has none either; BackendUnfit on a backend that is
 * not bridged: TensorFlow and WebGPU.
 */
export const bridgeMissingKernels = async (step: () => void): Promise<readonly string[]> => {
  const bridged: string[] = [];
  for (;;) {
    const missing = firstMissing(step);
    if (missing === undefined) return bridged;
    await bridge(missing);
    bridged.push(missing);
  }
};

class MissingKernel extends Error {
  readonly kernel: string;
  constructor(kernel: string) {
    super(`no kernel ${kernel}`);
    this.kernel = kernel;
  }
}

/** All ops reach their kernels through the engine's `runKernel`: while `step` runs, ours stands before it. */
const firstMissing = (step: () => void): string | undefined => {
  const engine = tf.engine();
  const { runKernel } = engine;
  engine.runKernel = (name, ...rest) => {
    if (tf.getKernel(name, tf.getBackend()) === undefined) throw new MissingKernel(name);
    return runKernel.call(engine, name, ...rest) as never;
  };
  try {
    step();
    return undefined;
  } catch (error) {
    if (error instanceof MissingKernel) return error.kernel;
    throw error;
  } finally {
    engine.runKernel = runKernel;
  }
};

const bridge = async (kernelName: string): Promise<void> => {
  const backendName = tf.getBackend();
  // Their tensors lie elsewhere, and copies there and back would cost more than a GPU gains.
  if (backendName === 'tensorflow' || backendName === 'webgpu')
    throw new BackendUnfit(`backend ${backendName} lacks the kernel ${kernelName}, which this model needs`);
  await import('@tensorflow/tfjs-backend-cpu');
  const plain = tf.getKernel(kernelName, 'cpu') as KernelConfig | undefined;
  if (backendName === 'cpu' || plain === undefined) {
    throw new StageError(`backend ${backendName} lacks the kernel ${kernelName}, which this model needs`);
  }
  tf.registerKernel({ kernelName, backendName, kernelFunc: detour(plain.kernelFunc) });
};

/** The least of a backend that it takes to copy tensors. */
interface Store {
  readSync(id: TensorInfo['dataId']): TypedArray;
  write(values: TypedArray, shape: number[], dtype: DataType): TensorInfo['dataId'];
  disposeData(id: TensorInfo['dataId']): unknown;
}

const detour =
  (kernel: KernelFunc): KernelFunc =>
  ({ inputs, attrs, backend }) => {
    const here = backend as Store;
    const there = tf.engine().findBackend('cpu') as unknown as Store;
    const copied = Object.entries(inputs).map(
      ([name, tensor]) => [name, copy(tensor as TensorInfo, here, there)] as const,
    );
    const call = { inputs: Object.fromEntries(copied) as NamedTensorInfoMap, backend: there, ...(attrs && { attrs }) };
    const results = [kernel(call)].flat();
    const returned = results.map((result) => copy(result, there, here));
    for (const { dataId } of [...copied.map(([, tensor]) => tensor), ...results]) there.disposeData(dataId);
    return returned.length === 1 ? returned[0]! : returned;
  };

const copy = ({ dataId, shape, dtype }: TensorInfo, from: Store, to: Store): TensorInfo => ({
  dataId: to.write(from.readSync(dataId), shape, dtype),
  shape,
  dtype,
});
