import type { ComparedEpochs, ComparedPair, Comparison } from '../../types/generated/comparison.ts';
import type { Evaluation } from '../../types/generated/evaluation.ts';
import type { EpochRecord, TrainingHistory } from '../../types/generated/history.ts';
import { StageError } from '../error.ts';
import { meanOf } from './mean.ts';

/** A training that was judged. */
export interface Judged {
  readonly evaluation: Evaluation;
  readonly history: TrainingHistory | undefined;
}

export interface Pair {
  readonly baseline: Judged;
  readonly candidate: Judged;
}

/**
 * Compares two ways to train by pairs of trainings: what the candidate's metric has more, and after how many epochs the
 * candidate was as good on validation as the baseline ever was.
 *
 * @param pairs at least one.
 * @throws StageError where an evaluation has no such metric, or two histories went by different things.
 */
export const compare = (pairs: readonly Pair[], metric: string): Comparison => {
  const compared = pairs.map((pair, index) => comparedPair(pair, metric, index + 1));
  const epochs = compared.flatMap((pair) => pair.epochs ?? []);
  const shares = epochs.flatMap(({ baseline, candidate }) => (candidate === null ? [] : candidate / baseline));
  return {
    ...{ format: 'stemma-comparison-v1', metric, pairs: compared },
    baseline: meanOf(compared.map(({ baseline }) => baseline)),
    candidate: meanOf(compared.map(({ candidate }) => candidate)),
    difference: meanOf(compared.map(({ difference }) => difference)),
    ...(epochs.length === 0
      ? {}
      : {
          epochs: {
            ...{ reached: shares.length, of: epochs.length },
            ...(shares.length === 0 ? {} : { share: meanOf(shares) }),
          },
        }),
  };
};

const comparedPair = ({ baseline, candidate }: Pair, metric: string, number: number): ComparedPair => {
  const [before, after] = [baseline, candidate].map(({ evaluation }) => metricIn(evaluation, metric, number)) as [number, number]; // biome-ignore format: one line
  const epochs =
    baseline.history === undefined || candidate.history === undefined
      ? {}
      : { epochs: comparedEpochs(baseline.history, candidate.history, number) };
  return { baseline: before, candidate: after, difference: after - before, ...epochs };
};

const metricIn = ({ metrics }: Evaluation, metric: string, number: number): number => {
  const found = Object.entries(metrics).find(([name]) => name === metric)?.[1];
  if (found !== undefined) return found.value;
  throw new StageError(
    `an evaluation of pair ${number} has no metric "${metric}"`,
    `it has ${Object.keys(metrics).join(', ')}: evaluate records what its params.metrics names`,
  );
};

const comparedEpochs = (baseline: TrainingHistory, candidate: TrainingHistory, number: number): ComparedEpochs => {
  const { monitor, mode } = baseline.best;
  if (candidate.best.monitor !== monitor) {
    throw new StageError(
      `the histories of pair ${number} went by different things: ${monitor} and ${candidate.best.monitor}`,
      'give both trainings the same early_stopping.monitor, or none',
    );
  }
  const values = ({ epochs }: TrainingHistory): readonly number[] => epochs.map((record) => recorded(record, monitor));
  const isAsGood = (value: number, than: number): boolean => (mode === 'min' ? value <= than : value >= than);
  const target = values(baseline).reduce((best, value) => (isAsGood(value, best) ? value : best));
  const firstOf = (history: TrainingHistory): number =>
    values(history).findIndex((value) => isAsGood(value, target)) + 1;
  return { monitor, target, baseline: firstOf(baseline), candidate: firstOf(candidate) || null };
};

const recorded = (record: EpochRecord, key: string): number =>
  (record as unknown as Readonly<Record<string, number>>)[key] ?? Number.NaN;
