import type { Installed } from './find.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is fixed for a process that loads TensorFlow: it reads its environment while it is loaded, and never again. */
export interface TensorflowSetting {
  readonly threads: number;
  readonly device: 'cpu' | 'gpu';
}

/** The environment of a process that is to load an installation. */
export const tensorflowEnvironment = (
  { libraryFolders, folder }: Pick<Installed, 'folder' | 'libraryFolders'>,
  { threads, device }: TensorflowSetting,
  base: Environment,
): Environment => ({
  ...base,
  TF_NUM_INTRAOP_THREADS: `${threads}`,
  TF_NUM_INTEROP_THREADS: `${threads}`,
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  TF_CPP_MIN_LOG_LEVEL: base['TF_CPP_MIN_LOG_LEVEL'] ?? '1',
  ...(device === 'cpu' && { CUDA_VISIBLE_DEVICES: '-1' }),
  ...(libraryFolders.length > 0 && { LD_LIBRARY_PATH: joined(libraryFolders, base['LD_LIBRARY_PATH']) }),
  ...(device === 'gpu' && {
    XLA_FLAGS: joinedFlags(base['XLA_FLAGS'], `--xla_gpu_cuda_data_dir=${folder}/cuda/cuda_nvcc`),
  }),
});

const joined = (folders: readonly string[], before: string | undefined): string =>
  [...folders, ...(before === undefined || before === '' ? [] : [before])].join(':');

const joinedFlags = (before: string | undefined, flag: string): string =>
  before === undefined || before === '' ? flag : `${before} ${flag}`;
