import { formatSeconds, plural } from '../format.ts';
import type { Paint } from '../paint.ts';
import { clip, padEnd, padStart, widthOf } from '../text.ts';
import { fractionOf, type Meter, partsOf, percentOf } from './meter.ts';

/** What the live region shows. It changes with the events; drawing reads it. Times are in milliseconds. */
export interface Live {
  /** In the order in which they started. */
  readonly running: Map<string, LiveStage>;
  done: number;
  stages: number;
  startedAt: number;
}

export interface LiveStage {
  readonly startedAt: number;
  readonly expectedSeconds: number | undefined;
  meter?: Meter;
}

export interface View {
  readonly at: number;
  readonly frame: number;
  readonly columns: number;
  readonly rows: number;
  readonly symbols: 'unicode' | 'ascii';
  readonly paint: Paint;
}

/** The region's lines, each narrower than the terminal: a blank one, the running stages, and how far the run is. */
export const regionLines = (live: Live, view: View): readonly string[] => {
  const room = Math.max(1, Math.min(mostStages, view.rows - 5));
  const stages = [...live.running].slice(0, room);
  const names = Math.max(10, ...stages.map(([name]) => Math.min(longestName, widthOf(name))));
  const lines = stages.map(([name, stage]) => stageLine(padEnd(clip(name, longestName), names), stage, view));
  return ['', ...lines, overview(live, { ...view, hidden: live.running.size - stages.length })];
};

const mostStages = 12;
const longestName = 24;

const stageLine = (name: string, stage: LiveStage, view: View): string => {
  const { columns, paint } = view;
  const head = `  ${spinner(view)} ${name}  `;
  const room = columns - 1 - widthOf(head);
  if (room < 12) return clip(head.trimEnd(), columns - 1);
  if (stage.meter === undefined) return paintHead(paint, head) + clip(waiting(stage, view.at), room);
  const width = Math.max(8, Math.min(24, Math.floor(columns / 5)));
  const gauge = `${bar(fractionOf(stage.meter), width, view)} ${padStart(percentOf(stage.meter), 5)}`;
  const remaining = room - width - 6;
  if (remaining < 0) return paintHead(paint, head) + padStart(percentOf(stage.meter), 5);
  return paintHead(paint, head) + gauge + remarks(stage.meter, view.at, remaining);
};

const paintHead = (paint: Paint, head: string): string => head.replace(/^ {2}\S+/, (symbol) => paint.cyan(symbol));

/** For a stage that tells no progress: how long it has run, and how long it took the last time. */
const waiting = ({ startedAt, expectedSeconds }: LiveStage, at: number): string => {
  const last = expectedSeconds === undefined ? '' : `, took ${formatSeconds(expectedSeconds)} the last time`;
  return `${inTenths(at - startedAt)}${last}`;
};

const bar = (fraction: number, width: number, { symbols, paint }: View): string => {
  const inner = symbols === 'ascii' ? width - 2 : width;
  const full = Math.floor(fraction * inner + 1e-9);
  if (symbols === 'ascii') return `[${'#'.repeat(full)}${'-'.repeat(inner - full)}]`;
  return paint.cyan('━'.repeat(full)) + paint.dim('╌'.repeat(inner - full));
};

/** As many parts as there is room for; the one that does not fit any more is cut where that still helps. */
const remarks = (meter: Meter, at: number, room: number): string => {
  const { amount, left, note, rate } = partsOf(meter, at);
  let text = '';
  // The time left is padded, so that what follows stays where it is from 10 s to 9 s.
  for (const part of [padEnd(left, 9), amount, note, rate].filter((each) => each.trim() !== '')) {
    const rest = room - widthOf(text) - 2;
    if (widthOf(part) > rest && rest < 12) return text;
    text += `  ${clip(part, rest)}`;
  }
  return text;
};

const overview = (live: Live, view: View & { readonly hidden: number }): string => {
  const hidden = view.hidden > 0 ? `${view.hidden} more running, ` : '';
  const text = `  ${hidden}${live.done} of ${plural(live.stages, 'stage')} done, ${inTenths(view.at - live.startedAt)}`;
  return view.paint.dim(clip(text, view.columns - 1));
};

/** A running clock shows tenths from the start, so that its text does not jump between units. */
const inTenths = (milliseconds: number): string =>
  milliseconds < 100 ? '0.0 s' : formatSeconds(Math.floor(milliseconds / 100) / 10);

const spinner = ({ symbols, frame }: View): string => {
  const frames = symbols === 'ascii' ? '|/-\\' : '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
  return frames[frame % frames.length]!;
};
