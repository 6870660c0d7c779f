import { join } from 'node:path';
import { packageRoot } from '../load/project.ts';
import { Interrupted } from '../store/lock.ts';
import type { BackendSpeed, TrialAnswer, TrialOrder } from '../types/backend-trial.ts';
import type { BackendChoice } from '../types/stage.ts';
import type { Environment } from './tensorflow/environment.ts';

/** What came of trying a backend. */
export type Trial =
  | {
      readonly works: true;
      readonly backend: Pick<BackendChoice, 'name' | 'version' | 'device' | 'threads'>;
      readonly bridged: readonly string[];
      readonly speed?: BackendSpeed;
    }
  | {
      readonly works: false;
      readonly reason: string;
      readonly hint?: string /** What it printed. */;
      readonly said: string;
    };

export interface TrialOptions extends TrialOrder {
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/**
 * Trains a few steps on a backend in a process of its own, and measures its speed where that is asked for. A backend
 * works only if this says so: a library that is there may still not load, and a driver may end the process.
 *
 * @throws Interrupted where `signal` aborts.
 */
export const tryBackend = async ({ environment, signal, ...order }: TrialOptions): Promise<Trial> => {
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
    // Those of the runner, as of a debugger or of a test, are not meant for it.
    nodeOptions: [],
  });
  child.on('message', (answer) => void answers.push(answer as unknown as TrialAnswer));
  child.on('error', () => {}); // It may be gone before it gets its order.
  child.send?.(order);
  const result = await child;
  if (signal.aborted) throw new Interrupted();
  const failed = answers.find((answer) => answer.type === 'failed');
  const trained = answers.find((answer) => answer.type === 'trained');
  const measured = answers.find((answer) => answer.type === 'measured');
  const said = String(result.all ?? '');
  if (failed !== undefined) {
    return { works: false, reason: failed.message, ...(failed.hint !== undefined && { hint: failed.hint }), said };
  }
  if (trained === undefined || (order.measure && measured === undefined)) {
    return { works: false, reason: endOf(result), said };
  }
  const { type: _, ...speed } = measured ?? { type: 'measured' as const, matMul: undefined, cnn: undefined };
  return {
    works: true,
    backend: trained.backend,
    bridged: trained.bridged,
    ...(measured && { speed: speed as BackendSpeed }),
  };
};

/** Milliseconds: a driver may hang. */
const longest = 300_000;

interface End {
  readonly signal?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly timedOut: boolean;
  readonly all?: unknown;
}

const endOf = ({ signal, exitCode, timedOut, all }: End): string => {
  const last = String(all ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .at(-1);
  const said = last === undefined ? '' : ` (${last.slice(0, 200)})`;
  if (timedOut) return `it did not end within ${longest / 1000} seconds`;
  return signal === undefined ? `it ended with exit code ${exitCode}${said}` : `it was ended by ${signal}${said}`;
};
