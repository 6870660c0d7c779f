import { shellWord } from '../lineage/shell-line.ts';
import { valueText } from '../load/sweep/cells.ts';
import type { CellResult, Sweep } from '../run/sweep/sweep.ts';
import { formatBytes, formatMetric, formatSeconds, plural } from './format.ts';
import type { Paint } from './paint.ts';
import { oneLine, padStart, widthOf, wrap } from './text.ts';

export interface SweepTextView {
  readonly paint: Paint;
  readonly columns: number;
}

/** A line a cell of the grid: its params, the metric, and what it took. The best is marked. Ends with a line end. */
export const renderSweep = (sweep: Sweep, view: SweepTextView): string => {
  const lines = [...titleLines(sweep, view), '', ...tableLines(sweep, view), ...noteLines(sweep, view)];
  return `${lines.join('\n')}\n`;
};

const titleLines = ({ pipeline, metric, objective, on, seeds, axes }: Sweep, { paint, columns }: SweepTextView) => {
  const direction = objective.mode === 'max' ? 'more is better' : 'less is better';
  const what = metric === undefined ? '' : `: ${metric} (${on === 'unknown' ? direction : `on ${on}; ${direction}`})`;
  return wrap(`${paint.bold(pipeline)}, ${axes.join(' × ')}${what}, ${plural(seeds.length, 'seed')}`, columns);
};

const tableLines = (sweep: Sweep, { paint }: SweepTextView): readonly string[] => {
  const best = bestOf(sweep);
  const columns = columnsOf(sweep).filter(
    ({ optional, cell }) => !optional || sweep.cells.some((each) => cell(each) !== ''),
  );
  const rows = [
    columns.map(({ head }) => head),
    ...sweep.cells.map((cell) => columns.map((column) => column.cell(cell))),
  ];
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => widthOf(row[at]!))));
  const lines = rows.map((row, index) => {
    const mark = index > 0 && best.includes(sweep.cells[index - 1]!) ? '*' : ' ';
    return `${mark} ${row.map((cell, at) => padStart(cell, widths[at]!)).join('  ')}`.trimEnd();
  });
  return lines.map((line, at) => (at === 0 ? paint.dim(line) : line.startsWith('*') ? paint.bold(line) : line));
};

interface ColumnView {
  readonly head: string;
  /** Left out where no cell has it. */
  readonly optional: boolean;
  readonly cell: (result: CellResult) => string;
}

const columnsOf = ({ axes, metric }: Sweep): readonly ColumnView[] => [
  ...axes.map(
    (axis, at): ColumnView => ({
      head: shortName(axis, axes),
      optional: false,
      cell: ({ setting }) => valueText(setting[at]!),
    }),
  ),
  { head: metric ?? 'metric', optional: false, cell: ({ value, half, failure }) => metricText(value, half, failure) },
  { head: 'test', optional: true, cell: ({ test }) => (test === undefined ? '' : formatMetric(test)) },
  {
    head: 'examples/s',
    optional: true,
    cell: ({ examplesPerSecond: rate }) => (rate === undefined ? '' : String(Math.round(rate))),
  },
  {
    head: 'memory',
    optional: true,
    cell: ({ peakMemory }) => (peakMemory === undefined ? '' : formatBytes(peakMemory)),
  },
  {
    head: 'time',
    optional: true,
    cell: ({ executionSeconds: time }) => (time === undefined ? '' : formatSeconds(time)),
  },
];

/** The last key, where it tells the axes apart. */
const shortName = (axis: string, axes: readonly string[]): string => {
  const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
  return axes.filter((other) => last(other) === last(axis)).length > 1 ? axis : last(axis);
};

const metricText = (value: number | undefined, half: number | undefined, failure: string | undefined): string => {
  if (value === undefined) return failure === undefined ? '' : 'fails';
  return half === undefined ? formatMetric(value) : `${formatMetric(value)} ± ${half.toPrecision(2)}`;
};

/** The cells with the best value: often several are alike. */
const bestOf = ({ cells, objective }: Sweep): readonly CellResult[] => {
  const sign = objective.mode === 'max' ? 1 : -1;
  const judged = cells.filter((cell) => cell.value !== undefined);
  const best = Math.max(...judged.map(({ value }) => sign * value!));
  return judged.filter(({ value }) => sign * value! === best);
};

const noteLines = (sweep: Sweep, { columns }: SweepTextView): readonly string[] => {
  const notes = notesOn(sweep).flatMap((note) => wrap(note, columns));
  return notes.length === 0 ? [] : ['', ...notes];
};

const notesOn = (sweep: Sweep): readonly string[] => {
  const { cells, seeds, outcome } = sweep;
  const best = bestOf(sweep);
  return [
    ...best.slice(0, 1).map((first) => bestText(first, best.length, sweep)),
    ...cells.flatMap(({ setting, failure }) =>
      failure === undefined ? [] : [`${setting.map(valueText).join(', ')}: ${oneLine(failure)}`],
    ),
    ...(seeds.length > 1
      ? ['metrics are means over the seeds, ± the half of their 95 % interval by Student’s t']
      : ['one seed: chance is a part of each difference; `--seeds 5` tells how large a part']),
    ...(cells.some(({ test }) => test !== undefined) ? ['test is for judging once: choose by validation'] : []),
    ...(outcome === 'interrupted' ? ['interrupted: the same command goes on from the store'] : []),
  ];
};

const bestText = (first: CellResult, count: number, { pipeline, axes }: Sweep): string => {
  const which = count === 1 ? 'the best' : `the best ${count} are alike`;
  return `* ${which}; try ${count === 1 ? 'it' : 'the first'}: stemma run ${pipeline} ${setsOf(first, axes)}`;
};

const setsOf = ({ setting }: CellResult, axes: readonly string[]): string =>
  axes
    .map((axis, at) => {
      const [stage, ...path] = axis.split('.');
      return `--set ${shellWord(`stages.${stage}.params.${path.join('.')}=${valueText(setting[at]!)}`)}`;
    })
    .join(' ');
