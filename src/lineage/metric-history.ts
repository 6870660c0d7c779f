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
  const stages = new Map<string, Set<string>>();
  const note = ({ stage, metrics }: MetricsRow): void => {
    const known = stages.get(stage) ?? new Set<string>();
    stages.set(stage, known);
    for (const metric in metrics) known.add(metric);
  };
  const newest = rows.at(-1)?.run;
  for (const row of rows) if (row.run === newest) note(row);
  for (const row of rows) note(row);
  return [...stages].flatMap(([stage, metrics]) => [...metrics].map((metric) => ({ stage, metric })));
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

interface Growing extends MeasuredRun {
  readonly values: (MetricRecord | undefined)[];
  readonly executedIn: (string | undefined)[];
}

/** Rows of one run stand together, so that of a long history no table of runs is needed. */
const measuredRuns = (rows: readonly MetricsRow[], columns: readonly Column[]): MeasuredRun[] => {
  const runs: Growing[] = [];
  for (const row of rows)
    for (let at = 0; at < columns.length; at++) {
      const { stage, metric } = columns[at]!;
      if (stage !== row.stage || !Object.hasOwn(row.metrics, metric)) continue;
      let run = runs.at(-1);
      if (run?.run !== row.run) {
        run = blankRun(row, columns.length);
        runs.push(run);
      }
      run.values[at] = row.metrics[metric];
      run.executedIn[at] = row.executedIn;
    }
  return runs;
};

const blankRun = ({ run, started, outcome }: MetricsRow, columns: number): Growing => ({
  run,
  started,
  outcome,
  values: new Array(columns).fill(undefined),
  executedIn: new Array(columns).fill(undefined),
});

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
