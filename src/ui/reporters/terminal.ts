import type { RunEvent } from '../../types/events.ts';
import type { Reporter } from './contract.ts';
import { advance } from './meter.ts';
import type { PlainOptions } from './plain.ts';
import { type Live, regionLines } from './region.ts';
import { createScreen } from './screen.ts';
import { createTranscript } from './transcript.ts';

/**
 * For people at a terminal: the lines that stay, and below them a live region with the stages that run.
 *
 * Lines that stay are printed as they come; the region is drawn by a clock, ten times a second, and for the first time
 * one tick after the first stage has started, so that a run with nothing to do draws none.
 */
export const createTerminalReporter = (options: TerminalOptions): Reporter => {
  const { stream, now, columns, rows, symbols, paint } = options;
  // One cell stays free: some terminals break a line already when its last cell is filled.
  const transcript = createTranscript({ ...options, columns: () => columns() - 1 });
  const screen = createScreen({ stream, columns });
  const live: Live = { running: new Map(), done: 0, stages: 0, startedAt: now() };
  let frame = 0;
  let stop: (() => void) | undefined;

  const region = (): readonly string[] =>
    frame === 0 ? [] : regionLines(live, { frame, at: now(), columns: columns(), rows: rows(), symbols, paint });
  const tick = (): void => {
    frame += 1;
    screen.draw(region());
  };
  const close = (): void => {
    stop?.();
    stop = undefined;
    frame = 0;
    screen.close();
  };
  const event = (each: RunEvent): void => {
    follow(live, each, now());
    if (each.type === 'run-ended') close();
    const lines = transcript.add(each);
    if (lines.length > 0) screen.print(lines, region());
    if (each.type === 'stage-started') stop ??= options.every(frameMilliseconds, tick);
  };
  return { event, print: (lines) => screen.print(lines, region()), close };
};

export interface TerminalOptions extends PlainOptions {
  readonly symbols: 'unicode' | 'ascii';
  readonly columns: () => number;
  readonly rows: () => number;
  readonly every: (milliseconds: number, tick: () => void) => () => void;
}

const frameMilliseconds = 100;

const follow = (live: Live, event: RunEvent, at: number): void => {
  switch (event.type) {
    case 'run-started':
      live.stages = event.stages.length;
      live.startedAt = at;
      break;
    case 'stage-started':
      live.running.set(event.stage, { startedAt: at, expectedSeconds: event.expectedSeconds });
      break;
    case 'stage-progress': {
      const stage = live.running.get(event.stage);
      if (stage !== undefined) stage.meter = advance(stage.meter, event.progress, at);
      break;
    }
    case 'stage-ended':
      live.running.delete(event.stage);
      live.done += 1;
      break;
    case 'stage-retrying': {
      // The next attempt begins its work anew.
      const stage = live.running.get(event.stage);
      if (stage !== undefined) delete stage.meter;
      break;
    }
    case 'notice':
    case 'run-ended':
  }
};
