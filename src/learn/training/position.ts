import * as tf from '@tensorflow/tfjs-core';
import type { Json } from '../../types/json.ts';
import type { Tensor } from '../data/safetensors.ts';
import { wearAverages } from './averages.ts';
import { type Checkpoint, readCheckpoint, saveCheckpoint } from './checkpoint.ts';
import type { Listener, Memory } from './events.ts';
import { diverged } from './readings.ts';
import type { Trainee } from './step.ts';
import { type LoggedStep, packLog, unpackLog } from './step-log.ts';
import type { Stepper } from './stepper.ts';
import type { Tensors } from './transforms.ts';
import { assign, download, upload, type Variables } from './variables.ts';

/** Where a training stands, beside the network's own weights. */
export interface Position extends Pick<Checkpoint, 'epochs' | 'within'> {
  /** Weights of the best epoch, by names that begin with `best/`. */
  readonly best: ReadonlyMap<string, Tensor>;
  /** The steps that were measured. */
  readonly log: readonly LoggedStep[];
}

/** As much of a training as decides which checkpoints are its own. */
interface Origin {
  readonly scratch: string;
  readonly plan: string;
  readonly epochs: number;
}

const lastCheckpoint = ({ scratch: folder, plan, epochs: upTo }: Origin, tell: Listener) =>
  readCheckpoint({ folder, plan }, { upTo, onDamage: (name) => tell({ type: 'checkpoint damaged', name }) });

interface Listening {
  readonly tell: Listener;
  readonly memory?: Memory;
}

/**
 * Brings the network to the last checkpoint of a training, where there is one.
 *
 * @returns the position, and what the optimizer remembers there.
 */
export const lastPosition = async (
  origin: Origin,
  trainee: Trainee,
  { tell, memory }: Listening,
): Promise<Position & { readonly state: Tensors }> => {
  const last = await lastCheckpoint(origin, tell);
  if (last === undefined) {
    const state = tf.tidy(() => trainee.transform.init(trainee.variables, trainee.statistics) as tf.NamedTensorMap);
    return { ...beginning, state };
  }
  assign(weightsOf(trainee), upload('weights', last.tensors));
  const notes = last.tensors.get(notesName);
  if (notes !== undefined) memory?.restore(jsonOf(notes) as Json);
  return { ...positionOf(last), state: upload('optimizer', last.tensors) };
};

/** Brings a network that was spoiled back to the last checkpoint, and to the averages of its weights where there are. */
export const restoreLast = async (origin: Origin, trainee: Trainee, tell: Listener): Promise<Position> => {
  const last = await lastCheckpoint(origin, tell);
  if (last === undefined) return beginning;
  assign(weightsOf(trainee), upload('weights', last.tensors));
  wearAverages(weightsOf(trainee), last.tensors).forget();
  return positionOf(last);
};

const beginning: Position = { epochs: [], best: new Map(), log: [] };

const positionOf = ({ tensors, ...place }: Checkpoint): Position => ({
  ...place,
  best: new Map([...tensors].filter(([name]) => name.startsWith('best/'))),
  log: unpackLog(tensors),
});

/**
 * Writes a checkpoint; the network's weights are those of the position.
 *
 * @throws StageError where a weight is no finite number.
 */
export const keepPosition = async (
  origin: Origin,
  { best, log, ...position }: Position,
  { trainee, stepper, memory }: Keeping,
): Promise<void> => {
  const weights = await download('weights', weightsOf(trainee));
  refuseBroken(weights);
  const notes = memory === undefined ? [] : [[notesName, textTensor(JSON.stringify(memory.save()))] as const];
  const tensors = new Map([...weights, ...(await stepper.state()), ...best, ...packLog(log), ...notes]);
  await saveCheckpoint({ folder: origin.scratch, plan: origin.plan }, { ...position, tensors });
};

interface Keeping {
  readonly trainee: Trainee;
  readonly stepper: Stepper;
  readonly memory: Memory | undefined;
}

/** The tensor that has the memory of who listens, as text. */
const notesName = 'notes/json';

const jsonOf = ({ data }: Tensor): unknown =>
  JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString());

const textTensor = (text: string): Tensor => {
  const data = Uint8Array.from(Buffer.from(text));
  return { shape: [data.length], data };
};

/** The best weights of a training, as copies; and their way back into the network. */
export const takeBest = (trainee: Trainee): Promise<Position['best']> => download('best', weightsOf(trainee));
export const restoreBest = (trainee: Trainee, best: Position['best']): void =>
  assign(weightsOf(trainee), upload('best', best));

/** All that the network has learned. */
export const weightsOf = ({ variables, statistics }: Trainee): Variables => ({ ...variables, ...statistics });

/** The last step has no loss after it; and where the wasm backend fuses ReLU, predictions make 0 of NaN. */
const refuseBroken = (weights: ReadonlyMap<string, Tensor>): void => {
  for (const [name, { data }] of weights) {
    if (!data.every(Number.isFinite)) throw diverged(`${name} is no longer made of finite numbers`);
  }
};
