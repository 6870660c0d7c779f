import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the kernel shows of graphics devices: cheap to read, and other than before when devices or drivers change. */
export interface Graphics {
  /** Files of the devices, as `/dev/dri/renderD128`, sorted. */
  readonly devices: readonly string[];
  /** NVIDIA's cards by their bus addresses, sorted. */
  readonly nvidia: readonly string[];
  /** What libraries and drivers there are may have changed when one of these has. */
  readonly marks: readonly string[];
}

/** @param root of the file system to look into: `/` but in tests. */
export const findGraphics = (root: string): Graphics => {
  const nvidia = names(join(root, 'proc/driver/nvidia/gpus'));
  const devices = [
    ...names(join(root, 'dev/dri'))
      .filter((name) => name.startsWith('renderD'))
      .map((name) => `/dev/dri/${name}`),
    // Windows' graphics inside its Linux.
    ...(exists(join(root, 'dev/dxg')) ? ['/dev/dxg'] : []),
    ...(process.platform === 'darwin' ? ['Metal'] : []),
    ...nvidia.map((address) => `NVIDIA ${address}`),
  ];
  const marks = [
    read(join(root, 'proc/driver/nvidia/version')),
    ...['etc/ld.so.cache', 'etc/vulkan/icd.d', 'usr/share/vulkan/icd.d'].map((path) => stamp(join(root, path))),
  ];
  return { devices, nvidia, marks };
};

const names = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
};

const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

const stamp = (path: string): string => String(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? '');
