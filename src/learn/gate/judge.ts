import type { Gate, GateCondition } from '../../types/generated/gate.ts';
import type { Objective } from '../../types/stage.ts';
import { counted, listed } from '../data/words.ts';
import { StageError } from '../error.ts';
import { differenceOf } from './difference.ts';
import type { Figure, Figures } from './figures.ts';
import { changeLimits, keeps, type Limit, limitsIn, valueLimits } from './limits.ts';
import type { ChangeLimits, GateParams } from './params.ts';
import { sayCondition, sayLimit } from './words.ts';

/** What a gate judges by. */
export interface Candidate {
  readonly figures: Figures;
  readonly slices: readonly Slice[] | undefined;
  /** Those of the last accepted model; absent where none has been accepted. */
  readonly accepted: Figures | undefined;
  /** Differences that were measured example by example. */
  readonly paired: ReadonlyMap<string, Figure>;
  readonly objective: Objective | undefined;
}

/** Some of the examples, and what was reached on them; null where a metric has nothing to divide by. */
export interface Slice {
  readonly name: string;
  readonly rows: number;
  readonly metrics: Readonly<Record<string, Figure | null>>;
}

/**
 * Holds a candidate against every condition. It is accepted where none fails; a condition for which there is nothing yet
 * to hold it against, as a change before any model was accepted, is told as not judged and refuses nobody.
 *
 * @throws StageError where a condition names what is not there, or asks of an interval that there is none of.
 */
export const judge = (params: GateParams, candidate: Candidate): Omit<Gate, 'format' | 'remarks'> => {
  const change = params.change ?? defaultChange(params, candidate);
  const conditions = [
    ...eachLimit(params.require, valueLimits).map(([metric, limit]) => required(metric, limit, candidate)),
    ...eachLimit(change, changeLimits).map(([metric, limit]) => changed(metric, limit, candidate)),
    ...slicesOf(params, candidate),
  ];
  const reasons = conditions.filter(({ outcome }) => outcome === 'failed').map(({ reason }) => reason);
  return { accepted: reasons.length === 0, compared: comparedIn(conditions, candidate), conditions, reasons };
};

const comparedIn = (conditions: readonly GateCondition[], { accepted }: Candidate): Gate['compared'] => {
  if (!conditions.some(({ kind }) => kind === 'change')) return 'not asked';
  return accepted === undefined ? 'nothing accepted' : 'accepted';
};

/** What a gate asks that is told nothing: that the objective's metric has not certainly become worse. */
const defaultChange = (
  { require, slices }: GateParams,
  { objective }: Candidate,
): Readonly<Record<string, ChangeLimits>> | undefined => {
  if (require !== undefined || slices !== undefined) return undefined;
  if (objective === undefined)
    throw new StageError(
      'the gate asks for nothing, and the pipeline has no objective that it could go by',
      'give params.require, params.change or params.slices',
    );
  return { [objective.metric]: { [objective.mode === 'max' ? 'max_drop' : 'max_rise']: 0, by: 'best' } };
};

const eachLimit = <Kind extends Limit['limit']>(
  asked: Readonly<Record<string, Readonly<Partial<Record<Kind, number>>> & Pick<ChangeLimits, 'by'>>> | undefined,
  kinds: readonly Kind[],
): readonly (readonly [metric: string, limit: Limit])[] =>
  Object.entries(asked ?? {}).flatMap(([metric, limits]) =>
    limitsIn(limits, kinds).map((limit) => [metric, limit] as const),
  );

const required = (metric: string, limit: Limit, { figures }: Candidate): GateCondition =>
  concluded({ kind: 'require', metric, ...limit, found: figureOf(metric, limit, figures) }, limit);

const changed = (metric: string, limit: Limit, { figures, accepted, paired }: Candidate): GateCondition => {
  const candidate = figureOf(metric, { by: 'value' }, figures);
  const open = { kind: 'change', metric, ...limit } as const;
  if (accepted === undefined) return notJudged({ ...open, candidate }, 'no model has been accepted before');
  const before = accepted.get(metric);
  if (before === undefined) return notJudged({ ...open, candidate }, 'the last accepted model was not measured by it');
  const found = paired.get(metric) ?? differenceOf(candidate, before);
  checkInterval(metric, limit, found);
  const method = paired.has(metric) ? 'paired' : found.low === undefined ? 'values' : 'intervals';
  return concluded({ ...open, found, candidate, before, method }, limit);
};

const slicesOf = ({ slices: asked }: GateParams, { slices }: Candidate): readonly GateCondition[] => {
  if (asked === undefined) return [];
  if (slices === undefined || slices.length === 0)
    throw new StageError(
      'params.slices asks for bounds on slices, and the evaluation has none',
      "say in evaluate's params which slices there are",
    );
  return Object.entries(asked).flatMap(([metric, { min_rows = 1, ...limits }]) =>
    limitsIn(limits, valueLimits).flatMap((limit) =>
      slices.map((slice) => onSlice(slice, { metric, limit, least: min_rows })),
    ),
  );
};

interface SliceLimit {
  readonly metric: string;
  readonly limit: Limit;
  readonly least: number;
}

const onSlice = ({ name, rows, metrics }: Slice, { metric, limit, least }: SliceLimit): GateCondition => {
  const open = { kind: 'slice', metric, slice: name, ...limit } as const;
  if (!Object.hasOwn(metrics, metric)) throw unknownMetric(metric, Object.keys(metrics), `slice ${name}`);
  const found = metrics[metric];
  if (found === null || found === undefined) return notJudged(open, 'there is nothing to divide by');
  if (rows < least) return notJudged({ ...open, found }, `it has ${counted(rows, 'example')}, fewer than ${least}`);
  checkInterval(metric, limit, found);
  return concluded({ ...open, found }, limit);
};

const figureOf = (metric: string, limit: Pick<Limit, 'by'>, figures: Figures): Figure => {
  const found = figures.get(metric);
  if (found === undefined) throw unknownMetric(metric, [...figures.keys()], 'the candidate');
  checkInterval(metric, limit, found);
  return found;
};

const unknownMetric = (metric: string, known: readonly string[], of: string): StageError =>
  new StageError(`${of} has no metric "${metric}"`, `it has ${listed(known)}; evaluate's params.metrics says which`);

const checkInterval = (metric: string, { by }: Pick<Limit, 'by'>, found: Figure): void => {
  if (by === 'value' || found.low !== undefined) return;
  throw new StageError(`"by": "${by}" asks for an end of an interval, and ${metric} has none`, 'leave "by" out');
};

type Open = Omit<GateCondition, 'outcome' | 'reason'>;

const concluded = (condition: Open & { readonly found: Figure }, limit: Limit): GateCondition => {
  const judged = { ...condition, outcome: keeps(condition.found, limit) ? 'passed' : 'failed' } as const;
  return { ...judged, reason: sayCondition(judged) };
};

const notJudged = (condition: Open, why: string): GateCondition => {
  const { metric, slice } = condition;
  const subject = slice === undefined ? metric : `${metric} on ${slice}`;
  return {
    ...condition,
    outcome: 'not judged',
    reason: `${subject}: ${sayLimit(condition)} was not judged, since ${why}`,
  };
};
