import { readFileSync } from 'node:fs';

/** The most memory that a process has had so far, in MB: what Linux notes as VmHWM. */
export const peakMemory = (pid: number | 'self' = 'self'): number =>
  (Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024) / 1e6;
