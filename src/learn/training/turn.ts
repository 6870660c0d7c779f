import { checkpointBook, type Paced } from './checkpoint-book.ts';
import { type Stepping, stepperFor } from './choose-stepper.ts';
import type { Listener, Memory } from './events.ts';
import { spread } from './measures.ts';
import { freeze, type Phase, phaseAfter, phasesOf, thaw } from './phases.ts';
import { type Position, type Remembered, stateAt } from './position.ts';
import type { Step, Trainee } from './step.ts';
import type { Stepper } from './stepper.ts';
import type { Task } from './tasks.ts';
import { traineeOf } from './trainee.ts';
import { variablesOf } from './variables.ts';

/** A phase that is under way, with what its steps are taken by. */
export interface Turn {
  readonly phase: Phase;
  /** From 1. */
  readonly number: number;
  /** Its first step, from 0 over the whole training. */
  readonly first: number;
  readonly trainee: Trainee;
  readonly stepper: Stepper;
  readonly book: ReturnType<typeof checkpointBook>;
}

/** As much of a training as its phases need. */
type Phasing = Stepping & Paced & { readonly task: Task };

interface Watching {
  readonly tell: Listener;
  readonly memory?: Memory | undefined;
}

/** Freezes what does not learn in the phase of a position, and readies its steps; the caller closes the stepper. */
export const beginTurn = async (
  training: Phasing,
  position: Pick<Position, 'epochs' | 'within'> & { readonly remembered: Remembered },
  { tell, memory }: Watching,
): Promise<Turn> => {
  const { network } = training;
  const index = phaseAfter(training, position.epochs.length);
  const phase = phasesOf(training)[index]!;
  thaw(network);
  const every = Object.keys(variablesOf(network));
  freeze(network, phase.learns);
  const trainee = traineeOf(training);
  const first = phase.after * stepsOfEpoch(training);
  const state = stateAt(training, trainee, position);
  if (training.phases !== undefined) await tell({ type: 'phase began', phase: index + 1, ...sizesOf(trainee) });
  const plain = await stepperFor(training, trainee, { state, tell, first });
  const stepper = measuringAll(plain, Object.keys(trainee.variables), every);
  const book = checkpointBook(training, { stepper, tell, memory });
  return { phase, number: index + 1, first, trainee, stepper, book };
};

export const stepsOfEpoch = ({ train: { rows }, batchSize }: Pick<Stepping, 'train' | 'batchSize'>): number =>
  Math.ceil(rows / batchSize);

/** Numbers of weights that learn, and that do not. */
const sizesOf = ({ variables, frozen = {} }: Trainee): { readonly learning: number; readonly frozen: number } => {
  const sum = (of: Step['gradients']): number => Object.values(of).reduce((all, { size }) => all + size, 0);
  return { learning: sum(variables), frozen: sum(frozen) };
};

/** Its readings measure every variable of the network, in all phases alike. */
const measuringAll = (stepper: Stepper, names: readonly string[], every: readonly string[]): Stepper => {
  if (names.length === every.length) return stepper;
  const places = names.map((name) => every.indexOf(name));
  const read: Stepper['read'] = async () =>
    (await stepper.read()).map(({ squares, ...reading }) => ({
      ...reading,
      ...(squares === undefined ? {} : { squares: spread(squares, places, every.length) }),
    }));
  return { ...stepper, read };
};
