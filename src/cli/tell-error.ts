import { CommanderError } from 'commander';
import { UserMistake } from '../commands/user-mistake.ts';
import type { UnusableInputs } from '../run/run-pipeline.ts';

/** Prints what ended the program, and returns its exit code: 2 for the user's mistake, 1 for the machine's refusal. */
export const tellError = (error: unknown, stream: { write(text: string): unknown }): number => {
  // Commander has printed its own message; help and version end well.
  if (error instanceof CommanderError) {
    if (error.code === 'stemma.number') stream.write(`${error.message}\n`);
    return error.exitCode === 0 ? 0 : 2;
  }
  if (error instanceof UserMistake) {
    stream.write(`error: ${error.message}\n${error.hint === undefined ? '' : `hint: ${error.hint}\n`}`);
    return 2;
  }
  if (isUnusableInputs(error)) {
    for (const { message, hint } of error.problems)
      stream.write(`error: ${message}\n${hint === undefined ? '' : `hint: ${hint}\n`}\n`);
    return 2;
  }
  if (error instanceof Error && error.name === 'Interrupted') return 130;
  if (isSystemError(error)) {
    stream.write(`error: ${sayOf(error)}\n`);
    return 1;
  }
  throw error;
};

// By name: the class belongs to the runner, which `--help` does not load.
const isUnusableInputs = (error: unknown): error is UnusableInputs =>
  error instanceof Error && error.name === 'UnusableInputs';

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'code' in error;

const sayOf = ({ code, path, syscall, message }: NodeJS.ErrnoException): string => {
  const say = { ENOSPC: 'the disk is full', EROFS: 'the file system is read-only', EACCES: 'permission denied' }[
    code ?? ''
  ];
  return say === undefined ? message : `${say} (${syscall}${path === undefined ? '' : ` ${path}`})`;
};
