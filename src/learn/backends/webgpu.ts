import { createRequire } from 'node:module';
import { StageError } from '../error.ts';

/**
 * Registers the backend `webgpu`, on Dawn. A software adapter, which is slower than wasm, is refused unless
 * `STEMMA_SOFTWARE_WEBGPU` is set, as tests do.
 *
 * @returns the version of the TensorFlow.js backend.
 * @throws StageError where there is no adapter.
 */
export const prepareWebgpu = async (): Promise<{ readonly version: string }> => {
  const { create, globals } = await import('webgpu');
  // The package looks for a browser's `navigator.gpu`, and registers only where it finds it while it is loaded.
  Object.assign(globalThis, globals);
  const gpu = create([]);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new StageError('backend webgpu finds no adapter here', '`stemma doctor` says more');
  if (adapter.info.isFallbackAdapter && process.env['STEMMA_SOFTWARE_WEBGPU'] === undefined) {
    throw new StageError(`backend webgpu finds a software adapter alone: ${adapter.info.description}`);
  }
  await import('@tensorflow/tfjs-backend-webgpu');
  return createRequire(import.meta.url)('@tensorflow/tfjs-backend-webgpu/package.json') as { version: string };
};
