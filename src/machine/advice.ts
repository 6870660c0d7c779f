import type { DeclaredMachine, Money, Price } from '../types/machine.ts';
import type { Rehearsal } from '../types/stage.ts';
import { costOf, formatMoney } from './money.ts';
import { secondsOf } from './sampler/step-division.ts';

/** What a training would take on one machine. */
export interface Projection {
  /** `here`, or the name that the pipeline gives it. */
  readonly machine: string;
  /** How many times as fast as here it computes. */
  readonly speedup: number;
  readonly secondsPerEpoch: number;
  /** All epochs, and what comes before the first. */
  readonly seconds: number;
  readonly cost?: Money;
}

export interface Advice {
  /** This machine first, then those whose speed is known, in their own order. */
  readonly projections: readonly Projection[];
  /** Machines that the pipeline does not give a speed. */
  readonly unknown: readonly string[];
  /** Whether another machine is worth it, a sentence without a full stop for each that is told of. */
  readonly words: readonly string[];
}

export interface Offers {
  /** Of this machine. */
  readonly price?: Price;
  readonly machines: readonly DeclaredMachine[];
}

/**
 * Projects a training from its rehearsal:
 *
 *     epoch = steps per epoch · (data + rest + (transfer + compute) / speedup) + rest between + compute between / speedup
 *     training = before + epochs · epoch
 *
 * A faster machine computes faster; how long batches take to be ready, and what lies around the steps, is counted as it
 * is here (Amdahl's law). What it takes to get a machine and to bring data there is not counted.
 */
export const adviseOn = (rehearsal: Rehearsal, { price, machines }: Offers): Advice => {
  const here = project(rehearsal, { name: 'here', speedup: 1, ...(price && { price }) });
  const others = machines.flatMap(({ name, price: each, speedup }) =>
    speedup === undefined ? [] : [project(rehearsal, { name, speedup, price: each })],
  );
  const unknown = machines.flatMap(({ name, speedup }) => (speedup === undefined ? [name] : []));
  return { projections: [here, ...others], unknown, words: others.map((other) => compare(here, other)) };
};

interface Offer {
  readonly name: string;
  readonly speedup: number;
  readonly price?: Price;
}

const project = (rehearsal: Rehearsal, { name, speedup, price }: Offer): Projection => {
  const { step, stepsPerEpoch, epochs, before, between } = rehearsal;
  const aStep = step.data + step.rest + (step.transfer + step.compute) / speedup;
  const secondsPerEpoch = stepsPerEpoch * aStep + between.rest + between.compute / speedup;
  const seconds = before + epochs * secondsPerEpoch;
  return { machine: name, speedup, secondsPerEpoch, seconds, ...(price && { cost: costOf(seconds, price) }) };
};

/** Below this nobody changes the machine for the time alone. */
const worthSeconds = 60;

const compare = (here: Projection, other: Projection): string => {
  const saved = here.seconds - other.seconds;
  const name = other.machine;
  if (saved <= 0) return `${name} is not worth it: the training would take ${duration(-saved)} longer there`;
  const time = `${duration(saved)} less (${times(here.seconds / other.seconds)} as fast as a whole)`;
  if (here.cost === undefined || other.cost === undefined)
    return `${name} takes ${time}; what that is worth cannot be told without a price for \`here\``;
  const more = other.cost.amount - here.cost.amount;
  const money = formatMoney({ ...other.cost, amount: Math.abs(more) });
  if (more <= 0) return `${name} is worth it: ${time}, and ${more === 0 ? 'no dearer' : `${money} cheaper`}`;
  // What costs nothing here is dearer anywhere.
  const factor = times(other.cost.amount / here.cost.amount);
  const even = here.cost.amount === 0 ? '' : `; to cost no more it would have to be ${factor} as fast as that`;
  if (saved < worthSeconds) return `${name} is not worth it: ${time}, for ${money} more${even}`;
  const perHour = formatMoney({ ...other.cost, amount: (more / saved) * 3600 });
  return `${name} is worth it if an hour of your time is worth ${perHour}: ${time}, for ${money} more${even}`;
};

const times = (ratio: number): string => `${ratio.toFixed(ratio < 10 ? 1 : 0)} times`;

const duration = (seconds: number): string => {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
};

/** Where the time of an epoch here goes, in shares of it. */
export const sharesOf = ({ step, stepsPerEpoch, between }: Rehearsal): Readonly<Record<string, number>> => {
  const epoch = stepsPerEpoch * secondsOf(step) + between.compute + between.rest;
  const share = (seconds: number) => (epoch === 0 ? 0 : seconds / epoch);
  return {
    'waiting for data': share(stepsPerEpoch * step.data),
    transfer: share(stepsPerEpoch * step.transfer),
    computing: share(stepsPerEpoch * step.compute),
    'the rest of the steps': share(stepsPerEpoch * step.rest),
    'validation and checkpoint': share(between.compute + between.rest),
  };
};
