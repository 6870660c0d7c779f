import * as tf from '@tensorflow/tfjs-core';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import type { Listener } from '../../../src/learn/training/events.ts';
import { type Training, train } from '../../../src/learn/training/train.ts';
import type { GrantedBackend } from '../../../src/types/stage.ts';
import { silent } from '../../learn/training/plan.ts';
import { recording } from '../reached.ts';
import { large, small } from '../trainings.ts';

/** What came out of a training. */
export interface Trained {
  /** After each epoch, on train and on validation. */
  readonly losses: readonly number[];
  /** Kernels that the backend lacks and plain JavaScript computes. */
  readonly bridged: readonly string[];
  /** How the steps were taken: `compiled` or `eager`. */
  readonly way: string;
  /** Kernels that were called, in training and validation. */
  readonly reached: readonly string[];
  /** All weights by their names, float32 in base64. */
  readonly weights: Readonly<Record<string, string>>;
}

// A program: trains on a backend, and says what came out, by the training's name.
// Arguments: the backend as JSON; how steps are taken, compiled or eager; names of trainings.

const trained = async (training: Training): Promise<Trained> => {
  let bridged: readonly string[] = [];
  let way: string | undefined;
  const tell: Listener = (event) => {
    if (event.type === 'bridged') bridged = event.kernels;
    if (event.type === 'stepping') way = event.way;
  };
  const { epochs, reached } = await recording(() => train(training, { ...silent, tell }));
  const weights: Record<string, string> = {};
  for (const weight of training.network.weights) {
    const values = Float32Array.from(await weight.read().data());
    weights[weight.originalName] = Buffer.from(values.buffer).toString('base64');
  }
  return { losses: epochs.flatMap(({ loss, val_loss }) => [loss, val_loss!]), bridged, reached, weights, way: way! };
};

const [choice = '', way = '', ...names] = process.argv.slice(2);
await startBackend(JSON.parse(choice) as GrantedBackend);
const results: Record<string, Trained> = {};
for (const name of names)
  results[name] = await trained({ ...(await { ...small, ...large }[name]!.plan()), compile: way === 'compiled' });
// Dawn keeps a process alive; on all others it has to end by itself.
process.stdout.write(JSON.stringify(results), () => tf.getBackend() === 'webgpu' && process.exit());
