import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runTool, type ToolOptions } from '../run-tool.ts';

/** A library that a backend opens. */
export interface SharedLibrary {
  readonly name: string;
  /** Absolute path of what would be loaded; undefined where there is none. */
  readonly path?: string;
}

/** Those that TensorFlow 2.21 opens to compute on a GPU: the driver's own first, then CUDA 12 and what belongs to it. */
export const cudaLibraries = [
  'libcuda.so.1',
  'libcudart.so.12',
  'libcublas.so.12',
  'libcublasLt.so.12',
  'libcudnn.so.9',
  'libcufft.so.11',
  'libcurand.so.10',
  'libcusolver.so.11',
  'libcusparse.so.12',
  'libcupti.so.12',
  'libnccl.so.2',
  'libnvJitLink.so.12',
  'libnvrtc.so.12',
];

/** Vulkan's loader, through which Dawn finds the drivers; on Linux. */
export const vulkanLoader = 'libvulkan.so.1';

/**
 * Where the dynamic linker would find each.
 *
 * @param folders of an installation, which come first.
 */
export const findLibraries = async (
  names: readonly string[],
  folders: readonly string[],
  options: ToolOptions,
): Promise<readonly SharedLibrary[]> => {
  const own = (options.environment['LD_LIBRARY_PATH'] ?? '').split(':').filter(Boolean);
  const known = await linkerCache(options);
  return names.map((name) => {
    const folder = [...folders, ...own].find((each) => existsSync(join(each, name)));
    const path = folder === undefined ? known.get(name) : join(folder, name);
    return { name, ...(path !== undefined && { path }) };
  });
};

const linkerCache = async (options: ToolOptions): Promise<ReadonlyMap<string, string>> => {
  const listed = await runTool('ldconfig', ['-p'], options);
  // Users' PATH often lacks the folder of the system's own tools.
  const ended = listed.kind === 'missing' ? await runTool('/sbin/ldconfig', ['-p'], options) : listed;
  const lines = ended.kind === 'ended' ? ended.stdout.split('\n') : [];
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const [, name, path] = /^\s*(\S+) \(.*\) => (\/.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, path!]];
    }),
  );
};
