import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as util from 'node:util';
import { compileFunction } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import { StageError } from '../error.ts';
import { mendOneChannel } from './tensorflow/one-channel.ts';
import { mendStridedPoints } from './tensorflow/strided-points.ts';

/** TensorFlow's own kernels behind TensorFlow.js: what `stemma backend install` has put into a folder. */
export interface TensorflowBackend extends tf.KernelBackend {
  readonly binding: Binding;
  /** False where TensorFlow computes on the processor, whatever it was built for. */
  readonly isUsingGpuDevice: boolean;
}

/** The addon, as far as we call it ourselves. */
export interface Binding {
  readonly TF_Version: string;
  isUsingGpuDevice(): boolean;
}

interface Kernels {
  readonly NodeJSKernelBackend: new (binding: Binding, packageName: string) => TensorflowBackend;
}

/**
 * Registers the backend `tensorflow`. TensorFlow reads its threads and its devices from the environment of the process
 * when it is loaded, so whoever starts the process has set them.
 *
 * @param folder an installation: binding.node, kernels.cjs, lib/.
 * @returns the version of TensorFlow that was loaded.
 * @throws StageError where the addon or a library that it needs cannot be loaded.
 */
export const prepareTensorflow = (folder: string): { readonly version: string } => {
  const before = prepared.get(folder);
  // Registered a second time, the package's kernels would take the places of those of ours.
  if (before !== undefined) return { version: before };
  const load = createRequire(import.meta.url);
  // The kernels have to register with the TensorFlow.js that is loaded here, of which there must be no second copy.
  const file = join(folder, 'kernels.cjs');
  const module = { exports: {} };
  const requireHere = (name: string): unknown =>
    name === '@tensorflow/tfjs-core' ? tf : name === 'util' ? utilOfOld : load(name);
  compileFunction(readFileSync(file, 'utf8'), ['require', 'module', 'exports'], { filename: file })(
    requireHere,
    module,
    module.exports,
  );
  mendOneChannel();
  mendStridedPoints();
  const { NodeJSKernelBackend } = module.exports as Kernels;
  const binding = loadAddon(() => load(join(folder, 'binding.node')) as Binding);
  tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node-gpu'));
  prepared.set(folder, binding.TF_Version);
  return { version: binding.TF_Version };
};

/** Versions, by folder. */
const prepared = new Map<string, string>();

/** The kernels of 2024 call what Node 23 has taken out of `util`. */
const utilOfOld = {
  ...util,
  isArray: Array.isArray,
  isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
};

/** What TensorFlow found to compute on; to be asked after the backend has started. */
export const tensorflowDevice = (): 'cpu' | 'gpu' =>
  (tf.backend() as TensorflowBackend).isUsingGpuDevice ? 'gpu' : 'cpu';

const loadAddon = (load: () => Binding): Binding => {
  try {
    return load();
  } catch (error) {
    throw new StageError(
      `backend tensorflow does not load: ${(error as Error).message.split('\n')[0]}`,
      '`stemma doctor` says what is missing; `stemma backend install` puts it there',
    );
  }
};
