import { factsOf } from '../../metrics/names.ts';
import { cosine, cosineRestarts } from './cosine.ts';
import { type CyclicalMode, cyclical } from './cyclical.ts';
import { exponential } from './exponential.ts';
import { inverseSqrt } from './inverse-sqrt.ts';
import { oneCycle } from './one-cycle.ts';
import { plateau } from './plateau.ts';
import { polynomial } from './polynomial.ts';
import type { Schedule, Share } from './schedule.ts';
import { afterWarmup } from './warmup.ts';

/** A schedule as a pipeline asks for it; lengths are in epochs. */
export type ScheduleParams = CurveParams & {
  /** Share of the horizon, in [0, 1), over which the rate climbs to its peak. */
  readonly warmup: number;
};

export type CurveParams =
  | { readonly name: 'constant' }
  | { readonly name: 'step'; readonly decay_rate: number; readonly decay_epochs: number }
  | {
      readonly name: 'exponential';
      readonly decay_rate: number;
      readonly decay_epochs: number;
      readonly staircase: boolean;
    }
  | { readonly name: 'polynomial'; readonly power: number; readonly alpha: number; readonly cycle: boolean }
  | { readonly name: 'cosine'; readonly alpha: number }
  | {
      readonly name: 'cosine_restarts';
      readonly first_epochs: number;
      readonly t_mul: number;
      readonly m_mul: number;
      readonly alpha: number;
    }
  | {
      readonly name: 'cyclical';
      readonly mode: CyclicalMode;
      readonly half_epochs: number;
      readonly alpha: number;
      readonly gamma: number;
    }
  | {
      readonly name: 'one_cycle';
      readonly pct_start: number;
      readonly div_factor: number;
      readonly final_div_factor: number;
      readonly anneal_strategy: 'cos' | 'linear';
      readonly three_phase: boolean;
    }
  | { readonly name: 'inverse_sqrt'; readonly timescale?: number }
  | PlateauParams;

export interface PlateauParams {
  readonly name: 'plateau';
  readonly monitor?: string;
  readonly mode?: 'min' | 'max';
  readonly factor: number;
  readonly patience: number;
  readonly min_delta: number;
  readonly cooldown: number;
  readonly alpha: number;
}

/** What a schedule is made for. */
export interface Course {
  /** Steps of the optimizer in an epoch; a fraction where batches of two epochs make one. */
  readonly stepsPerEpoch: number;
  /** Epochs for which the schedule is made, however many are trained. */
  readonly horizon: number;
  /** What `plateau` goes by where it names nothing itself. */
  readonly monitor: { readonly name: string; readonly mode: 'min' | 'max' };
}

export const makeSchedule = (params: ScheduleParams, course: Course): Schedule => {
  const horizon = Math.max(1, Math.round(course.horizon * course.stepsPerEpoch));
  const climb = Math.floor(params.warmup * horizon);
  return {
    shareAt: afterWarmup(climb, curveOf(params, { ...course, climb, span: horizon - climb })),
    plan: JSON.stringify({ ...params, ...(climb > 0 || endsAtHorizon.has(params.name) ? { horizon } : {}) }),
  };
};

const endsAtHorizon: ReadonlySet<ScheduleParams['name']> = new Set(['polynomial', 'cosine', 'one_cycle']);

interface Place extends Course {
  /** Steps of the warm-up. */
  readonly climb: number;
  /** Steps between warm-up and horizon. */
  readonly span: number;
}

const curveOf = (params: CurveParams, { stepsPerEpoch, monitor, climb, span }: Place): Share => {
  const steps = (epochs: number): number => epochs * stepsPerEpoch;
  switch (params.name) {
    case 'constant':
      return () => 1;
    case 'step':
    case 'exponential':
      return exponential({
        ...{ decayRate: params.decay_rate, decaySteps: steps(params.decay_epochs) },
        staircase: params.name === 'step' || params.staircase,
      });
    case 'polynomial':
      return polynomial({ ...params, span });
    case 'cosine':
      return cosine({ span, alpha: params.alpha });
    case 'cosine_restarts': {
      const { first_epochs, t_mul, m_mul, alpha } = params;
      return cosineRestarts({ firstSteps: steps(first_epochs), lengthen: t_mul, lower: m_mul, alpha });
    }
    case 'cyclical': {
      const { mode, half_epochs, alpha, gamma } = params;
      return cyclical({ mode, halfSteps: steps(half_epochs), alpha, gamma });
    }
    case 'one_cycle':
      return oneCycle({
        ...{ span, up: params.pct_start, division: params.div_factor, finalDivision: params.final_div_factor },
        ...{ anneal: params.anneal_strategy, phases: params.three_phase ? 3 : 2 },
      });
    case 'inverse_sqrt':
      return inverseSqrt(params.timescale === undefined ? climb || stepsPerEpoch : steps(params.timescale));
    case 'plateau':
      return plateauOf(params, monitor);
  }
};

const plateauOf = (params: PlateauParams, usual: Course['monitor']): Share => {
  const { factor, patience, min_delta, cooldown, alpha } = params;
  const mode =
    params.mode ??
    (params.monitor === undefined || params.monitor === usual.name ? usual.mode : usualMode(params.monitor));
  const monitor = params.monitor ?? usual.name;
  return plateau({ monitor, mode, factor, patience, minDelta: min_delta, cooldown, alpha });
};

/** As the metric has it; of what is no metric of ours, less is better of losses and errors, more of all others. */
export const usualMode = (monitor: string): 'min' | 'max' =>
  factsOf(monitor.replace(/^val_/, ''))?.mode ?? (/loss|mae|mse|rmse/.test(monitor) ? 'min' : 'max');
