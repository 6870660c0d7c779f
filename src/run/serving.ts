import { join } from 'node:path';
import { packageRoot } from '../load/project.ts';
import type { Device } from '../machine/devices.ts';
import type { Machine } from '../machine/machine.ts';
import { type ResolvedBackend, resolveBackend } from '../plan/backend.ts';
import { Interrupted } from '../store/lock.ts';
import type { PredictOrder, ServeOrder, ServingAnswer } from '../types/serving-program.ts';
import type { BackendChoice, BackendName } from '../types/stage.ts';
import { grantBackend, withDevices } from './grant.ts';
import { withoutChatter } from './tensorflow-log.ts';

export type ServingOrder = Omit<PredictOrder, 'backend'> | Omit<ServeOrder, 'backend'>;

export interface ServingRequest {
  readonly order: ServingOrder;
  readonly backend: 'auto' | BackendName;
  readonly determinism: 'relaxed' | 'strict';
  /** Threads on the processor: as many as evaluate had, for the same bits. */
  readonly threads: number;
  readonly machine: Machine;
  /** Ends it: a prediction at once, a server once it has answered what it has begun. */
  readonly signal: AbortSignal;
  readonly onBackend: (backend: ResolvedBackend) => void;
  readonly onAnswer: (answer: ServingAnswer) => void;
  readonly onNotice: (message: string) => void;
}

export type ServingEnd =
  | Extract<ServingAnswer, { type: 'predicted' | 'stopped' }>
  | { readonly type: 'failed'; readonly message: string; readonly hint?: string };

/**
 * Has a model answer rows, in a process of its own on the fastest backend that can: the runner loads nothing of what
 * models are made of. Where `auto` has found one that cannot run this model, the next one is taken, and is told.
 *
 * @throws BackendProblem where there is no backend; Interrupted where a prediction is called off, or nobody reads it.
 */
export const runServing = async (request: ServingRequest): Promise<ServingEnd> => {
  const { machine, backend, determinism, threads, signal, onNotice } = request;
  const refusals = new Map<string, string>();
  for (;;) {
    const resolved = await resolveBackend({
      pipeline: { backend, determinism },
      stage: { resources: { cpus: threads, gpus: 0 } },
      machine,
      refused: (choice) => refusals.get(nameOf(choice)),
    });
    const { choice } = resolved;
    request.onBackend(resolved);
    const end = await withDevices({ backend: choice, gpus: 0 }, { machine, signal, onNotice }, (devices) =>
      runProgram(request, choice, devices),
    );
    if (end.type !== 'unfit') return end;
    if (backend !== 'auto') return { type: 'failed', message: end.message };
    refusals.set(nameOf(choice), end.message);
    onNotice(end.message);
  }
};

const nameOf = ({ name, device }: BackendChoice): string => `${name} ${device}`;

const runProgram = async (
  { order, machine, signal, onAnswer }: ServingRequest,
  choice: BackendChoice,
  devices: readonly Device[],
): Promise<ServingEnd | Extract<ServingAnswer, { type: 'unfit' }>> => {
  if (signal.aborted) throw new Interrupted();
  const { execaNode } = await import('execa');
  const { granted, environment } = grantBackend(choice, machine, devices);
  let last: ServingEnd | Extract<ServingAnswer, { type: 'unfit' }> | undefined;
  const child = execaNode(join(packageRoot(), 'dist', 'serving.js'), {
    ...{ env: environment, extendEnv: false, reject: false },
    // Answers go from the program to whom they are for, not through us.
    ...{ stdin: order.type === 'predict' ? 'inherit' : 'ignore', stdout: 'inherit', buffer: false },
    // A stage's goes into its log; here people would read it.
    stderr: choice.name === 'tensorflow' ? [withoutChatter(machine.environment), 'inherit'] : 'inherit',
    // Those of the runner, as of a debugger, are not meant for it.
    nodeOptions: [],
  });
  child.on('message', (message) => {
    const answer = message as unknown as ServingAnswer;
    if (answer.type === 'predicted' || answer.type === 'stopped' || answer.type === 'failed' || answer.type === 'unfit')
      last = answer;
    else onAnswer(answer);
  });
  child.on('error', () => {}); // It may be gone before it gets its order.
  const end = (): void => {
    if (order.type === 'serve') child.send?.({ type: 'stop' } as never);
    else child.disconnect?.();
  };
  signal.addEventListener('abort', end, { once: true });
  child.send?.({ ...order, backend: granted } as never);
  const { exitCode, signal: killed } = await child;
  signal.removeEventListener('abort', end);
  // Who reads the answers has gone, as `head` does: that ends a prediction as Ctrl-C does.
  if ((signal.aborted || exitCode === 141) && order.type === 'predict') throw new Interrupted();
  if (last !== undefined) return last;
  if (signal.aborted) return { type: 'stopped', requests: 0 };
  return { type: 'failed', message: `the program that predicts ended with ${killed ?? `exit code ${exitCode}`}` };
};
