import type { MeasuredRun, MetricColumn, MetricHistory } from '../../lineage/metric-history.ts';
import type { MetricRecord } from '../../types/generated/stage-run.ts';
import { describeObjective } from '../describe.ts';
import { formatCount, formatMetric, formatTime, plural } from '../format.ts';
import { oneLine, padEnd, widthOf } from '../text.ts';
import type { LineageView } from './facts.ts';
import { type PlotPoint, renderPlot } from './plot.ts';

export interface MetricsTextView extends LineageView {
  readonly symbols: 'unicode' | 'ascii';
  /** How many runs the table lists, the newest; the plots show all. */
  readonly rows: number;
}

/** Metrics over time: a plot a metric, and a table, oldest run first. Ends with a line end. */
export const renderMetrics = (history: MetricHistory, view: MetricsTextView): string => {
  const { pipeline, objective, columns, runs } = history;
  const { paint } = view;
  const goal = objective === undefined ? '' : `; the objective: ${describeObjective(objective)}`;
  const title = `${paint.bold(pipeline)}: metrics of ${plural(runs.length, 'run')}${goal}`;
  const plots = columns.slice(0, mostPlots).flatMap((column, at) => plotLines(column, at, { history, view }));
  const more =
    columns.length > mostPlots ? [`${plural(columns.length - mostPlots, 'metric')} more in the table`, ''] : [];
  return [title, '', ...plots, ...more, ...tableLines(history, view), ...bestLines(columns), ''].join('\n');
};

const mostPlots = 4;

/** A metric by the stage that measured it. */
export const columnName = ({ stage, metric }: Pick<MetricColumn, 'stage' | 'metric'>): string =>
  `${stage}.${oneLine(metric)}`;

export const pointOf = (metric: MetricRecord | undefined): PlotPoint | undefined => {
  if (metric === undefined) return undefined;
  return typeof metric === 'number' ? { value: metric, low: metric, high: metric } : metric;
};

const plotLines = (
  column: MetricColumn,
  at: number,
  { history: { runs }, view }: { readonly history: MetricHistory; readonly view: MetricsTextView },
): string[] => {
  // From the first run to the last that has it.
  const has = ({ values }: MeasuredRun) => values[at] !== undefined;
  const shown = runs.slice(runs.findIndex(has), runs.findLastIndex(has) + 1);
  const plot = {
    points: shown.map(({ values }) => pointOf(values[at])),
    from: day(shown[0]!),
    to: day(shown.at(-1)!),
  };
  return [view.paint.bold(columnName(column)), ...renderPlot(plot, view), ''];
};

const day = ({ started }: MeasuredRun): string => formatTime(started).slice(0, 16);

const tableLines = ({ columns, runs }: MetricHistory, { paint, rows }: MetricsTextView): string[] => {
  const shown = runs.slice(-rows);
  const left = runs.length - shown.length;
  const cells = [
    ['run', ...columns.map(columnName)],
    ...shown.map((run) => [runName(run), ...columns.map((column, at) => cellOf(run, column, at))]),
  ];
  const widths = cells[0]!.map((_, at) => Math.max(...cells.map((row) => widthOf(row[at]!))));
  const lines = cells.map((row) => `  ${row.map((cell, at) => padEnd(cell, widths[at]!)).join('  ')}`.trimEnd());
  return [
    paint.dim(lines[0]!),
    ...(left > 0 ? [paint.dim(`  (${plural(left, 'older run')} not listed)`)] : []),
    ...lines.slice(1),
  ];
};

const runName = ({ run, outcome }: MeasuredRun): string => (outcome === 'succeeded' ? run : `${run} (${outcome})`);

const cellOf = ({ run, values }: MeasuredRun, { best }: MetricColumn, at: number): string => {
  const value = values[at];
  if (value === undefined) return '';
  return best?.run === run ? `${formatMetric(value)} best` : formatMetric(value);
};

const bestLines = (columns: readonly MetricColumn[]): string[] => {
  const lines = columns.flatMap(({ best, ...column }) => {
    if (best === undefined) return [];
    const equals = best.equals === 1 ? '' : `, the first of ${formatCount(best.equals)} that did as well`;
    return [`best ${columnName(column)}: ${formatMetric(best.value)} in run ${best.run}${equals}`];
  });
  return lines.length === 0 ? [] : ['', ...lines];
};
