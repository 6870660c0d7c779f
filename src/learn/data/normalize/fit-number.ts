import type { FittedNumber, FittedQuantiles } from '../../../types/generated/fitted.ts';
import { StageError } from '../../error.ts';
import type { Dataset } from '../dataset.ts';
import { quantilesOf } from '../fitted/counts.ts';
import type { AnyMethod } from './params.ts';
import type { Statistics } from './statistics.ts';

/** A scaled value is (value - center) / divisor. */
export interface Scaling {
  readonly center: number;
  /** Never 0: for a constant column it is 1, so that its value becomes 0 and others stay as far from it as they are. */
  readonly divisor: number;
}

/** Fits a column of numbers. */
export const fitNumber = async (
  dataset: Dataset,
  name: string,
  { method, statistics }: { readonly method: AnyMethod; readonly statistics: Statistics },
): Promise<FittedNumber | FittedQuantiles> => {
  const common = { ...statistics, constant: statistics.min === statistics.max };
  if (method.method === 'quantile') {
    const { output = 'uniform', quantiles = 1_000 } = method;
    const steps = Math.min(quantiles, statistics.count);
    const at = Array.from({ length: steps }, (_, index) => (steps === 1 ? 0 : index / (steps - 1)));
    const found = await quantilesOf(dataset, name, at);
    return { ...{ name, kind: 'quantiles', method: 'quantile', output }, ...common, quantiles: found };
  }
  if (method.method === 'log1p' && statistics.min <= -1) {
    throw new StageError(`train, column "${name}": ${statistics.min} has no log1p`, 'take another method for it');
  }
  if (method.method !== 'robust') {
    const kept = method.method as FittedNumber['method'];
    return { ...{ name, kind: 'number', method: kept }, ...common, ...scalingOf(kept, statistics) };
  }
  const [low, median, high] = (await quantilesOf(dataset, name, [0.25, 0.5, 0.75])) as [number, number, number];
  const iqr = high - low;
  return {
    ...{ name, kind: 'number', method: 'robust' },
    ...common,
    ...{ median, iqr, center: median, divisor: divisorOf(iqr) },
  };
};

/**
 * The scaling that a method makes of train's statistics. "min-max": train's values become 0 to 1; others may lie
 * outside. "standard": they get mean 0 and standard deviation 1. All others: none.
 */
export const scalingOf = (method: FittedNumber['method'], { min, max, mean, sd }: Statistics): Scaling => {
  if (method === 'min-max') return { center: min, divisor: divisorOf(max - min) };
  return method === 'standard' ? { center: mean, divisor: divisorOf(sd) } : { center: 0, divisor: 1 };
};

const divisorOf = (spread: number): number => (spread === 0 ? 1 : spread);
