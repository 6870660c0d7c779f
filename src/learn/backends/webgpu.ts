import { createRequire } from 'node:module';
import type { GraphicsAdapter } from '../../types/backend-trial.ts';
import type { BackendChoice } from '../../types/stage.ts';
import { StageError } from '../error.ts';

/** What Dawn computes on. */
export interface Adapter {
  /** Version of the TensorFlow.js backend. */
  readonly version: string;
  /** `cpu` for a software adapter, with which the processor plays a GPU. */
  readonly device: BackendChoice['device'];
  /** As `NVIDIA H100 PCIe`. */
  readonly described: string;
}

/** All adapters that Dawn hands out for one wish or another; the one that the backend would get is the first. */
export const listAdapters = async (): Promise<readonly GraphicsAdapter[]> => {
  const { create } = await import('webgpu');
  const gpu = create([]);
  const found = new Map<string, GraphicsAdapter>();
  const wishes = [
    { powerPreference: 'high-performance' },
    { powerPreference: 'low-power' },
    { forceFallbackAdapter: true },
  ];
  for (const wish of wishes as readonly GPURequestAdapterOptions[]) {
    const adapter = await gpu.requestAdapter(wish);
    if (adapter === null) continue;
    const { vendor, architecture, device, description, isFallbackAdapter: software } = adapter.info;
    const described = device || description || vendor;
    found.set(`${described} ${software}`, { described, vendor, architecture, software });
  }
  return [...found.values()];
};

/**
 * Registers the backend `webgpu`, on Dawn.
 *
 * @throws StageError where there is no adapter.
 */
export const prepareWebgpu = async (): Promise<Adapter> => {
  const { create, globals } = await import('webgpu');
  // The package looks for a browser's `navigator.gpu`, and registers only where it finds it while it is loaded.
  Object.assign(globalThis, globals);
  const gpu = create([]);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  const adapter = await adapterOf(gpu);
  await import('@tensorflow/tfjs-backend-webgpu');
  return adapter;
};

const adapterOf = async (gpu: GPU): Promise<Adapter> => {
  // The same wish as the package's own, so that both get the same adapter.
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new StageError('backend webgpu finds no adapter here', '`stemma doctor` says more');
  const { isFallbackAdapter, description, device, vendor } = adapter.info;
  const { version } = createRequire(import.meta.url)('@tensorflow/tfjs-backend-webgpu/package.json') as Adapter;
  return { version, device: isFallbackAdapter ? 'cpu' : 'gpu', described: device || description || vendor };
};
