import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { digestJson, hexOf } from '../fingerprint/canonical.ts';
import { replaceFile } from '../fingerprint/replace-file.ts';
import { packageRoot } from '../load/project.ts';
import type { Probe } from '../types/probe.ts';
import type { BackendName } from '../types/stage.ts';
import type { Graphics } from './graphics.ts';

export interface ProbeRequest {
  readonly name: BackendName;
  /** Absolute path of the installation; of TensorFlow. */
  readonly folder?: string;
  /** Of the process that starts the backend. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the answer depends on beside all that: while it is the same, nothing is asked again. */
  readonly graphics: Graphics;
  readonly cache: string;
}

/**
 * Starts a backend in a process of its own, and says what it found. The answer is kept in the user's cache, and holds
 * until devices, drivers, libraries or packages change: starting TensorFlow on a GPU takes seconds.
 */
export const probeBackend = async (request: ProbeRequest): Promise<Probe> => {
  const file = join(request.cache, 'probes-v1', `${hexOf(digestJson(conditionsOf(request)))}.json`);
  const known = readProbe(file);
  if (known !== undefined) return known;
  const probe = await askBackend(request);
  keep(file, probe);
  return probe;
};

/** The same, asked anew. */
export const askBackend = async ({ name, folder = '', environment }: ProbeRequest): Promise<Probe> => {
  const { execa } = await import('execa');
  const program = join(packageRoot(), 'dist', 'backend-probe.js');
  const { stdout, exitCode, signal, timedOut } = await execa(process.execPath, [program, name, folder], {
    ...{ env: environment, extendEnv: false, reject: false, timeout: patience * 1000 },
    // What a driver prints is not ours to show.
    ...{ stdin: 'ignore', stderr: 'ignore' },
  });
  if (timedOut) return { works: false, why: `it did not answer within ${patience} s` };
  const said = parse(stdout.trim().split('\n').at(-1) ?? '');
  if (said !== undefined) return said;
  return { works: false, why: `its process ended by ${signal ?? `exit code ${exitCode}`}` };
};

/** Seconds. CUDA compiles its kernels for a card that it does not know when it meets it first. */
const patience = 120;

const conditionsOf = ({ name, folder, environment, graphics }: ProbeRequest) => ({
  name,
  folder: folder ?? null,
  environment: { ...environment },
  graphics: { devices: [...graphics.devices], marks: [...graphics.marks] },
  packages: packages.map(versionOf),
  program: read(join(packageRoot(), 'dist', 'backend-probe.js')).length,
  node: process.versions.node,
});

const packages = ['webgpu', '@tensorflow/tfjs-backend-webgpu'];

const versionOf = (name: string): string => {
  const load = createRequire(import.meta.url);
  // `webgpu` exports no package.json.
  const paths = load.resolve.paths(name) ?? [];
  for (const path of paths) {
    const text = read(join(path, name, 'package.json'));
    if (text !== '') return (JSON.parse(text) as { version: string }).version;
  }
  return '';
};

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** An answer that was kept; undefined where there is none, or it is damaged. */
export const readProbe = (file: string): Probe | undefined => parse(read(file));

/** What has another shape counts as no answer. */
const parse = (text: string): Probe | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isProbe(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const isProbe = (value: unknown): value is Probe => {
  const { works, why, version, device, described = '' } = Object(value) as Readonly<Record<string, unknown>>;
  if (works === false) return typeof why === 'string';
  if (works !== true) return false;
  return typeof version === 'string' && (device === 'cpu' || device === 'gpu') && typeof described === 'string';
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
