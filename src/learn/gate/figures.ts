import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
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

/** What a model costs. */
export interface Costs {
  readonly figures: Figures;
  /** Names of those that were measured, and hold for one machine alone. */
  readonly measured: readonly string[];
  /** That machine, in words; undefined where the file says none. */
  readonly on: string | undefined;
}

/**
 * What there is to judge a candidate by: the metrics of its evaluation, and its costs.
 *
 * @throws StageError where both have a metric of one name.
 */
export const figuresOf = (metrics: Readonly<Record<string, Figure>>, costs: Figures = new Map()): Figures => {
  const twice = [...costs.keys()].filter((name) => Object.hasOwn(metrics, name));
  if (twice.length > 0)
    throw new StageError(
      `the evaluation and the costs both have ${listed(twice)}`,
      'give it another name in the costs: a limit could mean either',
    );
  return new Map([...Object.entries(metrics), ...costs]);
};

/** Reads a file of costs. @see costsIn */
export const readCosts = async (path: string): Promise<Costs> => costsIn(await readFile(path, 'utf8'), basename(path));

/**
 * The metrics of a file of costs, `{ "metrics": { "size_bytes": 123456 } }`, each a number, or one with its bounds; and what
 * the stage type `cost` says of where they were measured. What else there is is not read.
 *
 * @param name how the file is called where it is wrong.
 * @throws StageError where that is not what it holds.
 */
export const costsIn = (text: string, name: string): Costs => {
  const { metrics, measured, on }: Readonly<Record<string, unknown>> = Object(parse(text, name));
  if (!isRecord(metrics))
    throw new StageError(`${name} has no object "metrics"`, 'write { "metrics": { "size_bytes": 123456 } }');
  const told = Object.entries(metrics).map(([metric, value]) => [metric, figureOf(value)] as const);
  const wrong = told.flatMap(([metric, figure]) => (figure === undefined ? [metric] : []));
  if (wrong.length > 0)
    throw new StageError(`${name}: ${listed(wrong)} should be numbers, or have a value with its bounds, and are not`);
  return {
    figures: new Map(told as (readonly [string, Figure])[]),
    measured: Array.isArray(measured) ? measured.map(String) : [],
    on: isRecord(on) ? Object.values(on).map(String).join(', ') : undefined,
  };
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const figureOf = (told: unknown): Figure | undefined => {
  if (typeof told === 'number') return Number.isFinite(told) ? { value: told } : undefined;
  if (!isRecord(told)) return undefined;
  const { value, low, high } = told;
  const isWhole = [value, low, high].every((each) => typeof each === 'number' && Number.isFinite(each));
  return isWhole ? ({ value, low, high } as Figure) : undefined;
};
