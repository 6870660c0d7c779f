import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestJson, hexOf } from '../fingerprint/canonical.ts';
import { replaceFile } from '../fingerprint/replace-file.ts';
import type { GraphicsAdapter } from '../types/backend-trial.ts';
import type { GrantedBackend } from '../types/stage.ts';
import { bestKind } from './devices.ts';
import type { Graphics } from './graphics.ts';
import { askForAdapters, type ProgramPlace, tryBackend } from './trial.ts';

/** Whether a backend that computes on a GPU works here. */
export type Probe =
  | {
      readonly works: true;
      /** Of `webgpu`: what it computes on, at least one, the fastest first; all of one kind. */
      readonly adapters?: readonly GraphicsAdapter[];
    }
  | { readonly works: false; readonly why: string };

export interface ProbeRequest {
  readonly backend: GrantedBackend;
  /** Of the process that tries it. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the answer depends on beside all that: while it is the same, nothing is tried again. */
  readonly graphics: Graphics;
  readonly cache: string;
}

/**
 * Trains a few steps on a backend in a process of its own. The answer is kept in the user's cache, and holds until
 * devices, drivers, libraries or versions change: starting TensorFlow on a GPU takes seconds.
 */
export const probeBackend = async (request: ProbeRequest): Promise<Probe> => {
  const file = join(request.cache, 'probes-v2', `${hexOf(digestJson(conditionsOf(request)))}.json`);
  const known = readProbe(file);
  if (known !== undefined) return known;
  const place = { environment: request.environment, signal: never };
  const probe = await (request.backend.name === 'webgpu' ? askWebgpu : askOnce)(request.backend, place);
  keep(file, probe);
  return probe;
};

// It ends with us; a driver that hangs is given up by the trial itself.
const never = new AbortController().signal;

const askWebgpu = async (backend: GrantedBackend, place: ProgramPlace): Promise<Probe> => {
  const adapters = await askForAdapters(place);
  if (typeof adapters === 'string') return { works: false, why: `Dawn does not start: ${adapters}` };
  const found = bestKind(adapters);
  if (found.length === 0) return { works: false, why: 'Dawn finds no adapter' };
  // With the processor for a GPU a trial takes long, and it is taken by those alone who insist on it.
  if (found[0]!.software) return { works: true, adapters: found };
  const works: GraphicsAdapter[] = [];
  let problem: Probe | undefined;
  for (const adapter of found) {
    const tried = await askOnce({ ...backend, adapter: adapter.name }, place);
    if (tried.works) works.push(adapter);
    else problem ??= tried;
  }
  return problem === undefined || works.length > 0 ? { works: true, adapters: works } : problem;
};

const askOnce = async (backend: GrantedBackend, place: ProgramPlace): Promise<Probe> => {
  const tried = await tryBackend({ backend, measure: false, ...place });
  return tried.works ? { works: true } : { works: false, why: tried.reason };
};

const conditionsOf = ({ backend, environment, graphics }: ProbeRequest) => ({
  backend: { ...backend },
  environment: { ...environment },
  graphics: { devices: [...graphics.devices], marks: [...graphics.marks] },
  node: process.versions.node,
});

/** An answer that was kept; undefined where there is none, or it is damaged. */
export const readProbe = (file: string): Probe | undefined => {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isProbe(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const isProbe = (value: unknown): value is Probe => {
  const { works, why, adapters } = Object(value) as Readonly<Record<string, unknown>>;
  if (works === false) return typeof why === 'string';
  const fits = adapters === undefined || (Array.isArray(adapters) && adapters.length > 0 && adapters.every(isAdapter));
  return works === true && fits;
};

const isAdapter = (value: unknown): boolean => {
  const { name, vendor, architecture, software } = Object(value) as Readonly<Record<string, unknown>>;
  return [name, vendor, architecture].every((text) => typeof text === 'string') && typeof software === 'boolean';
};

/** A cache that cannot be written costs time alone. */
const keep = (file: string, probe: Probe): void => {
  try {
    mkdirSync(dirname(file), { recursive: true });
    replaceFile(file, JSON.stringify(probe));
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
  }
};
