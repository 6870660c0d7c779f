import type { RunRecord } from '../types/generated/run.ts';
import { formatBytes, plural } from './format.ts';

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

/** `accuracy on validation, as high as can be`; `recall of spam on validation, …, with precision at least 0.9`. */
export const describeObjective = (objective: NonNullable<RunRecord['pipeline']['objective']>): string => {
  const { metric, mode, on, positive, subject_to: bounds = {} } = objective;
  const kept = Object.entries(bounds).map(([name, { min, max }]) =>
    [min === undefined ? '' : `${name} at least ${min}`, max === undefined ? '' : `${name} at most ${max}`]
      .filter((bound) => bound !== '')
      .join(' and '),
  );
  const of = positive === undefined ? '' : ` of ${positive}`;
  const within = kept.length === 0 ? '' : `, with ${kept.join(', ')}`;
  return `${metric}${of} on ${on}, as ${mode === 'max' ? 'high' : 'low'} as can be${within}`;
};
