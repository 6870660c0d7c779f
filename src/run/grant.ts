import { backendEnvironment } from '../machine/backend-environment.ts';
import { gpuCount, gpusNeeded, withGpus } from '../machine/gpus.ts';
import type { Machine } from '../machine/machine.ts';
import { findTensorflow } from '../machine/tensorflow/find.ts';
import type { WorkOrder } from './order.ts';

/** What this machine gives an order beside what the order says: no other machine would give the same. */
export interface Grant {
  /** Of the stage's process: what its backend needs, and the GPUs that it has for itself. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface GrantOptions {
  readonly machine: () => Machine;
  readonly signal: AbortSignal;
  readonly onNotice: (message: string) => void;
}

/** Carries out an order with what its backend and its resources take of this machine. Throws `Interrupted`. */
export const withGrant = async <Value>(
  order: WorkOrder,
  { machine: open, signal, onNotice }: GrantOptions,
  work: (grant: Grant) => Promise<Value>,
): Promise<Value> => {
  const { backend, resources } = order;
  const wanted = gpusNeeded(resources.gpus, backend);
  if (backend === undefined && wanted === 0) return work({ environment: {} });
  const machine = open();
  const grant = (gpus?: readonly number[]): Grant => ({ environment: environmentOf(order, machine, gpus) });
  if (wanted === 0) return work(grant());
  const onWait = (holder: number) => onNotice(`waiting for a GPU, which process ${holder} has`);
  // Dawn takes the machine's first adapter; which one that is cannot be told to it by number.
  const candidates = backend?.name === 'webgpu' ? [0] : [...Array(gpuCount(machine)).keys()];
  return withGpus(wanted, { machine, candidates, signal, onWait }, (gpus) => work(grant(gpus)));
};

const environmentOf = ({ backend }: WorkOrder, machine: Machine, gpus: readonly number[] | undefined) => {
  const { environment, cache } = machine;
  const place = { environment, ...(gpus !== undefined && { gpus }) };
  // A command that asked for a GPU gets it by the variable that CUDA's programs know.
  if (backend === undefined) return gpus === undefined ? {} : { CUDA_VISIBLE_DEVICES: gpus.join(',') };
  const installed =
    backend.name === 'tensorflow' ? findTensorflow(cache, backend.device === 'gpu' ? 'gpu' : undefined) : undefined;
  return backendEnvironment(backend, { ...place, ...(installed && { installed }) });
};
