import { join } from 'node:path';
import { packageRoot } from '../load/project.ts';
import { Interrupted } from '../store/lock.ts';
import type { RowAnswer, RowOrder } from '../types/row-program.ts';

export interface ProgramPlace {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * Looks for a row in a process of its own: the runner loads nothing of what stages are made of.
 *
 * @throws Interrupted where `signal` aborts.
 */
export const findRow = async (order: RowOrder, { environment, signal }: ProgramPlace): Promise<RowAnswer> => {
  if (signal.aborted) throw new Interrupted();
  const { execaNode } = await import('execa');
  let answer: RowAnswer | undefined;
  const child = execaNode(join(packageRoot(), 'dist', 'find-row.js'), {
    ...{ env: environment, extendEnv: false, reject: false, stdin: 'ignore', all: true },
    ...{ cancelSignal: signal, forceKillAfterDelay: 1000 },
    // Those of the runner, as of a debugger, are not meant for it.
    nodeOptions: [],
  });
  child.on('message', (message) => {
    answer = message as unknown as RowAnswer;
  });
  child.on('error', () => {}); // It may be gone before it gets its order.
  child.send?.(order as never);
  const { exitCode, signal: killed, all } = await child;
  if (signal.aborted) throw new Interrupted();
  const said = String(all ?? '').trim();
  return (
    answer ?? {
      type: 'failed',
      message: `the program that looks for rows ended with ${killed ?? `exit code ${exitCode}`}${said === '' ? '' : `:\n${said}`}`,
    }
  );
};
