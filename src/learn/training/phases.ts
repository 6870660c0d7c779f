import type { LayersModel, layers } from '@tensorflow/tfjs-layers';
import type { EpochRecord } from '../../types/generated/history.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import type { Schedule } from './schedules/schedule.ts';

/**
 * A stretch of a training in which the same layers learn. All others are frozen: none of their weights moves, batch
 * normalization goes by its statistics and leaves them as they are, and dropout drops nothing. Each phase begins with an
 * optimizer that remembers nothing, and runs through a schedule of its own.
 */
export interface Phase {
  /** Epochs of the training that lie before it. */
  readonly after: number;
  /** Names of the layers that learn; absent: all. */
  readonly learns?: ReadonlySet<string>;
  /** Learning rate at the schedule's peak. */
  readonly peak: number;
  readonly schedule: Schedule;
}

/** As much of a training as says which phases it has. */
export interface Phased {
  readonly optimizer: Pick<Optimizer, 'peak'>;
  readonly schedule: Schedule;
  /** In order, the first after 0 epochs; absent: one, in which all layers learn. */
  readonly phases?: readonly Phase[];
}

/** All phases, of which there is one at least; the last ends with the training. */
export const phasesOf = ({ phases, optimizer, schedule }: Phased): readonly Phase[] =>
  phases ?? [{ after: 0, peak: optimizer.peak, schedule }];

/** The number of the phase, from 0, that the next epoch belongs to. */
export const phaseAfter = (phased: Phased, epochs: number): number =>
  phasesOf(phased).findLastIndex(({ after }) => after <= epochs);

/** What a phase has recorded so far. */
export const recordsOf = ({ after }: Phase, epochs: readonly EpochRecord[]): readonly EpochRecord[] =>
  epochs.slice(after);

/**
 * Lets some layers of a network learn and freezes the others; a layer without weights goes with those that it feeds.
 *
 * @param learns names of layers; undefined: all.
 */
export const freeze = ({ layers: all }: LayersModel, learns: ReadonlySet<string> | undefined): void => {
  const follows = followersIn(all);
  const learning = new Map<layers.Layer, boolean>();
  for (const layer of all.toReversed()) {
    const after = follows.get(layer) ?? [];
    const isLed = layer.weights.length === 0 && after.length > 0;
    learning.set(layer, isLed ? after.some((next) => learning.get(next)) : (learns?.has(layer.name) ?? true));
  }
  for (const [layer, learned] of learning) layer.trainable = learned;
};

/** Lets all layers learn: what was frozen is a matter of a training, and stands in no model's file. */
export const thaw = (network: LayersModel): void => freeze(network, undefined);

/** By layer, those that it feeds; `network.layers` has each after all that feed it. */
const followersIn = (all: readonly layers.Layer[]): ReadonlyMap<layers.Layer, readonly layers.Layer[]> => {
  const follows = new Map<layers.Layer, layers.Layer[]>();
  for (const layer of all)
    for (const before of layer.inboundNodes.flatMap(({ inboundLayers }) => inboundLayers))
      follows.set(before, [...(follows.get(before) ?? []), layer]);
  return follows;
};
