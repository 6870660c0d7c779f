import { arch, cpus, platform } from 'node:os';
import { versions } from 'node:process';
import type { CostMachine } from '../../types/generated/cost.ts';
import type { BackendChoice } from '../../types/stage.ts';

/** Where a measurement is made: what has to be the same for two to be held against each other. */
export const hereWith = ({ name, version, device, threads }: BackendChoice): CostMachine => {
  const processors = cpus();
  const on = device === 'gpu' ? 'GPU' : `CPU, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  return {
    processor: processors[0]?.model.trim() || 'unknown',
    processors: Math.max(1, processors.length),
    platform: `${platform()} ${arch()}`,
    node: versions.node,
    backend: `${name} ${version} (${on})`,
  };
};
