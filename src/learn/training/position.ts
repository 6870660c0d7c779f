import * as tf from '@tensorflow/tfjs-core';
import type { EpochRecord } from '../../types/generated/history.ts';
import type { Json } from '../../types/json.ts';
import type { Tensor } from '../data/safetensors.ts';
import { readCheckpoint, saveCheckpoint } from './checkpoint.ts';
import type { Listener, Memory } from './events.ts';
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

interface Listening {
  readonly tell: Listener;
  readonly memory?: Memory;
}

/**
 * Brings the network to the last checkpoint in `scratch`, where there is one.
 *
 * @returns the position, and what the optimizer remembers there.
 */
export const lastPosition = async (
  scratch: string,
  trainee: Trainee,
  { tell, memory }: Listening,
): Promise<Position & { readonly state: Tensors }> => {
  const last = await readCheckpoint(scratch, (name) => tell({ type: 'checkpoint damaged', name }));
  if (last === undefined) {
    const state = tf.tidy(() => trainee.transform.init(trainee.variables) as tf.NamedTensorMap);
    return { epochs: [], state, best: new Map(), log: [] };
  }
  assign(weightsOf(trainee), upload('weights', last.tensors));
  const notes = last.tensors.get(notesName);
  if (notes !== undefined)
    memory?.restore(
      JSON.parse(Buffer.from(notes.data.buffer, notes.data.byteOffset, notes.data.byteLength).toString()) as Json,
    );
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
  { trainee, stepper, memory }: Keeping,
): Promise<void> => {
  const weights = await download('weights', weightsOf(trainee));
  refuseBroken(weights);
  const notes = memory === undefined ? [] : [[notesName, textTensor(JSON.stringify(memory.save()))] as const];
  const tensors = new Map([...weights, ...(await stepper.state()), ...best, ...packLog(log), ...notes]);
  await saveCheckpoint(scratch, { epochs, tensors });
};

interface Keeping {
  readonly trainee: Trainee;
  readonly stepper: Stepper;
  readonly memory: Memory | undefined;
}

/** The tensor that has the memory of who listens, as text. */
const notesName = 'notes';

const textTensor = (text: string): Tensor => {
  const data = Uint8Array.from(Buffer.from(text));
  return { shape: [data.length], data };
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
