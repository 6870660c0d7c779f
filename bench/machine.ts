import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** The machine in a line, with how busy it was: what figures are worth nothing without. */
export const describeMachine = (): string => {
  const cpu = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0]!.toFixed(1);
  return `${availableParallelism()} cores of ${cpu}, ${memory} GiB, ${type()} ${release()}, Node ${process.versions.node}; load ${load} at the start.`;
};
