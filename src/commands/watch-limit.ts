import { UserMistake } from './user-mistake.ts';

/** The system's refusal to watch so much, as a mistake with a remedy; undefined for any other error. */
export const watchLimit = (error: unknown): UserMistake | undefined => {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall !== 'watch') return undefined;
  if (code === 'ENOSPC')
    return new UserMistake(
      'the system watches no more folders (its limit of inotify watches is reached)',
      'raise the limit with `sudo sysctl fs.inotify.max_user_watches=524288`, or let --poll look at the files instead',
    );
  if (code === 'EMFILE' || code === 'ENFILE')
    return new UserMistake(
      'the system lets no more programs watch files (its limit of inotify instances or of open files is reached)',
      'raise it with `sudo sysctl fs.inotify.max_user_instances=512` or `ulimit -n 4096`, or let --poll look at the files instead',
    );
  return undefined;
};
