import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Json } from '../../types/json.ts';
import type { Tensor } from '../data/safetensors.ts';
import { type Checkpoint, type CheckpointPlace, readCheckpoint, saveCheckpoint } from './checkpoint.ts';
import type { Listener, Memory } from './events.ts';
import { areFinite } from './finite.ts';
import { type Phased, phaseAfter, phasesOf } from './phases.ts';
import { diverged } from './readings.ts';
import type { Trainee } from './step.ts';
import { type LoggedStep, packLog, unpackLog } from './step-log.ts';
import type { Stepper } from './stepper.ts';
import type { Tensors } from './transforms.ts';
import { assign, download, upload, weightsOf } from './variables.ts';

/** Where a training stands, beside the network's own weights. */
export interface Position extends Pick<Checkpoint, 'epochs' | 'within'> {
  /** Weights of the epoch that is kept so far, the best or the last, by names that begin with `best/`. */
  readonly best: ReadonlyMap<string, Tensor>;
  /** The steps that were measured. */
  readonly log: readonly LoggedStep[];
}

/** As much of a training as decides which checkpoints are its own. */
export interface Origin extends Phased {
  readonly network: LayersModel;
  readonly scratch: string;
  readonly epochs: number;
}

interface Listening {
  readonly tell: Listener;
  readonly memory?: Memory;
}

/** A longer training has a schedule of its own, unless its horizon is given or the rate does not depend on it. */
const placeOf = (origin: Origin): CheckpointPlace => ({
  folder: origin.scratch,
  plan: phasesOf(origin)
    .map(({ schedule }) => schedule.plan)
    .join('\n'),
});

/** What the optimizer remembers at a position, by names that begin with `optimizer/`. */
export type Remembered = ReadonlyMap<string, Tensor>;

/** Brings the network to the last checkpoint of a training, where there is one. */
export const lastPosition = async (
  origin: Origin,
  { tell, memory }: Listening,
): Promise<Position & { readonly remembered: Remembered }> => {
  const onDamage = (name: string): void => void tell({ type: 'checkpoint damaged', name });
  const last = await readCheckpoint(placeOf(origin), { upTo: origin.epochs, onDamage });
  if (last === undefined) return { epochs: [], remembered: new Map(), best: new Map(), log: [] };
  assign(weightsOf(origin.network), upload('weights', last.tensors));
  const notes = last.tensors.get(notesName);
  if (notes !== undefined) memory?.restore(jsonOf(notes) as Json);
  const { tensors, ...place } = last;
  const best = new Map([...tensors].filter(([name]) => name.startsWith('best/')));
  const remembered = new Map([...tensors].filter(([name]) => name.startsWith('optimizer/')));
  return { ...place, remembered, best, log: unpackLog(tensors) };
};

/** What the optimizer remembers where a training goes on: nothing yet, at the beginning of a phase. */
export const stateAt = (
  origin: Origin,
  { transform, variables, statistics }: Trainee,
  { epochs, within, remembered }: Pick<Position, 'epochs' | 'within'> & { readonly remembered: Remembered },
): Tensors => {
  const { after } = phasesOf(origin)[phaseAfter(origin, epochs.length)]!;
  if (epochs.length > after || within !== undefined) return upload('optimizer', remembered);
  return tf.tidy(() => transform.init(variables, statistics) as tf.NamedTensorMap);
};

/**
 * Writes a checkpoint; the network's weights are those of the position.
 *
 * @throws StageError where a weight is no finite number.
 */
export const keepPosition = async (
  origin: Origin,
  { best, log, ...position }: Position,
  { stepper, memory }: Keeping,
): Promise<void> => {
  const weights = await download('weights', weightsOf(origin.network));
  refuseBrokenIn(weights);
  const notes = memory === undefined ? [] : [[notesName, textTensor(JSON.stringify(memory.save()))] as const];
  const tensors = new Map([...weights, ...(await stepper.state()), ...best, ...packLog(log), ...notes]);
  await saveCheckpoint(placeOf(origin), { ...position, tensors });
};

interface Keeping {
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

/** The weights that are kept of a training so far, as copies; and their way back into the network. */
export const takeBest = (network: LayersModel): Promise<Position['best']> => download('best', weightsOf(network));
export const restoreBest = (network: LayersModel, best: Position['best']): void =>
  assign(weightsOf(network), upload('best', best));

/**
 * The last step has no loss after it; and where the wasm backend fuses ReLU, predictions make 0 of NaN.
 *
 * @throws StageError where a weight is no finite number.
 */
export const refuseBroken = async (network: LayersModel): Promise<void> =>
  refuseBrokenIn(await download('weights', weightsOf(network)));

const refuseBrokenIn = (weights: ReadonlyMap<string, Tensor>): void => {
  for (const [name, { data }] of weights) {
    if (!areFinite(data)) throw diverged(`${name} is no longer made of finite numbers`);
  }
};
