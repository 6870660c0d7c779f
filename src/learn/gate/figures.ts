import { listed } from '../data/words.ts';
import { StageError } from '../error.ts';
import { parse } from '../json.ts';

/** A number, with its 95 % confidence interval where it has one. */
export interface Figure {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/** Figures by the name of their metric. */
export type Figures = ReadonlyMap<string, Figure>;

/**
 * What there is to judge a candidate by: the metrics of its evaluation, and its costs, which have no interval.
 *
 * @throws StageError where both have a metric of one name.
 */
export const figuresOf = (
  metrics: Readonly<Record<string, Figure>>,
  costs: Readonly<Record<string, number>> = {},
): Figures => {
  const twice = Object.keys(costs).filter((name) => Object.hasOwn(metrics, name));
  if (twice.length > 0)
    throw new StageError(
      `the evaluation and the costs both have ${listed(twice)}`,
      'give it another name in the costs: a limit could mean either',
    );
  return new Map([
    ...Object.entries(metrics),
    ...Object.entries(costs).map(([name, value]) => [name, { value }] as const),
  ]);
};

/**
 * The metrics of a file of costs, `{ "metrics": { "size_bytes": 123456 } }`; what else it says is not read.
 *
 * @param name how the file is called where it is wrong.
 * @throws StageError where that is not what it holds.
 */
export const costsIn = (text: string, name: string): Readonly<Record<string, number>> => {
  const metrics: unknown = Object(parse(text, name)).metrics;
  if (typeof metrics !== 'object' || metrics === null || Array.isArray(metrics))
    throw new StageError(`${name} has no object "metrics"`, 'write { "metrics": { "size_bytes": 123456 } }');
  const wrong = Object.entries(metrics).filter(([, value]) => !Number.isFinite(value));
  if (wrong.length > 0)
    throw new StageError(`${name}: ${listed(wrong.map(([metric]) => metric))} should be numbers, and are not`);
  return metrics as Record<string, number>;
};
