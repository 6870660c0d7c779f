import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { suggest } from '../diagnostics/suggest.ts';
import type { MetricsRow } from '../lineage/index/rows.ts';
import { type MetricHistory, metricHistory, type NoSuchMetric, type Objective } from '../lineage/metric-history.ts';
import { findProject } from '../load/project.ts';
import type { Workspace } from '../plan/workspace.ts';
import { renderMetricsCsv } from '../ui/lineage/metrics-csv.ts';
import { renderMetrics } from '../ui/lineage/metrics-view.ts';
import { createPaint } from '../ui/paint.ts';
import { askIndex } from './ask-index.ts';
import { openForReading } from './open-for-reading.ts';
import { canShowUnicode, useColor } from './terminal.ts';
import { UserMistake } from './user-mistake.ts';

export interface MetricsOptions {
  readonly metric: readonly string[];
  readonly stage?: string;
  /** How many runs count, the newest. */
  readonly last?: number;
  readonly ascii?: boolean;
  readonly html?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** `stemma metrics [PIPELINE]`: metrics over the runs, as plots and a table, as a page, or for programs. */
export const metrics = async (name: string | undefined, options: MetricsOptions): Promise<number> => {
  const workspace = openForReading(findProject(process.cwd()));
  const { pipeline, rows } = await measuredRows(name, workspace);
  if (rows.length === 0) throw new UserMistake(`no run of pipeline "${pipeline}" has measured anything yet`);
  const found = metricHistory(newestRuns(rows, options.last), {
    pipeline,
    objective: objectiveOf(rows, workspace),
    metrics: options.metric,
    stage: options.stage,
  });
  if ('unknown' in found) throw unknownMetric(found, pipeline);
  if (options.html !== undefined) await writePage(found, options.html, options.last);
  if (options.json) process.stdout.write(`${JSON.stringify(jsonOf(found), null, 2)}\n`);
  else if (options.csv) process.stdout.write(renderMetricsCsv(found));
  else process.stdout.write(textOf(found, options));
  return 0;
};

interface Measured {
  readonly pipeline: string;
  /** Oldest run first. */
  readonly rows: readonly MetricsRow[];
}

const measuredRows = (name: string | undefined, { project }: Workspace): Promise<Measured> =>
  askIndex(project, ({ runs, metricsOf }) => {
    const rows = name === undefined ? [] : metricsOf(name);
    if (name !== undefined && rows.length > 0) return { pipeline: name, rows };
    const names = [...new Set(runs().map((run) => run.pipeline))].sort();
    const pipeline = name ?? onlyOne(names);
    if (names.includes(pipeline)) return { pipeline, rows: metricsOf(pipeline) };
    throw new UserMistake(
      `there is no run of a pipeline "${pipeline}"`,
      suggest(pipeline, names, 'pipelines with runs'),
    );
  });

const onlyOne = (names: readonly string[]): string => {
  if (names.length === 1) return names[0]!;
  if (names.length === 0) throw new UserMistake('there is no run yet', 'run `stemma run` first');
  throw new UserMistake('there are runs of several pipelines here', `name one: ${names.join(', ')}`);
};

const newestRuns = (rows: readonly MetricsRow[], last: number | undefined): readonly MetricsRow[] => {
  if (last === undefined) return rows;
  const runs = new Set([...new Set(rows.map(({ run }) => run))].slice(-last));
  return rows.filter(({ run }) => runs.has(run));
};

/** What the pipeline was after when it measured something last. */
const objectiveOf = (rows: readonly MetricsRow[], { records }: Workspace): Objective | undefined =>
  records.readRun(rows.at(-1)!.run)?.pipeline?.objective;

const unknownMetric = ({ unknown, name, known }: NoSuchMetric, pipeline: string): UserMistake => {
  const message =
    unknown === 'stage'
      ? `no run of pipeline "${pipeline}" has metrics of a stage "${name}"`
      : `no run of pipeline "${pipeline}" has a metric "${name}"`;
  return new UserMistake(message, suggest(name, known, unknown === 'stage' ? 'stages with metrics' : 'metrics'));
};

const textOf = (history: MetricHistory, { ascii, last }: MetricsOptions): string =>
  renderMetrics(history, {
    paint: createPaint({ color: useColor(process.stdout) }),
    columns: process.stdout.columns ?? 80,
    symbols: ascii || !canShowUnicode() ? 'ascii' : 'unicode',
    rows: last ?? listed,
  });

/** The table lists as many runs unless told otherwise, and the page has as many. */
const listed = 20;
const onPage = 500;

const writePage = async (history: MetricHistory, file: string, last: number | undefined): Promise<void> => {
  const { renderMetricsPage } = await import('../ui/lineage/metrics-page.ts');
  const runs = history.runs.slice(-(last ?? onPage));
  mkdirSync(dirname(file), { recursive: true });
  const page = await renderMetricsPage({ history: { ...history, runs }, left: history.runs.length - runs.length });
  writeFileSync(file, page);
  process.stderr.write(`${file}\n`);
};

const jsonOf = ({ pipeline, objective, columns, runs }: MetricHistory) => ({
  pipeline,
  objective: objective ?? null,
  columns: columns.map(({ stage, metric, best }) => ({ stage, metric, best: best ?? null })),
  runs: runs.map(({ run, started, outcome, values, executedIn }) => ({
    run,
    started,
    outcome,
    metrics: columns.flatMap(({ stage, metric }, at) =>
      values[at] === undefined ? [] : [{ stage, metric, value: values[at], executedIn: executedIn[at] }],
    ),
  })),
});
