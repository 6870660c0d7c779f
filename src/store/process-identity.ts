import { readFileSync } from 'node:fs';

/** A process as it can be told from a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The system's note of when it started; null where the system has no /proc. */
  readonly started: string | null;
}

export const identify = (pid: number): ProcessIdentity => ({ pid, started: statOf(pid)?.started ?? null });

/** A process that has ended and waits for a parent that never asks (a zombie) is not alive. */
export const isAlive = ({ pid, started }: ProcessIdentity): boolean => {
  // The system takes other numbers for groups of processes, one of which always lives.
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  const stat = statOf(pid);
  if (stat !== undefined) return !/[ZX]/.test(stat.state) && (started === null || stat.started === started);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

// Fields 3 and 22 of /proc/PID/stat, counted behind the command's name, which may hold spaces and parentheses.
const statOf = (pid: number): { readonly state: string; readonly started: string } | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0]!, started: fields[19]! };
  } catch {
    return undefined;
  }
};
