import type { BackendName } from '../types/stage.ts';
import { backendEnvironment, type Environment } from './backend-environment.ts';
import { userCacheFolder } from './cache-folder.ts';
import { findGraphics, type NvidiaCard } from './graphics.ts';
import { versionOf } from './package-version.ts';
import { probeBackend } from './probe.ts';
import { type Look, notInstalled, type Rung } from './rungs.ts';
import { findTensorflow } from './tensorflow/find.ts';

/** What this machine has to compute with. */
export interface Machine {
  /** Looks whether a rung is there, at most once; without loading TensorFlow.js here. */
  look(rung: Rung): Promise<Look>;
  /** NVIDIA's cards, in the order of their numbers. */
  readonly nvidia: readonly NvidiaCard[];
  /** The user's cache folder, which all projects share. */
  readonly cache: string;
  readonly environment: Environment;
}

/** @param options root: of the file system in which devices are looked for; another one in tests alone. */
export const openMachine = ({ environment, root = '/' }: MachineOptions): Machine => {
  const cache = userCacheFolder({ environment });
  const graphics = findGraphics(root);
  const context = { environment, cache, graphics };
  const looks = new Map<string, Promise<Look>>();
  const look = (rung: Rung): Promise<Look> => {
    const key = `${rung.name} ${rung.device}`;
    const known = looks.get(key);
    if (known !== undefined) return known;
    const fresh = ways[rung.name](rung, context);
    looks.set(key, fresh);
    return fresh;
  };
  return { look, nvidia: graphics.nvidia, cache, environment };
};

export interface MachineOptions {
  readonly environment: Environment;
  readonly root?: string;
}

interface Context {
  readonly environment: Environment;
  readonly cache: string;
  readonly graphics: ReturnType<typeof findGraphics>;
}

const lookForTensorflow = async ({ device }: Rung, context: Context): Promise<Look> => {
  const { cache, graphics } = context;
  const install = device === 'gpu' ? '`stemma backend install --gpu` brings it' : '`stemma backend install` brings it';
  if (device === 'gpu' && graphics.nvidia.length === 0) return { kind: 'not there', why: 'no NVIDIA GPU here' };
  const installed = findTensorflow(cache, device === 'gpu' ? 'gpu' : undefined);
  if (installed === undefined) return { kind: 'not there', why: notInstalled, hint: install };
  const { version, folder } = installed;
  // That it computes on the processor was tried when it was installed.
  if (device === 'cpu') return { kind: 'there', version, folder };
  const backend = { name: 'tensorflow', version, device, threads: 1, deterministic: false, folder } as const;
  const environment = backendEnvironment(backend, { ...context, installed });
  // Where a library of CUDA is missing, TensorFlow computes on the processor, and the trial says so.
  const probe = await probeBackend({ ...context, backend, environment });
  if (!probe.works) return { kind: 'not there', why: probe.why, hint: '`stemma doctor` says more' };
  return { kind: 'there', version, folder };
};

const lookForWebgpu = async (_: Rung, context: Context): Promise<Look> => {
  // A software adapter needs no device; it is looked for where it is allowed.
  if (context.graphics.devices.length === 0 && context.environment['STEMMA_SOFTWARE_WEBGPU'] === undefined)
    return { kind: 'not there', why: 'no graphics device here' };
  const version = versionOf('webgpu');
  const backend = { name: 'webgpu', version, device: 'gpu', threads: 1, deterministic: false } as const;
  const environment = backendEnvironment(backend, context);
  const probe = await probeBackend({ ...context, backend, environment });
  if (!probe.works) return { kind: 'not there', why: probe.why, hint: '`stemma doctor` says more' };
  const { adapters } = probe;
  const { name: described, software } = adapters![0]!;
  return { kind: 'there', version, described, adapters: adapters!, ...(software && { software }) };
};

const ofPackage = async ({ name }: Rung): Promise<Look> => ({ kind: 'there', version: versionOf(name) });

const ways: Readonly<Record<BackendName, (rung: Rung, context: Context) => Promise<Look>>> = {
  tensorflow: lookForTensorflow,
  webgpu: lookForWebgpu,
  wasm: ofPackage,
  cpu: ofPackage,
};
