import type { RunRow } from '../../lineage/index/rows.ts';
import type { StageState } from '../../types/events.ts';
import { formatMetrics, formatSeconds, formatTime, plural } from '../format.ts';
import type { Paint } from '../paint.ts';
import { clip, oneLine, padEnd, padStart, widthOf } from '../text.ts';

export interface RunsView {
  /** Oldest first. */
  readonly rows: readonly RunRow[];
  /** How many there are in all. */
  readonly count: number;
}

interface Look {
  readonly paint: Paint;
  /** Cells in a line, or `Infinity` where lines are not to be cut. */
  readonly columns: number;
}

/** A line a run, the newest at the end; a line that is too long is cut. Ends with a line end. */
export const renderRuns = ({ rows, count }: RunsView, { paint, columns }: Look): string => {
  if (count === 0) return 'no runs\n';
  const cells = rows.map(cellsOf);
  const widths = heads.map((head, i) => Math.max(widthOf(head), ...cells.map((row) => widthOf(row[i]!))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => align(cell, i, widths[i]!))
      .join('  ')
      .trimEnd();
  const body = cells.map((row, i) => paintOutcome(clip(line(row), columns), rows[i]!, paint));
  const left = count - rows.length;
  const note = left === 0 ? [] : [paint.dim(`${plural(left, 'older run')} not shown (--limit N, --all)`)];
  return [...note, paint.bold(clip(line(heads), columns)), ...body, ''].join('\n');
};

const heads = ['run', 'pipeline', 'outcome', 'started', 'took', 'stages', 'metrics'];
const took = heads.indexOf('took');

const align = (cell: string, column: number, width: number): string =>
  column === took ? padStart(cell, width) : padEnd(cell, width);

/** What the gate came to is what people look for, where there is one. */
const outcomeOf = ({ outcome, accepted }: RunRow): string => (accepted === true ? 'accepted' : outcome);

const cellsOf = (row: RunRow): string[] => [
  row.run,
  oneLine(row.pipeline),
  outcomeOf(row),
  formatTime(row.started),
  formatSeconds(row.seconds),
  statesOf(row.states),
  oneLine(formatMetrics(row.metrics)),
];

/** In the order in which they matter. */
const order: readonly StageState[] = ['failed', 'ran', 'restored', 'up to date', 'cancelled', 'interrupted', 'skipped'];

/** `3 ran, 5 up to date`. */
const statesOf = (states: RunRow['states']): string =>
  order.flatMap((state) => (states[state] === undefined ? [] : [`${states[state]} ${state}`])).join(', ');

const paintOutcome = (line: string, row: RunRow, paint: Paint): string =>
  line.replace(outcomeOf(row), (word) => {
    if (row.outcome === 'succeeded') return row.accepted ? paint.green(word) : word;
    return row.outcome === 'interrupted' ? paint.yellow(word) : paint.red(word);
  });
