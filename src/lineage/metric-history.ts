import type { RunRecord } from '../types/generated/run.ts';
import type { MetricRecord } from '../types/generated/stage-run.ts';
import { metricValue, objectiveName } from './compare-metrics.ts';
import type { MetricsRow } from './index/rows.ts';

/** Metrics of a pipeline over its runs. */
export interface MetricHistory {
  readonly pipeline: string;
  readonly objective?: Objective;
  readonly columns: readonly MetricColumn[];
  /** Oldest first; runs that have none of the columns are not among them. */
  readonly runs: readonly MeasuredRun[];
}

export type Objective = NonNullable<RunRecord['pipeline']['objective']>;

export interface MetricColumn {
  readonly stage: string;
  readonly metric: string;
  /** Of the objective: the run that did best of all, the first of `equals` runs that did as well. */
  readonly best?: { readonly run: string; readonly value: MetricRecord; readonly equals: number };
}

export interface MeasuredRun {
  readonly run: string;
  /** ISO 8601 in UTC. */
  readonly started: string;
  readonly outcome: RunRecord['outcome'];
  /** By column. */
  readonly values: readonly (MetricRecord | undefined)[];
  /** By column: the run in which the stage was executed. */
  readonly executedIn: readonly (string | undefined)[];
}

export interface HistoryRequest {
  readonly pipeline: string;
  readonly objective: Objective | undefined;
  /** Names of metrics; none for the objective and those of the last stage that has any. */
  readonly metrics: readonly string[];
  /** Only of this stage. */
  readonly stage: string | undefined;
}

/** What was asked for is not there; with what is. */
export interface NoSuchMetric {
  readonly unknown: 'metric' | 'stage';
  readonly name: string;
  readonly known: readonly string[];
}

/** The metrics that were asked for, run by run. `rows` are those of one pipeline, oldest run first. */
export const metricHistory = (rows: readonly MetricsRow[], request: HistoryRequest): MetricHistory | NoSuchMetric => {
  const all = columnsIn(rows);
  const unknown = unknownOf(all, request);
  if (unknown !== undefined) return unknown;
  const chosen = chooseColumns(all, rows, request);
  const runs = measuredRuns(rows, chosen);
  const { pipeline, objective } = request;
  const name = objective && objectiveName(objective.metric, new Set(all.map(({ metric }) => metric)));
  const columns = chosen.map((column, at): MetricColumn => {
    const best = objective !== undefined && column.metric === name ? bestOf(runs, at, objective.mode) : undefined;
    return { ...column, ...(best && { best }) };
  });
  return { pipeline, ...(objective && { objective }), columns, runs };
};

type Column = Pick<MetricColumn, 'stage' | 'metric'>;

/** Every metric of every stage, those of the newest run first. */
const columnsIn = (rows: readonly MetricsRow[]): Column[] => {
  const columns = new Map<string, Column>();
  const newest = rows.at(-1)?.run;
  const inOrder = [...rows.filter(({ run }) => run === newest), ...rows];
  for (const { stage, metrics } of inOrder)
    for (const metric of Object.keys(metrics)) {
      const key = `${stage} ${metric}`;
      if (!columns.has(key)) columns.set(key, { stage, metric });
    }
  return [...columns.values()];
};

const unknownOf = (all: readonly Column[], { metrics, stage }: HistoryRequest): NoSuchMetric | undefined => {
  const stages = [...new Set(all.map((column) => column.stage))];
  if (stage !== undefined && !stages.includes(stage)) return { unknown: 'stage', name: stage, known: stages };
  const known = [...new Set(all.filter((column) => isOf(column, stage)).map(({ metric }) => metric))];
  const name = metrics.find((metric) => !known.includes(metric));
  return name === undefined ? undefined : { unknown: 'metric', name, known };
};

const isOf = (column: Column, stage: string | undefined): boolean => stage === undefined || column.stage === stage;

const chooseColumns = (
  all: readonly Column[],
  rows: readonly MetricsRow[],
  { metrics, stage, objective }: HistoryRequest,
): Column[] => {
  if (metrics.length > 0)
    return metrics.flatMap((name) => all.filter((column) => column.metric === name && isOf(column, stage)));
  if (stage !== undefined) return all.filter((column) => column.stage === stage);
  const name = objective && objectiveName(objective.metric, new Set(all.map(({ metric }) => metric)));
  const last = rows.at(-1)?.stage;
  const headline = all.filter((column) => column.stage === last).slice(0, mostHeadline);
  const first = all.filter((column) => column.metric === name && column.stage !== last);
  return [...first, ...headline];
};

/** As many metrics of a stage are shown unless told otherwise. */
const mostHeadline = 2;

interface Growing {
  readonly row: MetricsRow;
  readonly values: (MetricRecord | undefined)[];
  readonly executedIn: (string | undefined)[];
}

const measuredRuns = (rows: readonly MetricsRow[], columns: readonly Column[]): MeasuredRun[] => {
  const places = new Map(columns.map(({ stage, metric }, at) => [`${stage} ${metric}`, at]));
  const runs = new Map<string, Growing>();
  for (const row of rows)
    for (const [metric, value] of Object.entries(row.metrics)) {
      const at = places.get(`${row.stage} ${metric}`);
      if (at === undefined) continue;
      const run = runs.get(row.run) ?? { row, values: columns.map(() => undefined), executedIn: [] };
      runs.set(row.run, run);
      run.values[at] = value;
      run.executedIn[at] = row.executedIn;
    }
  return [...runs.values()].map(({ row: { run, started, outcome }, values, executedIn }) => ({
    run,
    started,
    outcome,
    values,
    executedIn,
  }));
};

const bestOf = (runs: readonly MeasuredRun[], at: number, mode: Objective['mode']): MetricColumn['best'] => {
  const better = (a: number, b: number) => (mode === 'max' ? a > b : a < b);
  let best: MetricColumn['best'];
  for (const { run, values } of runs) {
    const value = values[at];
    if (value === undefined) continue;
    if (best === undefined || better(metricValue(value), metricValue(best.value))) best = { run, value, equals: 1 };
    else if (metricValue(value) === metricValue(best.value)) best = { ...best, equals: best.equals + 1 };
  }
  return best;
};
