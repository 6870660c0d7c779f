import * as tf from '@tensorflow/tfjs-core';
import type { BackendChoice } from '../../types/stage.ts';
import { StageError } from '../error.ts';

/** What computes the numbers, started and checked: the one way in which stages meet a backend. */
export interface Backend {
  readonly name: BackendChoice['name'];
  /** Version of the package that implements it. */
  readonly version: string;
  readonly device: BackendChoice['device'];
  readonly threads: number;
}

/**
 * Starts the backend that the planner resolved, and makes it TensorFlow.js's own.
 * Only the chosen one's package is loaded.
 *
 * @throws StageError where it does not start, or is not what was resolved: nothing runs on another one instead.
 */
export const startBackend = async (choice: BackendChoice): Promise<Backend> => {
  tf.enableProdMode(); // Its warnings tell people in Node to install a package that Stemma does without.
  const { version, threads } = await (choice.name === 'wasm' ? wasm(choice) : cpu());
  // `setBackend` answers false instead of throwing, and the next op would run on another backend.
  const started = await tf.setBackend(choice.name).catch(() => false);
  if (!started || tf.getBackend() !== choice.name) {
    throw new StageError(`backend ${choice.name} does not start here: TensorFlow.js has "${tf.getBackend()}" instead`);
  }
  if (choice.name === 'wasm') (await import('./wasm.ts')).registerOurKernels();
  refuseOther(choice, { version, threads });
  return { name: choice.name, version, device: 'cpu', threads };
};

interface Found {
  readonly version: string;
  readonly threads: number;
}

const wasm = async ({ threads }: BackendChoice): Promise<Found> => {
  const { prepareWasm } = await import('./wasm.ts');
  return prepareWasm(threads);
};

const cpu = async (): Promise<Found> => {
  const { version_cpu: version } = await import('@tensorflow/tfjs-backend-cpu');
  return { version, threads: 1 };
};

const refuseOther = (choice: BackendChoice, found: Found): void => {
  if (choice.version !== found.version) {
    throw new StageError(`backend ${choice.name} was resolved as version ${choice.version}, and is ${found.version}`);
  }
  if (choice.threads !== found.threads) {
    throw new StageError(
      `backend ${choice.name} was resolved with ${choice.threads} threads, and has ${found.threads}`,
    );
  }
};
