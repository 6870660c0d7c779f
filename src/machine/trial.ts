import { join } from 'node:path';
import { packageRoot } from '../load/project.ts';
import { Interrupted } from '../store/lock.ts';
import type { AdaptersOrder, BackendSpeed, GraphicsAdapter, TrialAnswer, TrialOrder } from '../types/backend-trial.ts';
import type { BackendChoice } from '../types/stage.ts';
import type { Environment } from './backend-environment.ts';

/** What came of trying a backend. */
export type Trial =
  | {
      readonly works: true;
      readonly backend: Pick<BackendChoice, 'name' | 'version' | 'device' | 'threads'>;
      /** Kernels that the backend lacks and plain JavaScript computes. */
      readonly bridged: readonly string[];
      /** Where it was asked for. */
      readonly speed?: BackendSpeed;
    }
  | {
      readonly works: false;
      readonly reason: string;
      readonly hint?: string;
      /** What its libraries and drivers printed. */
      readonly said: string;
    };

export interface ProgramPlace {
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/**
 * Trains a few steps on a backend in a process of its own, and measures its speed where that is asked for. A backend
 * works only if this says so: a library that is there may still not load, and a driver may end the process.
 *
 * @throws Interrupted where `signal` aborts.
 */
export const tryBackend = async ({ backend, measure, ...place }: TrialOrder & ProgramPlace): Promise<Trial> => {
  const { answers, end, said } = await runProgram({ backend, measure }, place);
  const failed = answers.find((answer) => answer.type === 'failed');
  const trained = answers.find((answer) => answer.type === 'trained');
  const measured = answers.find((answer) => answer.type === 'measured');
  if (failed !== undefined) {
    return { works: false, reason: failed.message, ...(failed.hint !== undefined && { hint: failed.hint }), said };
  }
  if (trained === undefined || (measure && measured === undefined)) return { works: false, reason: end, said };
  const speed = measured && { matMul: measured.matMul, cnn: measured.cnn };
  return { works: true, backend: trained.backend, bridged: trained.bridged, ...(speed && { speed }) };
};

/**
 * What WebGPU could compute on, asked in a process of its own; or why it could not be asked.
 *
 * @throws Interrupted where `signal` aborts.
 */
export const askForAdapters = async (place: ProgramPlace): Promise<readonly GraphicsAdapter[] | string> => {
  const { answers, end } = await runProgram({ adapters: true }, place);
  for (const answer of answers) {
    if (answer.type === 'adapters') return answer.adapters;
    if (answer.type === 'failed') return answer.message;
  }
  return end;
};

interface Ended {
  readonly answers: readonly TrialAnswer[];
  /** How it ended, in words. */
  readonly end: string;
  readonly said: string;
}

const runProgram = async (order: TrialOrder | AdaptersOrder, { environment, signal }: ProgramPlace): Promise<Ended> => {
  if (signal.aborted) throw new Interrupted();
  const { execaNode } = await import('execa');
  const answers: TrialAnswer[] = [];
  const child = execaNode(join(packageRoot(), 'dist', 'backend-trial.js'), {
    env: environment,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    cancelSignal: signal,
    forceKillAfterDelay: 1000,
    timeout: longest,
    all: true,
    // Those of the runner, as of a debugger, are not meant for it.
    nodeOptions: [],
  });
  child.on('message', (answer) => void answers.push(answer as unknown as TrialAnswer));
  child.on('error', () => {}); // It may be gone before it gets its order.
  child.send?.(order);
  const result = await child;
  if (signal.aborted) throw new Interrupted();
  const said = String(result.all ?? '');
  return { answers, said, end: wordsFor(result, said) };
};

/** Milliseconds: a driver may hang. */
const longest = 300_000;

interface End {
  readonly signal?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly timedOut: boolean;
}

const wordsFor = ({ signal, exitCode, timedOut }: End, said: string): string => {
  const lines = said.split('\n').map((line) => line.trim());
  const last = lines.filter(Boolean).at(-1);
  const more = last === undefined ? '' : ` (${last.slice(0, 200)})`;
  if (timedOut) return `it did not end within ${longest / 1000} seconds`;
  return signal === undefined ? `it ended with exit code ${exitCode}${more}` : `it was ended by ${signal}${more}`;
};
