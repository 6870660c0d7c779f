import { join } from 'node:path';
import { packageRoot } from '../load/project.ts';
import { Interrupted } from '../store/lock.ts';

export interface ProgramPlace {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

export interface Program {
  /** Name of its file in dist/, without `.js`. */
  readonly name: string;
  /** For messages, as `looks for rows`. */
  readonly does: string;
}

/**
 * Has a program of `src/learn` answer one order, in a process of its own: the runner loads nothing of what stages are
 * made of. A program that ends without an answer has failed.
 *
 * @throws Interrupted where `signal` aborts.
 */
export const askProgram = async <Order, Answer>(
  { name, does }: Program,
  order: Order,
  { environment, signal }: ProgramPlace,
): Promise<Answer | { readonly type: 'failed'; readonly message: string }> => {
  if (signal.aborted) throw new Interrupted();
  const { execaNode } = await import('execa');
  let answer: Answer | undefined;
  const child = execaNode(join(packageRoot(), 'dist', `${name}.js`), {
    ...{ env: environment, extendEnv: false, reject: false, stdin: 'ignore', all: true },
    ...{ cancelSignal: signal, forceKillAfterDelay: 1000 },
    // Those of the runner, as of a debugger, are not meant for it.
    nodeOptions: [],
  });
  child.on('message', (message) => {
    answer = message as unknown as Answer;
  });
  child.on('error', () => {}); // It may be gone before it gets its order.
  child.send?.(order as never);
  const { exitCode, signal: killed, all } = await child;
  if (signal.aborted) throw new Interrupted();
  const said = String(all ?? '').trim();
  const end = killed ?? `exit code ${exitCode}`;
  return (
    answer ?? {
      type: 'failed',
      message: `the program that ${does} ended with ${end}${said === '' ? '' : `:\n${said}`}`,
    }
  );
};
