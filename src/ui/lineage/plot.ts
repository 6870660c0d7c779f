import { linearScale, type Scale } from '../../page/scale.ts';
import { padEnd, padStart } from '../text.ts';

/** A number, with its interval where it has one. */
export interface PlotPoint {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface Plot {
  /** From left to right, at least one; undefined leaves a gap. */
  readonly points: readonly (PlotPoint | undefined)[];
  /** What stands below the left and the right end. */
  readonly from: string;
  readonly to: string;
}

export interface PlotView {
  readonly columns: number;
  readonly symbols: 'unicode' | 'ascii';
}

/**
 * Values over time, for a terminal: a dot a value, a line for its interval, with labels on both axes.
 *
 *     0.990 ┤     │
 *           │ ●   ●   ●
 *     0.980 ┤     │
 *           └──────────
 *            Mon    Fri
 *
 * Where there are more points than columns, a column stands for several: the dot for the last of them, the line for all
 * that their intervals hold.
 */
export const renderPlot = ({ points, from, to }: Plot, { columns, symbols }: PlotView): string[] => {
  // As wide as if the labels were of the usual size: only what is drawn is put on the scale.
  const cells = gather(points, Math.max(10, Math.min(widest, columns) - usualLabel - 4));
  const drawn = cells.filter((cell) => cell !== undefined);
  const scale = linearScale(
    drawn.flatMap(({ value, low, high }) => [value, low, high]),
    { from: height - 1, to: 0, ticks: 4 },
  );
  const labels = labelsOf(scale);
  const left = Math.max(...[...labels.values()].map((label) => label.length)) + 2;
  const marks = symbols === 'ascii' ? ascii : unicode;
  const rows = Array.from({ length: height }, (_, row) => {
    const label = labels.get(row);
    const axis = label === undefined ? marks.axis : marks.tick;
    const line = cells.map((cell) => markAt(cell, row, { scale, marks })).join('');
    return `  ${padStart(label ?? '', left - 2)} ${axis}${line}`.trimEnd();
  });
  const width = Math.max(cells.length, from.length + to.length + 2);
  const floor = `  ${' '.repeat(left - 2)} ${marks.corner}${marks.floor.repeat(width)}`;
  const ends = points.length === 1 ? from : padEnd(from, width - to.length) + to;
  const share = points.length > cells.length ? [`  ${' '.repeat(left)}a column for ${sharesOf(points, cells)}`] : [];
  return [...rows, floor, `  ${' '.repeat(left)}${ends}`, ...share];
};

const height = 11;
const widest = 100;
const usualLabel = 8;

interface Marks {
  readonly axis: string;
  readonly tick: string;
  readonly corner: string;
  readonly floor: string;
  readonly value: string;
  readonly interval: string;
}

const unicode: Marks = { axis: '│', tick: '┤', corner: '└', floor: '─', value: '●', interval: '│' };
const ascii: Marks = { axis: '|', tick: '+', corner: '+', floor: '-', value: '*', interval: '|' };

const labelsOf = (scale: Scale): Map<number, string> =>
  new Map(scale.ticks.map((tick) => [Math.round(scale.at(tick)), scale.format(tick)]));

/** Points to columns: spread where there are few, put together where there are many. */
const gather = (points: Plot['points'], width: number): (PlotPoint | undefined)[] => {
  if (points.length <= width) {
    const gap = Math.min(mostGap, Math.floor(width / points.length) - 1);
    return points.flatMap((point) => [...Array.from({ length: gap }, () => undefined), point]);
  }
  const cells: (PlotPoint | undefined)[] = [];
  for (let column = 0; column < width; column++) {
    const start = Math.floor((column * points.length) / width);
    cells.push(together(points, start, Math.floor(((column + 1) * points.length) / width)));
  }
  return cells;
};

const mostGap = 4;

const sharesOf = (points: readonly unknown[], cells: readonly unknown[]): string => {
  const [least, most] = [Math.floor(points.length / cells.length), Math.ceil(points.length / cells.length)];
  return least === most ? `${most} runs` : `${least} or ${most} runs`;
};

const together = (points: Plot['points'], start: number, end: number): PlotPoint | undefined => {
  let last: PlotPoint | undefined;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let at = start; at < end; at++) {
    const point = points[at];
    if (point === undefined) continue;
    last = point;
    low = Math.min(low, point.low);
    high = Math.max(high, point.high);
  }
  return last && { value: last.value, low, high };
};

const markAt = (
  cell: PlotPoint | undefined,
  row: number,
  { scale, marks }: { readonly scale: Scale; readonly marks: Marks },
): string => {
  if (cell === undefined) return ' ';
  const rowOf = (value: number) => Math.round(scale.at(value));
  if (row === rowOf(cell.value)) return marks.value;
  return row > rowOf(cell.high) - 1 && row < rowOf(cell.low) + 1 && cell.low < cell.high ? marks.interval : ' ';
};
