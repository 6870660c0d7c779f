import { readdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { TensorflowInstallation } from '../../types/generated/tensorflow-installation.ts';
import { isTensorflowInstallation } from '../generated/tensorflow-installation.js';
import { addonVersion, tensorflowVersion } from './versions.ts';

/** An installation of TensorFlow in the user's cache. */
export interface Installed {
  /** Its name below `backends/`: `tensorflow-2.21.0-cpu`. */
  readonly name: string;
  /** Absolute path: binding.node, kernels.cjs, lib/. */
  readonly folder: string;
  readonly version: string;
  /** What it was built for, which says nothing of what this machine has. */
  readonly device: 'cpu' | 'gpu';
  /** Absolute paths that have to be in LD_LIBRARY_PATH of the process that loads it. */
  readonly libraryFolders: readonly string[];
  readonly installation: TensorflowInstallation;
}

/**
 * The installation to use: the one of the version that Stemma knows, for this kind of machine, for the GPU rather than
 * for the processor. Cheap: reads a small file each; whether it works, only loading it tells.
 *
 * @param cache the user's cache folder, see `userCacheFolder`.
 * @param device one that was built for this alone.
 */
export const findTensorflow = (cache: string, device?: 'cpu' | 'gpu'): Installed | undefined => {
  const usable = listInstalled(cache).filter(isUsable);
  const wanted = device === undefined ? (['gpu', 'cpu'] as const) : [device];
  for (const each of wanted) {
    const found = usable.find((installed) => installed.device === each);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** All installations that can be read, by name; also such as this version of Stemma or this machine cannot use. */
export const listInstalled = (cache: string): readonly Installed[] =>
  namesIn(backendsFolder(cache))
    .filter((name) => /^tensorflow-/.test(name))
    .flatMap((name) => readInstalled(cache, name) ?? []);

/** One installation by its name; undefined where it is absent, damaged or of another format. */
export const readInstalled = (cache: string, name: string): Installed | undefined => {
  const folder = join(backendsFolder(cache), name);
  const installation = parse(join(folder, 'installation.json'));
  if (installation === undefined || name !== installedName(installation)) return undefined;
  const libraryFolders = installation.libraryFolders.map((path) => (isAbsolute(path) ? path : join(folder, path)));
  const { tensorflow: version, device } = installation;
  return { name, folder, version, device, libraryFolders, installation };
};

export const backendsFolder = (cache: string): string => join(cache, 'backends');

/** The name of the folder in which an installation stands. */
export const installedName = ({ tensorflow, device }: Pick<TensorflowInstallation, 'tensorflow' | 'device'>): string =>
  `tensorflow-${tensorflow}-${device}`;

/** A cache folder may be shared by machines of several kinds. */
const isUsable = ({ version, installation: { addon, system } }: Installed): boolean =>
  version === tensorflowVersion &&
  addon === addonVersion &&
  system.platform === process.platform &&
  system.arch === process.arch;

const parse = (file: string): TensorflowInstallation | undefined => {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isTensorflowInstallation(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
};
