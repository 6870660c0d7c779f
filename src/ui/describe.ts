import type { RunRecord } from '../types/generated/run.ts';
import { formatBytes, plural } from './format.ts';

/** Quoted as a shell would need it, so that where a word ends can be seen. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** `wasm 4.22.0, CPU, 1 thread`. */
export const describeBackend = ({
  name,
  version,
  device,
  threads,
  deterministic,
}: Readonly<Record<string, unknown>>): string =>
  [
    `${String(name)} ${String(version ?? '')}`.trim(),
    device === undefined ? '' : String(device).toUpperCase(),
    typeof threads === 'number' ? plural(threads, 'thread') : '',
    deterministic === false ? 'not deterministic' : '',
  ]
    .filter((part) => part !== '')
    .join(', ');

/** `Linux 6.1, x64, AMD EPYC, 2 cores, 8.0 GB; Node 20.20.2, Stemma 0.1.0`. */
export const describeHost = ({ platform, arch, cpu, cores, memory, node, stemma }: RunRecord['host']): string =>
  `${platform}, ${arch}, ${cpu}, ${plural(cores, 'core')}, ${formatBytes(memory)}; Node ${node}, Stemma ${stemma}`;

/** `accuracy on validation, as high as can be`. */
export const describeObjective = ({ metric, mode, on }: NonNullable<RunRecord['pipeline']['objective']>): string =>
  `${metric} on ${on}, as ${mode === 'max' ? 'high' : 'low'} as can be`;
