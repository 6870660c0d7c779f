import { backendEnvironment, visibleDevices } from '../machine/backend-environment.ts';
import { type Device, devicesFor } from '../machine/devices.ts';
import { gpusNeeded, withGpus } from '../machine/gpus.ts';
import type { Machine } from '../machine/machine.ts';
import { findTensorflow } from '../machine/tensorflow/find.ts';
import type { BackendChoice, GrantedBackend } from '../types/stage.ts';
import type { WorkOrder } from './order.ts';

/** What this machine gives an order beside what the order says: no other machine would give the same. */
export interface Grant {
  /** Of the stage's process: what its backend needs, and the GPUs that it has for itself. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the GPUs are called. */
  readonly devices: readonly string[];
}

export interface GrantOptions {
  readonly machine: () => Machine;
  readonly signal: AbortSignal;
  readonly onNotice: (message: string) => void;
}

/** Carries out an order with what its backend and its resources take of this machine. Throws `Interrupted`. */
export const withGrant = async <Value>(
  order: Pick<WorkOrder, 'backend' | 'resources'>,
  { machine: open, ...options }: GrantOptions,
  work: (grant: Grant) => Promise<Value>,
): Promise<Value> => {
  const { backend, resources } = order;
  if (backend === undefined && resources.gpus === 0) return work({ environment: {}, devices: [] });
  const machine = open();
  return withDevices({ backend, gpus: resources.gpus }, { ...options, machine }, (devices) =>
    work({
      environment: environmentOf(backend, machine, devices),
      devices: devices.flatMap(({ name }) => name ?? []),
    }),
  );
};

/** What asks for GPUs. */
export interface Asking {
  readonly backend: BackendChoice | undefined;
  /** Beside the one that a backend on a GPU takes whatever is asked. */
  readonly gpus: number;
}

/**
 * Does `work` with the devices that a backend and a wish for GPUs take: each alone. A software adapter is named to its
 * process, and many may compute on it.
 *
 * @throws Interrupted where the waiting for them is called off.
 */
export const withDevices = async <Value>(
  { backend, gpus }: Asking,
  { machine, signal, onNotice }: Omit<GrantOptions, 'machine'> & { readonly machine: Machine },
  work: (devices: readonly Device[]) => Promise<Value>,
): Promise<Value> => {
  const wanted = gpusNeeded(gpus, backend);
  if (wanted === 0) return work(backend?.name === 'webgpu' ? (await devicesFor(backend, machine)).slice(0, 1) : []);
  const candidates = await devicesFor(backend, machine);
  const onWait = (holder: number) => onNotice(`waiting for a GPU, which process ${holder} has`);
  return withGpus(wanted, { machine, candidates, signal, onWait }, work);
};

const environmentOf = (
  backend: BackendChoice | undefined,
  machine: Machine,
  devices: readonly Device[],
): Grant['environment'] => {
  // A command that asked for a GPU gets it by the variable that CUDA's programs know.
  if (backend === undefined) return { CUDA_VISIBLE_DEVICES: visibleDevices(devices)!, CUDA_DEVICE_ORDER: 'PCI_BUS_ID' };
  return grantBackend(backend, machine, devices).environment;
};

/** A backend with what this machine has of it, and the environment of a process that starts it. */
export const grantBackend = (
  choice: BackendChoice,
  { environment, cache }: Machine,
  devices: readonly Device[],
): { readonly granted: GrantedBackend; readonly environment: Grant['environment'] } => {
  const installed =
    choice.name === 'tensorflow' ? findTensorflow(cache, choice.device === 'gpu' ? 'gpu' : undefined) : undefined;
  const adapter = choice.name === 'webgpu' ? devices[0]?.adapter : undefined;
  const place = { environment, devices, ...(installed && { installed }) };
  return {
    granted: { ...choice, ...(installed && { folder: installed.folder }), ...(adapter !== undefined && { adapter }) },
    environment: backendEnvironment(choice, place),
  };
};
