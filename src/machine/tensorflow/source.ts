import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { ToolOptions } from '../run-tool.ts';
import { type PinnedWheels, pinnedWheels } from './pins.ts';
import { InstallProblem } from './problem.ts';
import { findInPython, requirePip } from './python.ts';
import type { System } from './system.ts';
import { tensorflowVersion } from './versions.ts';

/** Where TensorFlow's libraries are to come from. */
export type Source =
  | { readonly kind: 'pip'; readonly pinned: PinnedWheels }
  | { readonly kind: 'wheel'; readonly file: string /** CUDA's, beside it. */; readonly more: readonly string[] }
  | { readonly kind: 'folder'; readonly folder: string; readonly found: boolean };

export interface SourceRequest {
  readonly device: 'cpu' | 'gpu';
  /** What the user named: a wheel, a folder with wheels, or TensorFlow's own folder. */
  readonly from?: string;
  readonly system: System;
  readonly tools: ToolOptions;
}

/**
 * What the user named; else a TensorFlow of the right version that this machine has; else pip.
 *
 * @throws InstallProblem where what was named is none, or pip cannot be asked.
 */
export const chooseSource = async ({ device, from, system, tools }: SourceRequest): Promise<Source> => {
  if (from !== undefined) return namedSource(resolve(from), device);
  const found = await findInPython(tools);
  if (found !== undefined && (device === 'cpu' || found.cuda)) {
    return { kind: 'folder', folder: found.folder, found: true };
  }
  const pinned = pinnedWheels(`${system.platform}-${system.arch}-${device}`);
  if (pinned === undefined) {
    throw new InstallProblem(
      `no TensorFlow for the ${device === 'gpu' ? 'GPU' : 'processor'} of ${system.platform} ${system.arch} has been pinned yet`,
      'give one with --from',
    );
  }
  await requirePip(tools);
  return { kind: 'pip', pinned };
};

/** The libraries that the addon is linked with. */
export const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'] as const;

const namedSource = (path: string, device: 'cpu' | 'gpu'): Source => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw mistake(`there is nothing at ${path}`);
  if (found.isFile()) return wheelSource(path, device);
  const names = readdirSync(path);
  const wheel = names.find((name) => wheelName.test(name));
  if (wheel !== undefined) return wheelSource(join(path, wheel), device);
  const folder = [path, join(path, 'tensorflow')].find((each) => libraries.every((name) => isFile(join(each, name))));
  if (folder === undefined) throw mistake(`${path} holds neither a wheel of TensorFlow nor ${libraries.join(' and ')}`);
  const installed = versionBeside(folder);
  if (installed !== undefined && installed !== tensorflowVersion) throw otherVersion(folder, installed);
  return { kind: 'folder', folder, found: false };
};

const wheelName = /^tensorflow(?:_cpu)?-([^-]+)-[^/]*\.whl$/;

const wheelSource = (file: string, device: 'cpu' | 'gpu'): Source => {
  const [, version] = wheelName.exec(basename(file)) ?? [];
  if (version === undefined) throw mistake(`${file} is no wheel of TensorFlow`);
  if (version !== tensorflowVersion) throw otherVersion(file, version);
  const beside = device === 'gpu' ? readdirSync(dirname(file)).filter((name) => /^nvidia_.*\.whl$/.test(name)) : [];
  return { kind: 'wheel', file, more: beside.sort().map((name) => join(dirname(file), name)) };
};

/** Of an installed package, from the name of its metadata's folder; undefined where there is none. */
const versionBeside = (folder: string): string | undefined =>
  readdirSync(dirname(folder)).flatMap((name) => /^tensorflow(?:_cpu)?-(.+)\.dist-info$/.exec(name)?.[1] ?? [])[0];

const otherVersion = (place: string, version: string): InstallProblem =>
  mistake(`${place} is TensorFlow ${version}, and Stemma knows ${tensorflowVersion}`);

const mistake = (message: string): InstallProblem =>
  new InstallProblem(
    message,
    `--from takes a wheel of TensorFlow ${tensorflowVersion}, a folder with such wheels, or a Python's site-packages/tensorflow`,
    'mistake',
  );

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
