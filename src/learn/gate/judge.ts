import type { Gate, GateCondition } from '../../types/generated/gate.ts';
import type { Objective } from '../../types/stage.ts';
import { StageError } from '../error.ts';
import { checkInterval, concluded, eachLimit, notJudged, unknownMetric } from './conclude.ts';
import { differenceOf } from './difference.ts';
import type { Figure, Figures } from './figures.ts';
import { changeLimits, type Limit, valueLimits } from './limits.ts';
import type { GateParams } from './params.ts';
import { type ClassFigures, classConditions, type Slice, sliceConditions } from './parts.ts';

/** What a gate judges by. */
export interface Candidate {
  readonly figures: Figures;
  readonly slices: readonly Slice[] | undefined;
  /** Metrics of each class; absent where what is predicted is no class. */
  readonly classes: readonly ClassFigures[] | undefined;
  /** Those of the last accepted model; absent where none has been accepted. */
  readonly accepted: Figures | undefined;
  /** Differences that were measured example by example. */
  readonly paired: ReadonlyMap<string, Figure>;
  /** Metrics that were measured on another machine than those of the accepted model: they are not held against each other. */
  readonly elsewhere: ReadonlySet<string>;
  readonly objective: Objective | undefined;
}

/**
 * Holds a candidate against every condition. It is accepted where none fails; a condition for which there is nothing yet
 * to hold it against, as a change before any model was accepted, is told as not judged and refuses nobody.
 *
 * @throws StageError where a condition names what is not there, or asks of an interval that there is none of.
 */
export const judge = (params: GateParams, candidate: Candidate): Omit<Gate, 'format' | 'remarks'> => {
  const asked = asksNothing(params) ? byObjective(candidate.objective) : params;
  const conditions = [
    ...eachLimit(asked.require, valueLimits).map(([metric, limit]) => required(metric, limit, candidate)),
    ...eachLimit(asked.change, changeLimits).map(([metric, limit]) => changed(metric, limit, candidate)),
    ...sliceConditions(asked, candidate),
    ...classConditions(asked, candidate),
  ];
  const reasons = conditions.filter(({ outcome }) => outcome === 'failed').map(({ reason }) => reason);
  return { accepted: reasons.length === 0, compared: comparedIn(conditions, candidate), conditions, reasons };
};

const comparedIn = (conditions: readonly GateCondition[], { accepted }: Candidate): Gate['compared'] => {
  if (!conditions.some(({ kind }) => kind === 'change')) return 'not asked';
  return accepted === undefined ? 'nothing accepted' : 'accepted';
};

const asksNothing = ({ require, change, slices, classes }: GateParams): boolean =>
  [require, change, slices, classes].every((asked) => asked === undefined);

/** What a gate asks that is told nothing: that the objective's bounds hold, and its metric has not certainly become worse. */
const byObjective = (objective: Objective | undefined): GateParams => {
  if (objective === undefined)
    throw new StageError(
      'the gate asks for nothing, and the pipeline has no objective that it could go by',
      'give params.require, params.change, params.slices or params.classes',
    );
  const { metric, mode, subject_to } = objective;
  return {
    ...(subject_to && { require: subject_to }),
    change: { [metric]: { [mode === 'max' ? 'max_drop' : 'max_rise']: 0, by: 'best' } },
  };
};

const required = (metric: string, limit: Limit, { figures }: Candidate): GateCondition =>
  concluded({ kind: 'require', metric, ...limit, found: figureOf(metric, limit, figures) }, limit);

const changed = (metric: string, limit: Limit, { figures, accepted, paired, elsewhere }: Candidate): GateCondition => {
  const candidate = figureOf(metric, { by: 'value' }, figures);
  const open = { kind: 'change', metric, ...limit } as const;
  if (accepted === undefined) return notJudged({ ...open, candidate }, 'no model has been accepted before');
  const before = accepted.get(metric);
  if (before === undefined) return notJudged({ ...open, candidate }, 'the last accepted model was not measured by it');
  if (elsewhere.has(metric))
    return notJudged({ ...open, candidate, before }, 'the last accepted model was measured elsewhere');
  const found = paired.get(metric) ?? differenceOf(candidate, before);
  checkInterval(metric, limit, found);
  const method = paired.has(metric) ? 'paired' : found.low === undefined ? 'values' : 'intervals';
  return concluded({ ...open, found, candidate, before, method }, limit);
};

const figureOf = (metric: string, limit: Pick<Limit, 'by'>, figures: Figures): Figure => {
  const found = figures.get(metric);
  if (found === undefined) throw unknownMetric(metric, [...figures.keys()], 'the candidate');
  checkInterval(metric, limit, found);
  return found;
};
