import { spawnSync } from 'node:child_process';

export interface ProcessOptions {
  readonly cwd: string;
  /** On top of this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end, and returns what it printed on stdout. Throws an `Error` with its output if it fails. */
export const call = ([file, ...argv]: readonly string[], { cwd, env }: ProcessOptions): string => {
  const result = spawnSync(file!, argv, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
  });
  if (result.error) throw result.error;
  if (result.status === 0) return result.stdout;
  throw new Error(
    `${[file, ...argv].join(' ')} ended with ${result.status ?? result.signal}:\n${result.stderr.slice(-2000)}`,
  );
};

/** As `call`, with nothing read from the program: for timing. */
export const callQuietly = ([file, ...argv]: readonly string[], { cwd, env }: ProcessOptions): void => {
  const result = spawnSync(file!, argv, { cwd, env: { ...process.env, ...env }, stdio: 'ignore' });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`${[file, ...argv].join(' ')} ended with ${result.status ?? result.signal}`);
};

/** A line for the shell, run quietly. */
export const shell = (line: string, options: ProcessOptions): void => callQuietly(['/bin/sh', '-c', line], options);

/** Whether a program can be started. */
export const isThere = (file: string): boolean =>
  spawnSync(file, ['--version'], { stdio: 'ignore' }).error === undefined;
