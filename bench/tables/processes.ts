import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fillDefaults } from '../../src/load/fill-defaults.ts';
import type { JsonObject } from '../../src/types/json.ts';
import { call } from '../processes.ts';
import type { Settings } from '../settings.ts';

/** What a process says that it took. */
export interface Taken {
  /** From just before its work to its end; the start of the process is not in it. */
  readonly seconds: number;
  /** Seconds of processor time in that while, of all threads. */
  readonly processor: number;
  /** The most memory that it had. */
  readonly megabytes: number;
  /** What a stage told of itself. */
  readonly summary?: string;
  readonly decoded?: number;
}

/** Runs a program that prints what it took as its last line. */
export const taken = (argv: readonly string[], { folder }: Settings): Taken =>
  JSON.parse(call(argv, { cwd: folder, env: threads }).trim().split('\n').at(-1) as string) as Taken;

/** As the runner has it. */
const threads = { UV_THREADPOOL_SIZE: String(Math.max(4, availableParallelism())) };

/** One of the bench's own programs. */
export const program = (name: string, settings: Settings, ...argv: readonly string[]): string[] => [
  process.execPath,
  join(settings.folder, 'programs', `${name}.mjs`),
  ...argv,
];

export interface StageWork {
  readonly type: 'ingest' | 'clean' | 'split' | 'normalize';
  readonly params: JsonObject;
  readonly deps: Readonly<Record<string, string>>;
  /** The folder for its outs, which is emptied. */
  readonly out: string;
  /** By dep, the file with the manifest of its folder. */
  readonly manifests?: Readonly<Record<string, string>>;
}

/** Runs a stage type in a process of its own. Pieces that it keeps lie beside its outs, and stay. */
export const runStage = ({ type, params, deps, out, manifests = {} }: StageWork, settings: Settings): Taken => {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const declared = JSON.parse(readFileSync(join(settings.root, 'stages', type, 'stage.json'), 'utf8')) as Declaration;
  const outs = Object.fromEntries(Object.entries(declared.outs).map(([name, { path }]) => [name, join(out, path)]));
  const filled = fillDefaults(declared.params, structuredClone(params)) as JsonObject;
  const order = { type, params: filled, deps, outs, memo: `${out}-memo`, manifests };
  return taken(program('stage', settings, JSON.stringify(order)), settings);
};

interface Declaration {
  readonly outs: Readonly<Record<string, { readonly path: string }>>;
  readonly params: JsonObject;
}
