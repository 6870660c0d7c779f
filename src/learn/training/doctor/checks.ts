import type { Finding } from '../../../types/generated/findings.ts';
import { areFinite } from '../finite.ts';
import { type Norms, normsByLayer, normsOf } from '../measures.ts';
import type { Reading } from '../readings.ts';
import { type Vitals, windowMean } from './vitals.ts';

/** What the doctor knows of a training before it begins. */
export interface Patient {
  /** Loss of the best constant answer: see chance.ts. */
  readonly chance: number;
  /** Steps over which the rate climbs to its peak. */
  readonly warmup: number;
  /** Names of the variables, in the order of a reading's squares. */
  readonly variables: readonly string[];
}

/** Looks at a step with what was before it; pure, as all checks are. */
export type StepCheck = (reading: Reading, vitals: Vitals, patient: Patient) => Finding | undefined;

/** A gradient or a weight is NaN or infinite. The loss itself ends the training where it is no finite number. */
export const notFinite: StepCheck = ({ step, squares }, _, { variables }) => {
  if (squares === undefined || areFinite(squares)) return undefined;
  const broken = [...normsByLayer(squares, variables)].filter(([, norms]) => !isSound(norms));
  const layers = broken.map(([layer]) => layer).join(', ');
  return {
    ...{ id: 'not-finite', phase: 'training', severity: 'error', step: step + 1 },
    message: `gradients, weights or updates of ${layers} are no finite numbers`,
    evidence: { layers },
    remedy: 'a lower optimizer.rate, or a schedule with warmup; features far from 0 to 1 need normalize',
  };
};

/** There is no ratio to weights that are all 0. */
const isSound = ({ gradient, weight, updateRatio }: Norms): boolean =>
  [gradient, weight, weight === 0 ? 0 : updateRatio].every(Number.isFinite);

/**
 * One step changes the weights by more than half of their size. Around 0.001 is usual, and Adam's first steps may reach
 * some 0.1 in narrow layers.
 */
export const rateTooHigh: StepCheck = ({ step, squares, rate }) => {
  if (squares === undefined) return undefined;
  const { updateRatio } = normsOf(squares);
  if (!(updateRatio > mostOfUpdate && Number.isFinite(updateRatio))) return undefined;
  return {
    ...{ id: 'rate-too-high', phase: 'training', severity: 'error', step: step + 1 },
    message: `a step changed the weights by ${percent(updateRatio)} of their size`,
    evidence: { update_ratio: updateRatio, most: mostOfUpdate, usual: 0.001, rate },
    remedy: `a lower optimizer.rate: ${((rate * 0.005) / updateRatio).toPrecision(1)} would change them by 0.5 %`,
  };
};

const mostOfUpdate = 0.5;

/** The loss is far above where it began, and above what chance gives. */
export const lossRises: StepCheck = ({ step, rate }, vitals) => {
  const mean = windowMean(vitals, { rows: 64, steps: 3 });
  if (mean === undefined || !(mean > mostRise * vitals.reference)) return undefined;
  return {
    ...{ id: 'loss-rises', phase: 'training', severity: 'error', step: step + 1 },
    message: `the loss rises: it is ${short(mean)}, where it began at ${short(vitals.first)}`,
    evidence: { loss: mean, first_loss: vitals.first, most: mostRise * vitals.reference, rate },
    remedy: 'a tenth of optimizer.rate, or a schedule with warmup',
  };
};

const mostRise = 2;

/** The loss had fallen below half of where it began, and jumps back above that. */
export const lossSpike: StepCheck = ({ step, rate }, vitals) => {
  const mean = windowMean(vitals, { rows: 32, steps: 1 });
  if (mean === undefined || vitals.steps < leastBeforeSpike || vitals.average === null) return undefined;
  if (!(vitals.average < vitals.reference / 2 && mean > vitals.reference)) return undefined;
  return {
    ...{ id: 'loss-spike', phase: 'training', severity: 'warning', step: step + 1 },
    message: `the loss jumped to ${short(mean)} from an average of ${short(vitals.average)}`,
    evidence: { loss: mean, average: vitals.average, chance_or_first: vitals.reference, rate },
    remedy: 'a lower optimizer.rate, or gradients that are clipped; and a look at the rows of that batch',
  };
};

const leastBeforeSpike = 20;

/** Once the rate has been at its peak for a while: the loss has never fallen below chance. Judged after an epoch. */
export const plateau = (epoch: number, vitals: Vitals, { chance }: Patient): Finding | undefined => {
  const mean = windowMean(vitals, { rows: 0, steps: Math.min(vitals.recent.length, 50) });
  if (mean === undefined || !(mean > leastFall * chance)) return undefined;
  return {
    ...{ id: 'plateau', phase: 'training', severity: 'warning', epoch },
    message: `after ${vitals.steps} steps the loss, ${short(mean)}, is no better than the best constant answer, ${short(chance)}`,
    evidence: { loss: mean, chance, steps: vitals.steps },
    remedy:
      'another optimizer.rate, ten times lower and ten times higher; if neither helps, the features may tell nothing of the target',
  };
};

const leastFall = 0.98;

/** Units of a layer that were 0 for every row that was looked at. */
export interface DeadUnits {
  readonly layer: string;
  readonly units: number;
  readonly dead: number;
  readonly rows: number;
}

/** Most of a layer with ReLU answers 0 to everything: no gradient comes through such units any more. */
export const deadUnits = (epoch: number, { layer, units, dead, rows }: DeadUnits): Finding | undefined => {
  const share = dead / units;
  if (!(share >= mostDead)) return undefined;
  return {
    ...{ id: 'dead-units', phase: 'training', severity: share >= nearlyAll ? 'error' : 'warning', epoch },
    message: `${dead} of ${units} units of ${layer} are dead: their ReLU is 0 for each of ${rows} examples`,
    evidence: { layer, units, dead, share, rows },
    remedy: 'a lower optimizer.rate, or a schedule with warmup; features far from 0 to 1 need normalize',
  };
};

const mostDead = 0.6;
const nearlyAll = 0.95;

const percent = (share: number): string => `${(100 * share).toPrecision(2)} %`.replace(/^(\S+)e\+(\d+)/, (all) => String(Number(all))); // biome-ignore format: one line

const short = (value: number): string => String(Number(value.toPrecision(3)));
