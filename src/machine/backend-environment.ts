import type { BackendChoice } from '../types/stage.ts';
import type { Device } from './devices.ts';
import type { Installed } from './tensorflow/find.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface BackendPlace {
  readonly environment: Environment;
  /** Of TensorFlow. */
  readonly installed?: Pick<Installed, 'folder' | 'libraryFolders'>;
  /** The devices that the process has for itself; absent: all that the user allows. */
  readonly devices?: readonly Pick<Device, 'cuda' | 'adapter'>[];
}

/** The environment of a process that starts a backend: TensorFlow and Dawn read it once, when they are loaded. */
export const backendEnvironment = (
  choice: Pick<BackendChoice, 'name' | 'device' | 'threads' | 'deterministic'>,
  place: BackendPlace,
): Readonly<Record<string, string>> =>
  defined({
    ...pick(place.environment, ofProcess),
    ...(choice.name === 'tensorflow' && tensorflowVariables(choice, place)),
    ...(choice.name === 'webgpu' && webgpuVariables(place)),
  });

const webgpuVariables = ({ environment, devices }: BackendPlace): Environment => ({
  ...pick(environment, ofVulkan),
  STEMMA_WEBGPU_ADAPTER: devices?.[0]?.adapter,
  // Vulkan does not read it: what reads the load of the stage's cards does.
  CUDA_VISIBLE_DEVICES: devices?.[0]?.cuda,
});

/** The variables that decide which bits come out: for the record. */
export const backendSettings = (
  choice: Pick<BackendChoice, 'name' | 'device' | 'threads' | 'deterministic'>,
): Readonly<Record<string, string>> => {
  if (choice.name !== 'tensorflow') return {};
  return choice.device === 'cpu' ? threadsOf(choice.threads) : choice.deterministic ? strict : {};
};

const threadsOf = (threads: number) => ({
  TF_NUM_INTRAOP_THREADS: String(threads),
  TF_NUM_INTEROP_THREADS: String(threads),
});

/**
 * glibc keeps memory that is freed instead of giving it back: weights are copied at each end of an epoch, and to take new
 * memory from Linux, page by page and cleared, takes longer than to copy into it. Blocks of more than 32 MiB, the most that
 * glibc allows here, are given back all the same.
 *
 * @see mallopt(3): M_MMAP_THRESHOLD, M_TRIM_THRESHOLD
 */
const keepingMemory = {
  MALLOC_MMAP_THRESHOLD_: String(32 * 2 ** 20),
  MALLOC_TRIM_THRESHOLD_: String(256 * 2 ** 20),
};

const tensorflowVariables = (
  { device, threads, deterministic }: Pick<BackendChoice, 'device' | 'threads' | 'deterministic'>,
  { environment, installed, devices }: BackendPlace,
): Environment => ({
  // Of its log, errors alone.
  TF_CPP_MIN_LOG_LEVEL: environment['TF_CPP_MIN_LOG_LEVEL'] ?? '2',
  ...keepingMemory,
  ...(installed !== undefined && { STEMMA_BACKEND_FOLDER: installed.folder }),
  LD_LIBRARY_PATH: libraryPath(installed?.libraryFolders ?? [], environment['LD_LIBRARY_PATH']),
  ...(device === 'cpu'
    ? { ...threadsOf(threads), CUDA_VISIBLE_DEVICES: '-1' }
    : {
        CUDA_VISIBLE_DEVICES: visibleDevices(devices) ?? environment['CUDA_VISIBLE_DEVICES'],
        CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
        // It would take all of the GPU's memory otherwise, whatever it needs.
        TF_FORCE_GPU_ALLOW_GROWTH: 'true',
        XLA_FLAGS: xlaFlags(installed, environment['XLA_FLAGS']),
        ...(deterministic && strict),
      }),
});

/** Where XLA finds the assembler and the device functions that it compiles with. */
const xlaFlags = (installed: Pick<Installed, 'folder'> | undefined, own: string | undefined): string | undefined => {
  const folder = installed && `--xla_gpu_cuda_data_dir=${installed.folder}/cuda/cuda_nvcc`;
  return [own, folder].filter(Boolean).join(' ') || undefined;
};

/** An empty part of it would be the working folder. */
const libraryPath = (folders: readonly string[], own: string | undefined): string | undefined =>
  [...folders, own].filter(Boolean).join(':') || undefined;

/**
 * What TensorFlow needs on a GPU to give the same bits again; an op that cannot fails.
 *
 * @see https://www.tensorflow.org/api_docs/python/tf/config/experimental/enable_op_determinism
 */
const strict = {
  TF_DETERMINISTIC_OPS: '1',
  TF_CUDNN_DETERMINISTIC: '1',
  TF_CUDNN_USE_AUTOTUNE: '0',
  CUBLAS_WORKSPACE_CONFIG: ':4096:8',
};

/** As `CUDA_VISIBLE_DEVICES` has it. */
export const visibleDevices = (devices: BackendPlace['devices']): string | undefined =>
  devices?.map(({ cuda }) => cuda).join(',');

const ofProcess = ['PATH', 'HOME', 'USER', 'TMPDIR', 'LD_LIBRARY_PATH', 'STEMMA_CACHE_DIR', 'XDG_CACHE_HOME'];
const ofVulkan = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'XDG_RUNTIME_DIR', 'STEMMA_SOFTWARE_WEBGPU'];

const pick = (environment: Environment, names: readonly string[]): Environment =>
  Object.fromEntries(names.map((name) => [name, environment[name]]));

const defined = (environment: Environment): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(environment).filter((pair): pair is [string, string] => pair[1] !== undefined));
