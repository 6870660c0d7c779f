import type { LayersModel } from '@tensorflow/tfjs-layers';
import { StageError } from '../error.ts';
import type { Phase } from './phases.ts';
import type { Schedule } from './schedules/schedule.ts';
import { type Selectable, type Selector, selectLayers } from './select-layers.ts';

/** A phase as a pipeline asks for it. */
export interface PhaseParams {
  /** Absent, in the last phase: as many as are left. */
  readonly epochs?: number;
  /** The layers that learn. */
  readonly train: Selector | readonly Selector[];
  /** Learning rate at the schedule's peak; absent: the optimizer's. */
  readonly rate?: number;
}

export interface Planning {
  readonly network: LayersModel;
  /** Names of the layers of a pretrained network on which this one stands, where it was made so. */
  readonly taken?: ReadonlySet<string> | undefined;
  /** Of the whole training. */
  readonly epochs: number;
  /** The optimizer's rate. */
  readonly peak: number;
  /** The schedule of a phase of so many epochs. */
  readonly scheduleOf: (epochs: number, isLast: boolean) => Schedule;
}

/**
 * The phases of a training.
 *
 * @throws StageError where their epochs are not those of the training, a phase names no layer, or nothing learns in it.
 */
export const planPhases = (phases: readonly PhaseParams[], planning: Planning): readonly Phase[] => {
  const lengths = lengthsOf(phases, planning.epochs);
  const selectable = selectableIn(planning);
  return phases.map(({ train, rate }, index) => {
    const learns = selectLayers(train, selectable, `phases[${index}].train`);
    refuseNothing(learns, planning.network, index);
    return {
      after: lengths.slice(0, index).reduce((sum, each) => sum + each, 0),
      learns,
      peak: rate ?? planning.peak,
      schedule: planning.scheduleOf(lengths[index]!, index === phases.length - 1),
    };
  });
};

const lengthsOf = (phases: readonly PhaseParams[], epochs: number): readonly number[] => {
  const open = phases.slice(0, -1).findIndex(({ epochs: own }) => own === undefined);
  if (open !== -1) {
    throw new StageError(
      `params.phases[${open}] does not say how many epochs it takes`,
      'only the last phase may leave "epochs" out: it takes what is left',
    );
  }
  const before = phases.slice(0, -1).reduce((sum, { epochs: own = 0 }) => sum + own, 0);
  const last = phases.at(-1)!.epochs ?? epochs - before;
  if (last >= 1 && before + last === epochs) return [...phases.slice(0, -1).map(({ epochs: own }) => own!), last];
  throw new StageError(
    phases.at(-1)!.epochs === undefined
      ? `the phases before the last take ${before} epochs, and params.epochs is ${epochs}: nothing is left for the last one`
      : `the phases take ${before + last} epochs together, and params.epochs is ${epochs}`,
    phases.at(-1)!.epochs === undefined
      ? `"epochs": ${before + 1} or more`
      : `say "epochs": ${before + last}, or leave "epochs" out of the last phase, which then takes what is left`,
  );
};

const selectableIn = ({ network, taken }: Planning): Selectable => {
  const names = network.layers.filter((layer) => layer.getClassName() !== 'InputLayer').map(({ name }) => name);
  const isHead = (name: string): boolean =>
    taken === undefined ? name === 'head' || name.startsWith('head_') : !taken.has(name);
  return { names, head: names.filter(isHead) };
};

const refuseNothing = (learns: ReadonlySet<string>, { layers }: LayersModel, index: number): void => {
  if (layers.some(({ name, weights }) => learns.has(name) && weights.length > 0)) return;
  throw new StageError(
    `nothing learns in params.phases[${index}]: ${[...learns].join(', ')} ${learns.size === 1 ? 'has' : 'have'} no weights`,
    'name layers with weights',
  );
};
