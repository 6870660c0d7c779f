import type { PredictOrder, ServeOrder, ServingAnswer, StopOrder } from '../../types/serving-program.ts';
import { startBackend } from '../backends/backend.ts';
import { bridgeMissingKernels } from '../backends/bridge.ts';
import { BackendUnfit, StageError } from '../error.ts';
import { tryPrediction } from '../models/predict.ts';
import { blankExample } from './blank-example.ts';
import { sayDecision } from './decision/decision.ts';
import { serve } from './http/serve.ts';
import { predictFiles } from './predict-files.ts';
import { openServable, type Servable } from './servable.ts';

// The program that predicts and serves, in a process of its own: a backend reads its environment once, and the runner
// knows nothing of models. It gets its order from the runner that started it, and says what comes of it.

const carryOut = async (order: PredictOrder | ServeOrder): Promise<void> => {
  const servable = await open(order);
  const notice = (message: string): void => void tell({ type: 'notice', message });
  if (order.type === 'predict') {
    const progress = (rows: number): void => void tell({ type: 'progress', rows });
    await tell(await predictFiles(order, servable, { notice, progress }));
    return;
  }
  const server = await serve(servable, order);
  await tell({ type: 'listening', host: server.host, port: server.port });
  await stopped;
  await tell({ type: 'stopped', requests: await server.stop() });
};

const open = async ({ model, backend, decide }: PredictOrder | ServeOrder): Promise<Servable> => {
  await startBackend(backend);
  const servable = await openServable(model, decide);
  if (servable.decision !== undefined) await tell({ type: 'notice', message: sayDecision(servable.decision) });
  for (const kernel of await bridgeMissingKernels(() => tryPrediction(servable.model, blankExample(servable))))
    await tell({
      type: 'notice',
      message: `backend ${backend.name} lacks the kernel ${kernel}: plain JavaScript computes it, slowly`,
    });
  return servable;
};

const tell = (answer: ServingAnswer): Promise<void> =>
  new Promise((resolve) => {
    if (!process.send) throw new Error('this program is started by the runner alone');
    process.send(answer, undefined, undefined, () => resolve());
  });

const failure = (error: unknown): ServingAnswer => {
  if (error instanceof BackendUnfit) return { type: 'unfit', message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  // A StageError's message ends in its hint.
  if (error instanceof StageError && error.hint !== undefined)
    return { type: 'failed', message: message.slice(0, -`\nhint: ${error.hint}`.length), hint: error.hint };
  return { type: 'failed', message };
};

/** As a shell tells of a program that SIGPIPE has ended: the runner knows it by that. */
const readerGone = 141;

let stop: () => void;
const stopped = new Promise<void>((resolve) => {
  stop = resolve;
});
let working = false;

// Ctrl-C reaches the whole group: the runner says what is to be done about it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.once('disconnect', () => process.exit(143));
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Who reads has seen enough, as `head`.
  process.exit(error.code === 'EPIPE' ? readerGone : 1);
});
process.on('message', (order: PredictOrder | ServeOrder | StopOrder) => {
  if (order.type === 'stop') {
    if (working) stop();
    else process.exit(0);
    return;
  }
  working = true;
  carryOut(order)
    .catch((error: unknown) => tell(failure(error)))
    .finally(() => process.exit(0));
});
