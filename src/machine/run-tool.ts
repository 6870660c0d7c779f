import { Interrupted } from '../store/lock.ts';

/** How a program of the machine ended. */
export type ToolEnd =
  | { readonly kind: 'ended'; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'signal'; readonly signal: string; readonly stderr: string }
  /** There is no such program. */
  | { readonly kind: 'missing' };

export interface ToolOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  readonly cwd?: string;
  /** Milliseconds after which it is ended. */
  readonly timeout?: number;
}

/**
 * Runs a program with all its output kept, in a process group of its own, so that a Ctrl-C on the terminal reaches it
 * through `signal` alone, and what it started ends with it.
 *
 * @throws Interrupted where `signal` aborts.
 */
export const runTool = async (command: string, args: readonly string[], options: ToolOptions): Promise<ToolEnd> => {
  const { environment, signal, cwd, timeout } = options;
  if (signal?.aborted) throw new Interrupted();
  const { execa } = await import('execa');
  const child = execa(command, args, {
    ...(cwd !== undefined && { cwd }),
    ...(timeout !== undefined && { timeout }),
    env: environment,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    detached: true,
    stripFinalNewline: true,
  });
  const end = (): void => endGroup(child.pid);
  signal?.addEventListener('abort', end, { once: true });
  process.once('exit', end);
  try {
    const result = await child;
    if (signal?.aborted) throw new Interrupted();
    if (result.exitCode !== undefined) {
      return { kind: 'ended', exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
    }
    if (result.signal !== undefined) return { kind: 'signal', signal: result.signal, stderr: result.stderr };
    return { kind: 'missing' };
  } finally {
    signal?.removeEventListener('abort', end);
    process.removeListener('exit', end);
    end();
  }
};

const endGroup = (pid: number | undefined): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended, and all that it started.
  }
};
