import type { RunRecord } from '../types/generated/run.ts';
import type { MetricRecord } from '../types/generated/stage-run.ts';
import type { RunAccount } from './run-account.ts';

/** What became of one metric from one run to another. */
export interface MetricChange {
  readonly stage: string;
  readonly metric: string;
  readonly before?: MetricRecord;
  readonly after?: MetricRecord;
  /** After less before. */
  readonly difference?: number;
  readonly relation: Relation;
  /** Only for the metric that both pipelines have as their objective, where it changed. */
  readonly verdict?: 'better' | 'worse';
}

export type Relation =
  | 'equal'
  /** Each value lies in the other's interval. */
  | 'within'
  /** The intervals overlap, and a value lies outside of the other's. */
  | 'overlap'
  /** The intervals have no number in common. */
  | 'apart'
  /** There are no two intervals to judge by. */
  | 'no intervals'
  | 'only before'
  | 'only after';

/** All metrics of the stages of both runs, and those of stages that only one of them has. */
export const compareMetrics = (before: RunAccount, after: RunAccount): MetricChange[] => {
  const earlier = metricsOf(before);
  const later = metricsOf(after);
  const objective = sharedObjective(before.record, after.record);
  const all = new Map([...later, ...earlier].map(({ stage, metric }) => [`${stage} ${metric}`, { stage, metric }]));
  const names = new Set([...all.values()].map(({ metric }) => metric));
  return [...all.values()].map(({ stage, metric }) => {
    const find = (list: readonly Measured[]) =>
      list.find((each) => each.stage === stage && each.metric === metric)?.value;
    const change = compareMetric(find(earlier), find(later));
    const isObjective = objective !== undefined && metric === objectiveName(objective.metric, names);
    return { stage, metric, ...change, ...(isObjective && verdictOf(change, objective.mode)) };
  });
};

/**
 * The objective is judged on validation, where its metric has the name `val_accuracy`; a stage that measures on one
 * split only has it under its bare name.
 */
export const objectiveName = (metric: string, names: ReadonlySet<string>): string =>
  names.has(`val_${metric}`) ? `val_${metric}` : metric;

/** How two values of a metric stand to each other, by their intervals where both have one. */
export const compareMetric = (
  before: MetricRecord | undefined,
  after: MetricRecord | undefined,
): Omit<MetricChange, 'stage' | 'metric' | 'verdict'> => {
  if (before === undefined) return { ...(after !== undefined && { after }), relation: 'only after' };
  if (after === undefined) return { before, relation: 'only before' };
  return { before, after, difference: metricValue(after) - metricValue(before), relation: relationOf(before, after) };
};

export const metricValue = (metric: MetricRecord): number => (typeof metric === 'number' ? metric : metric.value);

const relationOf = (before: MetricRecord, after: MetricRecord): Relation => {
  if (metricValue(before) === metricValue(after)) return 'equal';
  if (typeof before === 'number' || typeof after === 'number') return 'no intervals';
  if (before.high < after.low || after.high < before.low) return 'apart';
  const holds = ({ low, high }: { low: number; high: number }, value: number) => low <= value && value <= high;
  return holds(before, after.value) && holds(after, before.value) ? 'within' : 'overlap';
};

interface Measured {
  readonly stage: string;
  readonly metric: string;
  readonly value: MetricRecord;
}

const metricsOf = ({ stages }: RunAccount): Measured[] =>
  stages.flatMap(({ entry, stageRun }) =>
    Object.entries(stageRun?.metrics ?? {}).map(([metric, value]) => ({ stage: entry.stage, metric, value })),
  );

type Objective = NonNullable<RunRecord['pipeline']['objective']>;

const sharedObjective = ({ pipeline: before }: RunRecord, { pipeline: after }: RunRecord): Objective | undefined =>
  before.objective?.metric === after.objective?.metric && before.objective?.mode === after.objective?.mode
    ? after.objective
    : undefined;

const verdictOf = ({ difference = 0 }: Pick<MetricChange, 'difference'>, mode: Objective['mode']) =>
  difference === 0 ? {} : { verdict: difference > 0 === (mode === 'max') ? ('better' as const) : ('worse' as const) };
