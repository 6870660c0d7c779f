import { InputProblem } from '../plan/inputs.ts';

/** A problem that belongs to the user's machine or project, as one line; undefined for a bug, which has to be thrown. */
export const expectedProblem = (error: unknown): string | undefined => {
  if (error instanceof InputProblem) return error.hint ? `${error.message} (${error.hint})` : error.message;
  const { code, path, syscall, message } = error as NodeJS.ErrnoException;
  if (code !== undefined && code in systemProblems) return `${systemProblems[code]}${path ? `: ${path}` : ''}`;
  // What Node says where it makes folders on a read-only file system.
  if (code === 'ENOENT' && syscall === 'mkdir') return `the folder cannot be made: ${path}`;
  if (syscall !== undefined) return message;
  return error instanceof Error && error.name === 'CodeProblem' ? message : undefined;
};

const systemProblems: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EMFILE: 'too many files are open',
  EIO: 'the disk reported an error',
};
