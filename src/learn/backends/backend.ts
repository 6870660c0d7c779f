import * as tf from '@tensorflow/tfjs-core';
import type { BackendChoice, GrantedBackend } from '../../types/stage.ts';
import { StageError } from '../error.ts';

/** What computes the numbers, started and checked: the one way in which stages meet a backend. */
export type Backend = Pick<BackendChoice, 'name' | 'version' | 'device' | 'threads'>;

/**
 * Starts the backend that the planner resolved, and makes it TensorFlow.js's own.
 * Only the chosen one's package is loaded.
 *
 * @throws StageError where it does not start, or is not what was resolved: nothing runs on another one instead.
 */
export const startBackend = async (choice: GrantedBackend): Promise<Backend> => {
  tf.enableProdMode(); // Its warnings tell people in Node to install a package that Stemma does without.
  const found = await ways[choice.name](choice);
  // `setBackend` answers false instead of throwing, and the next op would run on another backend.
  const started = await tf.setBackend(choice.name).catch(() => false);
  if (!started || tf.getBackend() !== choice.name) {
    throw new StageError(`backend ${choice.name} does not start here: TensorFlow.js has "${tf.getBackend()}" instead`);
  }
  const { version, threads, device } = { ...found, ...(await found.started?.()) };
  const backend = { name: choice.name, version, device, threads };
  refuseOther(choice, backend);
  return backend;
};

/** A backend whose package is loaded. */
interface Found {
  readonly version: string;
  readonly threads: number;
  readonly device: BackendChoice['device'];
  /** What is left to do, and what is known only, once it is TensorFlow.js's own. */
  readonly started?: () => Promise<Partial<Backend>> | Partial<Backend>;
}

const ways: Readonly<Record<BackendChoice['name'], (choice: GrantedBackend) => Promise<Found>>> = {
  tensorflow: async ({ folder, threads }) => {
    if (folder === undefined) throw new StageError('backend tensorflow is not installed', '`stemma backend install`');
    const { prepareTensorflow, tensorflowDevice } = await import('./tensorflow.ts');
    const { registerFusedKernels } = await import('./tensorflow/kernels.ts');
    const started = () => {
      registerFusedKernels();
      return { device: tensorflowDevice() };
    };
    return { ...prepareTensorflow(folder), threads, device: 'cpu', started };
  },
  webgpu: async ({ adapter }) => {
    const { prepareWebgpu } = await import('./webgpu.ts');
    const { registerFilterGradient } = await import('./webgpu/filter-gradient.ts');
    const { mendTranspose } = await import('./webgpu/transpose.ts');
    const started = () => {
      registerFilterGradient();
      mendTranspose();
      return {};
    };
    return { ...(await prepareWebgpu(adapter)), threads: 1, started };
  },
  wasm: async ({ threads }) => {
    const { prepareWasm, registerOurKernels } = await import('./wasm.ts');
    const started = async () => ({ threads: await registerOurKernels(threads) });
    return { ...(await prepareWasm(threads)), threads, device: 'cpu', started };
  },
  cpu: async () => {
    const { version_cpu: version } = await import('@tensorflow/tfjs-backend-cpu');
    return { version, threads: 1, device: 'cpu' };
  },
};

const refuseOther = (choice: BackendChoice, found: Backend): void => {
  const { name } = choice;
  if (choice.version !== found.version) {
    throw new StageError(`backend ${name} was resolved as version ${choice.version}, and is ${found.version}`);
  }
  if (choice.threads !== found.threads) {
    throw new StageError(`backend ${name} was resolved with ${choice.threads} threads, and has ${found.threads}`);
  }
  if (choice.device !== found.device) {
    throw new StageError(`backend ${name} was resolved for the ${choice.device}, and runs on the ${found.device}`);
  }
};
