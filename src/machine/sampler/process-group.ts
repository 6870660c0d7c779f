import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What the processes of a group have taken so far, and hold now. */
export interface GroupReading {
  /** Processor time of those that live and of those that they waited for. */
  readonly seconds: number;
  /** Resident memory in bytes; what processes share counts for each. */
  readonly rss: number;
}

/** Undefined where none of the group is left, or the system does not tell. */
export type GroupReader = () => GroupReading | undefined | Promise<GroupReading | undefined>;

/** How a group is read here, and how often that is cheap enough: a program for each reading costs more than two files. */
export const groupReader = (leader: number): { readonly read: GroupReader; readonly interval: number } =>
  process.platform === 'linux'
    ? { read: readerOfProc(leader), interval: 0.5 }
    : { read: readerOfPs(leader), interval: 5 };

/**
 * Reads /proc. Made when the leader has just started: what was there already is not of its group. The list of all
 * processes is looked at each time; of those that are new their group, and then those of the group alone.
 *
 * @see proc(5), /proc/pid/stat: fields 5 (group) and 14 to 17 (utime, stime, cutime, cstime).
 */
export const readerOfProc = (leader: number): GroupReader => {
  let known = new Set(processes());
  let members = [String(leader)];
  return () => {
    const all = processes();
    const fresh = all.filter((pid) => !known.has(pid));
    known = new Set(all);
    members = [...members.filter((pid) => known.has(pid)), ...fresh.filter((pid) => groupOf(pid) === leader)];
    const readings = members.flatMap((pid) => readingOf(pid) ?? []);
    return readings.length === 0 ? undefined : total(readings);
  };
};

const processes = (): string[] => readdirSync('/proc').filter((name) => name >= '1' && name < ':');

/** The fields of /proc/pid/stat from the third on: the second is a name in brackets, which may hold anything. */
const statOf = (pid: string): readonly string[] => {
  const text = textOf(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
};

const groupOf = (pid: string): number => Number(statOf(pid)[2]);

const readingOf = (pid: string): GroupReading | undefined => {
  const ticks = statOf(pid).slice(11, 15).map(Number);
  // Not from stat, which counts pages, whose size Node does not tell.
  const rss = /^VmRSS:\s+(\d+) kB/m.exec(textOf(`/proc/${pid}/status`))?.[1];
  if (ticks.length < 4 || rss === undefined) return undefined;
  return { seconds: ticks.reduce((sum, each) => sum + each, 0) / ticksPerSecond, rss: Number(rss) * 1024 };
};

/** USER_HZ, which Linux shows to programs as 100 on every architecture that Node runs on. */
const ticksPerSecond = 100;

/** Empty where the process has ended. */
const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
};

/** Asks ps, as every POSIX system has it. */
export const readerOfPs = (leader: number): GroupReader => {
  const ask = () =>
    new Promise<string>((resolve) => {
      const argv = ['-A', '-o', 'pgid=,time=,rss='];
      execFile('ps', argv, { timeout: 4000, env: { ...process.env, LC_ALL: 'C' } }, (_, stdout) => resolve(stdout));
    });
  return async () => {
    const lines = (await ask()).split('\n').map((line) => line.trim().split(/\s+/));
    const readings = lines.flatMap(([group, time = '', rss]) =>
      Number(group) === leader ? [{ seconds: secondsOf(time), rss: Number(rss) * 1024 }] : [],
    );
    return readings.length === 0 ? undefined : total(readings);
  };
};

/** `1-02:03:04`, `02:03:04` or, on macOS, `2:03.04`. */
const secondsOf = (time: string): number => {
  const [clock = '', days = '0'] = time.split('-').reverse();
  return Number(days) * 86_400 + clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
};

const total = (readings: readonly GroupReading[]): GroupReading => ({
  seconds: readings.reduce((sum, { seconds }) => sum + seconds, 0),
  rss: readings.reduce((sum, { rss }) => sum + rss, 0),
});
