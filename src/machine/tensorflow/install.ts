import { existsSync, mkdirSync, statfsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { flushFolder } from '../../fingerprint/replace-file.ts';
import { ancestors } from '../../load/project.ts';
import { Interrupted, withLock } from '../../store/lock.ts';
import type { TensorflowInstallation } from '../../types/generated/tensorflow-installation.ts';
import { backendEnvironment, type Environment } from '../backend-environment.ts';
import { type Trial, tryBackend } from '../trial.ts';
import { compileAddon, findCompiler, nodeApi } from './addon.ts';
import { damageOf } from './check.ts';
import { sha256Of } from './digest.ts';
import { backendsFolder, findTensorflow, type Installed, installedName, readInstalled } from './find.ts';
import type { InstallJob } from './job.ts';
import { bundleKernels } from './kernels.ts';
import { removeLeftovers, removeNow, workFolder } from './leftovers.ts';
import { InstallProblem } from './problem.ts';
import { chooseSource, type Source } from './source.ts';
import { findSources } from './sources.ts';
import { type System, unfitness } from './system.ts';
import { type Taken, takeTensorflow } from './take.ts';
import { addonVersion, tensorflowVersion } from './versions.ts';

export interface InstallRequest {
  /** The user's cache folder. */
  readonly cache: string;
  readonly device: 'cpu' | 'gpu';
  /** See `chooseSource`. */
  readonly from?: string;
  readonly system: System;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly watcher: InstallWatcher;
}

/** Whom an installation tells how far it is. */
export interface InstallWatcher extends Pick<InstallJob, 'began' | 'progress'> {
  /** Before anything is brought. */
  planned(plan: InstallPlan): void;
  /** Another process installs; ours goes on when it has ended. */
  waiting(holder: number): void;
  /** What stood there is damaged, and is made again. */
  replacing(damage: string): void;
}

export interface InstallPlan {
  readonly source: Source;
  /** Where it will stand. */
  readonly folder: string;
  /** Bytes that come from the network, and wheels whose size is not known before. */
  readonly download: { readonly bytes: number; readonly unknown: number };
}

export type InstallResult =
  | { readonly kind: 'already'; readonly installed: Installed }
  /** `fallback`: why it was tried on the processor, though it is for the GPU. */
  | { readonly kind: 'installed'; readonly installed: Installed; readonly fallback?: string };

/**
 * Brings TensorFlow's libraries into the user's cache folder, builds the addon against them, and trains a few steps
 * with it. It is made in a folder of its own that takes its place at the end: a kill leaves nothing that counts.
 *
 * @throws InstallProblem with the reason where it cannot be had; Interrupted where `signal` aborts. Nothing is left.
 */
export const installTensorflow = async (request: InstallRequest): Promise<InstallResult> => {
  const { cache, system, signal, watcher } = request;
  const unfit = unfitness(system);
  if (unfit !== undefined) throw new InstallProblem(unfit, 'webgpu and wasm need no installation');
  const before = installedAlready(request);
  if (before !== undefined) return { kind: 'already', installed: before };
  const backends = backendsFolder(cache);
  makeFolder(backends);
  return withLock(
    join(backends, '.lock'),
    async () => {
      // Another process may have done it while we waited.
      const meanwhile = installedAlready(request);
      if (meanwhile !== undefined) return { kind: 'already', installed: meanwhile };
      await removeLeftovers(backends);
      return makeInstallation(request);
    },
    { onWait: watcher.waiting, signal },
  );
};

/** As `mkdir -p`. Node's own says of a read-only file system that there is no such folder. */
const makeFolder = (folder: string): void => {
  for (const each of [...ancestors(folder)].reverse()) if (!existsSync(each)) mkdirSync(each);
};

const installedAlready = ({ cache, device, watcher }: InstallRequest): Installed | undefined => {
  const found = findTensorflow(cache, device);
  const damage = found && damageOf(found);
  if (damage !== undefined) watcher.replacing(damage);
  return damage === undefined ? found : undefined;
};

const makeInstallation = async (request: InstallRequest): Promise<InstallResult> => {
  const { cache, device, from, system, environment, signal, watcher } = request;
  const tools = { environment, signal };
  // What would be missing in the end is missed before anything is brought.
  const compiler = await findCompiler(tools);
  const source = await chooseSource({ device, system, tools, ...(from !== undefined && { from }) });
  const name = installedName({ tensorflow: tensorflowVersion, device });
  const folder = join(backendsFolder(cache), name);
  watcher.planned({ source, folder, download: downloadOf(source) });
  requireRoom(cache, roomFor(source));
  const job: InstallJob = {
    work: workFolder(backendsFolder(cache)),
    environment,
    signal,
    began: watcher.began,
    progress: watcher.progress,
  };
  const onExit = (): void => removeNow(job.work);
  process.once('exit', onExit);
  try {
    await mkdir(job.work);
    const taken = await takeTensorflow(source, device, job);
    await buildAddon(compiler, taken, job);
    const installation = await describe(taken, request, job);
    await writeFile(join(job.work, 'installation.json'), `${JSON.stringify(installation, null, 2)}\n`);
    const fallback = await requireTrained(job, installation, device);
    await takePlace(job.work, folder);
    const installed = readInstalled(cache, name)!;
    return { kind: 'installed', installed, ...(fallback !== undefined && { fallback }) };
  } catch (error) {
    throw signal.aborted ? new Interrupted() : error;
  } finally {
    process.removeListener('exit', onExit);
    await rm(job.work, { recursive: true, force: true });
  }
};

const buildAddon = async (compiler: string, { include }: Taken, job: InstallJob): Promise<void> => {
  job.began('sources');
  const sources = await findSources(job);
  job.began('compile');
  await compileAddon({ compiler, sources, include }, job);
  job.began('kernels');
  await bundleKernels(sources.addon, join(job.work, 'kernels.cjs'));
  for (const name of ['build', 'wheels']) await rm(join(job.work, name), { recursive: true, force: true });
};

const describe = async (taken: Taken, request: InstallRequest, job: InstallJob): Promise<TensorflowInstallation> => {
  job.began('digests');
  const entries = await readdir(job.work, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(job.work, join(entry.parentPath, entry.name)));
  const files: TensorflowInstallation['files'] = [];
  for (const path of paths.sort()) {
    const { size: bytes } = await stat(join(job.work, path));
    files.push({ path, bytes, sha256: await sha256Of(join(job.work, path), job.signal) });
  }
  return {
    format: 'stemma-tensorflow-v1',
    tensorflow: tensorflowVersion,
    addon: addonVersion,
    device: request.device,
    system: { platform: request.system.platform, arch: request.system.arch, nodeApi },
    source: taken.source,
    libraryFolders: [...taken.libraryFolders],
    files,
  };
};

/** Returns why it had to be tried on the processor, though it is for the GPU. */
const requireTrained = async (
  job: InstallJob,
  installation: TensorflowInstallation,
  device: 'cpu' | 'gpu',
): Promise<string | undefined> => {
  job.began('trial');
  const libraryFolders = installation.libraryFolders.map((path) => join(path.startsWith('/') ? '' : job.work, path));
  const installed = { folder: job.work, libraryFolders };
  const tryOn = (on: 'cpu' | 'gpu'): Promise<Trial> => {
    const choice = {
      name: 'tensorflow',
      version: tensorflowVersion,
      device: on,
      threads: 1,
      deterministic: false,
    } as const;
    const environment = backendEnvironment(choice, { environment: job.environment, installed });
    return tryBackend({ backend: { ...choice, folder: job.work }, measure: false, environment, signal: job.signal });
  };
  const first = await tryOn(device);
  if (first.works) return undefined;
  const second = device === 'gpu' ? await tryOn('cpu') : first;
  if (!second.works)
    throw new InstallProblem(`TensorFlow was built, and does not train: ${second.reason}`, second.hint);
  return first.reason;
};

const takePlace = async (work: string, folder: string): Promise<void> => {
  const old = `${work}-old`;
  // A folder cannot be renamed onto another that holds something.
  await rename(folder, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(work, folder);
  flushFolder(join(folder, '..'));
  await rm(old, { recursive: true, force: true });
};

const downloadOf = (source: Source): InstallPlan['download'] => {
  const wheels = source.kind === 'pip' ? source.pinned.wheels : [];
  const sizes = wheels.flatMap(({ bytes }) => bytes ?? []);
  return { bytes: sizes.reduce((sum, bytes) => sum + bytes, 0), unknown: wheels.length - sizes.length };
};

/** Bytes that have to be free while it is made, about. */
const roomFor = (source: Source): number => {
  if (source.kind !== 'pip') return 1_000_000_000;
  const { bytes, unknown } = downloadOf(source);
  return source.pinned.installed + bytes + unknown * 300_000_000 + 50_000_000;
};

const requireRoom = (cache: string, bytes: number): void => {
  const { bavail, bsize } = statfsSync(cache);
  if (bavail * bsize >= bytes) return;
  const free = ((bavail * bsize) / 1e9).toFixed(1);
  throw new InstallProblem(
    `there are ${free} GB free at ${cache}, and this needs ${(bytes / 1e9).toFixed(1)} GB`,
    'free some, or let STEMMA_CACHE_DIR name a folder on another disk',
  );
};
