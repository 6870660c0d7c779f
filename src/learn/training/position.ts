import * as tf from '@tensorflow/tfjs-core';
import type { EpochRecord } from '../../types/generated/history.ts';
import type { Tensor } from '../data/safetensors.ts';
import { readCheckpoint, saveCheckpoint } from './checkpoint.ts';
import type { Listener } from './events.ts';
import { diverged } from './readings.ts';
import type { Trainee } from './step.ts';
import { type LoggedStep, packLog, unpackLog } from './step-log.ts';
import type { Stepper } from './stepper.ts';
import type { Tensors } from './transforms.ts';
import { assign, download, upload, type Variables } from './variables.ts';

/** Where a training stands between two epochs, beside the network's own weights. */
export interface Position {
  readonly epochs: readonly EpochRecord[];
  /** Weights of the best epoch, by names that begin with `best/`. */
  readonly best: ReadonlyMap<string, Tensor>;
  /** The steps that were measured. */
  readonly log: readonly LoggedStep[];
}

/**
 * Brings the network to the last checkpoint in `scratch`, where there is one.
 *
 * @returns the position, and what the optimizer remembers there.
 */
export const lastPosition = async (
  scratch: string,
  trainee: Trainee,
  tell: Listener,
): Promise<Position & { readonly state: Tensors }> => {
  const last = await readCheckpoint(scratch, (name) => tell({ type: 'checkpoint damaged', name }));
  if (last === undefined) {
    const state = tf.tidy(() => trainee.transform.init(trainee.variables) as tf.NamedTensorMap);
    return { epochs: [], state, best: new Map(), log: [] };
  }
  assign(weightsOf(trainee), upload('weights', last.tensors));
  const best = new Map([...last.tensors].filter(([name]) => name.startsWith('best/')));
  return { epochs: last.epochs, state: upload('optimizer', last.tensors), best, log: unpackLog(last.tensors) };
};

/**
 * Writes a checkpoint into `scratch`.
 *
 * @throws StageError where a weight is no finite number.
 */
export const keepPosition = async (
  scratch: string,
  { epochs, best, log }: Position,
  { trainee, stepper }: { readonly trainee: Trainee; readonly stepper: Stepper },
): Promise<void> => {
  const weights = await download('weights', weightsOf(trainee));
  refuseBroken(weights);
  const tensors = new Map([...weights, ...(await stepper.state()), ...best, ...packLog(log)]);
  await saveCheckpoint(scratch, { epochs, tensors });
};

/** The best weights of a training, as copies; and their way back into the network. */
export const takeBest = (trainee: Trainee): Promise<Position['best']> => download('best', weightsOf(trainee));
export const restoreBest = (trainee: Trainee, best: Position['best']): void =>
  assign(weightsOf(trainee), upload('best', best));

/** All that the network has learned. */
const weightsOf = ({ variables, statistics }: Trainee): Variables => ({ ...variables, ...statistics });

/** The last step has no loss after it; and where the wasm backend fuses ReLU, predictions make 0 of NaN. */
const refuseBroken = (weights: ReadonlyMap<string, Tensor>): void => {
  for (const [name, { data }] of weights) {
    if (!data.every(Number.isFinite)) throw diverged(`${name} is no longer made of finite numbers`);
  }
};
