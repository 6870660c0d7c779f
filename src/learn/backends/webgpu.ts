import type { GraphicsAdapter } from '../../types/backend-trial.ts';
import type { BackendChoice } from '../../types/stage.ts';
import { StageError } from '../error.ts';

/** What Dawn computes on. */
export interface Adapter {
  /** Version of the TensorFlow.js backend. */
  readonly version: string;
  /** `cpu` for a software adapter, with which the processor plays a GPU. */
  readonly device: BackendChoice['device'];
}

/**
 * The adapters that Dawn can be asked for, one by one, in its order: the fastest first.
 *
 * Dawn takes the first adapter whose name has in it what was asked for. So of several with the same name the first
 * alone can be had, and one whose name is a part of an earlier one's cannot: the earlier one stands for both.
 *
 * @throws StageError where Dawn's list is not as it is known.
 */
export const listAdapters = async (): Promise<readonly GraphicsAdapter[]> => {
  const found: GraphicsAdapter[] = [];
  for (const name of new Set(await listNames())) {
    const { info } = (await (await gpuWith(name)).requestAdapter(wish))!;
    if (!isCalled(info, name)) continue;
    const { vendor, architecture, isFallbackAdapter: software } = info;
    found.push({ name, vendor, architecture, software });
  }
  return found;
};

/** The package's own wish, so that it gets the same adapter. */
const wish = { powerPreference: 'high-performance' } as const;

/**
 * Dawn tells the names of all adapters where it is asked for one that is not there, and nowhere else.
 *
 * @see https://github.com/dawn-gpu/node-webgpu#usage, the option `adapter`
 */
const listNames = async (): Promise<readonly string[]> => {
  const gpu = await gpuWith('\u0001');
  const complaint = await gpu.requestAdapter(wish).then(nothing, (error: Error) => error.message);
  if (complaint === undefined) return [];
  const names = namesIn(complaint);
  if (names.length === 0) throw new StageError(`Dawn does not list its adapters, and says: ${complaint}`);
  return names;
};

const nothing = () => undefined;

const namesIn = (complaint: string): readonly string[] =>
  [...complaint.matchAll(/^ \* backend: '[^']*', name: '(.+)'$/gm)].map(([, name]) => name!);

/** Dawn, which knows no adapter but the first with this in its name. */
const gpuWith = async (adapter: string | undefined): Promise<GPU> => {
  const { create } = await import('webgpu');
  return create(adapter === undefined ? [] : [`adapter=${adapter}`]);
};

/**
 * Registers the backend `webgpu`, on Dawn.
 *
 * @param name of the adapter that it has to be; undefined: any.
 * @throws StageError where there is no adapter, or another one.
 */
export const prepareWebgpu = async (name: string | undefined): Promise<Adapter> => {
  const { globals } = await import('webgpu');
  // The package looks for a browser's `navigator.gpu`, and registers only where it finds it while it is loaded.
  Object.assign(globalThis, globals);
  const gpu = await gpuWith(name);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  const { isFallbackAdapter } = await adapterOf(gpu, name);
  await import('@tensorflow/tfjs-backend-webgpu');
  // By import, since stages' bundles lie where no `node_modules` may be above them.
  const { version } = await import('@tensorflow/tfjs-backend-webgpu/dist/version.js');
  return { version, device: isFallbackAdapter ? 'cpu' : 'gpu' };
};

const adapterOf = async (gpu: GPU, name: string | undefined): Promise<GPUAdapterInfo> => {
  const which = name === undefined ? '' : ` "${name}"`;
  const adapter = await gpu.requestAdapter(wish).catch((error: Error) => {
    const others = namesIn(error.message).map((other) => `"${other}"`);
    const instead = others.length > 0 ? `, but ${others.join(', ')}` : `: ${error.message}`;
    throw new StageError(`backend webgpu does not find the adapter${which} here${instead}`, doctor);
  });
  if (adapter === null) throw new StageError(`backend webgpu finds no adapter${which} here`, doctor);
  const { info } = adapter;
  if (name !== undefined && !isCalled(info, name))
    throw new StageError(`backend webgpu was to compute on the adapter${which}, and gets "${info.device}"`, doctor);
  return info;
};

const doctor = '`stemma doctor` lists the adapters';

const isCalled = ({ device }: GPUAdapterInfo, name: string): boolean => device === normalized(name);

/**
 * As WebGPU shows the name of a device: in small letters, with a dash for whatever is no letter or digit of ASCII.
 *
 * @see https://gpuweb.github.io/gpuweb/#normalized-identifier-string
 */
const normalized = (name: string): string =>
  name
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '');
