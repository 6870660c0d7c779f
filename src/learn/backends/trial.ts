import * as tf from '@tensorflow/tfjs-core';
import type { AdaptersOrder, BackendSpeed, TrialAnswer, TrialOrder } from '../../types/backend-trial.ts';
import type { GrantedBackend } from '../../types/stage.ts';
import { StageError } from '../error.ts';
import { startBackend } from './backend.ts';
import { bridgeMissingKernels } from './bridge.ts';
import { createTrialNet } from './trial-net.ts';

// The program that tries a backend, or looks for adapters, in a process of its own, since a driver or a library that does not fit may end it.
// It gets its order from the runner that started it, and says what came of it.

const carryOut = async (order: TrialOrder | AdaptersOrder): Promise<void> => {
  if ('backend' in order) return trial(order);
  const { listAdapters } = await import('./webgpu.ts');
  await tell({ type: 'adapters', adapters: await listAdapters() });
};

const trial = async ({ backend, measure }: TrialOrder): Promise<void> => {
  const started = await startBackend(backend);
  const bridged = await trainSmall();
  await tell({ type: 'trained', backend: started, bridged });
  if (measure) await tell({ type: 'measured', ...(await speedOf(backend)) });
};

/** A backend works where the loss of a few steps on one batch falls, as it must. */
const trainSmall = async (): Promise<readonly string[]> => {
  const net = createTrialNet({ side: 12, batch: 20, filters: [8], units: [16] });
  const bridged = await bridgeMissingKernels(net.dry);
  const losses: number[] = [];
  for (let i = 0; i < 5; i++) losses.push(await numberOf(net.step()));
  net.dispose();
  const falls = losses.every((loss, i) => Number.isFinite(loss) && (i === 0 || loss < losses[i - 1]!));
  if (!falls)
    throw new StageError(`the loss does not fall where it must: ${losses.map((loss) => loss.toFixed(4)).join(', ')}`);
  return bridged;
};

const speedOf = async ({ name }: GrantedBackend): Promise<BackendSpeed> => {
  // Plain JavaScript would take minutes for what the others do in seconds.
  const [size, batch] = name === 'cpu' ? [256, 2] : [1024, 128];
  return { matMul: await matMulSpeed(size), cnn: await cnnSpeed(batch) };
};

const matMulSpeed = async (size: number): Promise<BackendSpeed['matMul']> => {
  const matrix = tf.fill([size, size], 0.5);
  const product = (): tf.Scalar => tf.tidy(() => tf.sum(tf.matMul(matrix, matrix, false, false)) as tf.Scalar);
  const seconds = await secondsOf(product);
  matrix.dispose();
  return { gflops: (2 * size ** 3) / seconds / 1e9, size };
};

const cnnSpeed = async (batch: number): Promise<BackendSpeed['cnn']> => {
  const net = createTrialNet({ side: 28, batch, filters: [32, 64], units: [128] });
  const seconds = await secondsOf(net.step);
  net.dispose();
  return { imagesPerSecond: batch / seconds, batch };
};

/**
 * Seconds that a piece of work takes, when it is done again and again for two seconds. The first times do not count:
 * kernels are compiled then. A result is read now and then alone, as training does.
 */
const secondsOf = async (work: () => tf.Scalar): Promise<number> => {
  const first = performance.now();
  await numberOf(work());
  if (performance.now() - first < longest * 1000) await numberOf(work());
  const started = performance.now();
  for (let count = 1; ; count++) {
    const result = work();
    const seconds = () => (performance.now() - started) / 1000;
    if (count % unread !== 0 && seconds() < longest) result.dispose();
    else await numberOf(result);
    if (seconds() >= longest) return seconds() / count;
  }
};

const unread = 10;
const longest = 2;

const numberOf = async (scalar: tf.Scalar): Promise<number> => {
  const [value] = await scalar.data();
  scalar.dispose();
  return value!;
};

const tell = (answer: TrialAnswer): Promise<void> =>
  new Promise((resolve) => {
    if (!process.send) throw new Error('this program is started by the runner alone');
    process.send(answer, undefined, undefined, () => resolve());
  });

const failure = (error: unknown): TrialAnswer => {
  const message = error instanceof Error ? error.message.split('\n')[0]! : String(error);
  const hint = error instanceof StageError ? error.hint : undefined;
  return { type: 'failed', message, ...(hint !== undefined && { hint }) };
};

process.once('disconnect', () => process.exit(143));
process.once('message', (order: TrialOrder | AdaptersOrder) => {
  carryOut(order)
    .catch((error: unknown) => tell(failure(error)))
    // Dawn and TensorFlow keep threads that would hold the process.
    .finally(() => process.exit(0));
});
