import type { RunEvent } from '../../types/events.ts';
import type { WatchEvent } from '../../types/watch-events.ts';
import { createPaint } from '../paint.ts';
import { createReporter } from '../reporter.ts';
import type { Reporter, ReporterOptions } from '../reporters/contract.ts';
import { createScreen } from '../reporters/screen.ts';
import { clip } from '../text.ts';
import { type BetweenRuns, waitingLine, watchLines } from './watch-lines.ts';

/** Shows a watch: its runs as `run` shows them, and between them what it waits for. */
export interface WatchReporter {
  readonly event: (event: WatchEvent) => void;
  /** Puts the terminal back as it was. */
  readonly close: () => void;
}

export interface WatchReporterOptions extends ReporterOptions {
  /** Whether keys are listened to. */
  readonly keys: 'keys' | 'no keys';
}

export const createWatchReporter = (options: WatchReporterOptions): WatchReporter => {
  if (options.kind === 'json') return jsonReporter(options);
  const { stream, color, columns = () => 80 } = options;
  const paint = createPaint(options);
  // While it waits, one line at the terminal's end, which goes when something happens.
  const screen = createScreen({ stream, columns });
  let run: Reporter | undefined;
  /** The line that stands last, where nothing has been said since. */
  let waitingWith = '';

  const ofRun = (event: RunEvent): void => {
    // Each run has a reporter of its own, which counts its stages from the start.
    run ??= createReporter(options);
    run.event(event);
    if (event.type === 'run-ended') endRun();
  };
  const endRun = (): void => {
    run?.close();
    run = undefined;
  };
  const event = (each: WatchEvent): void => {
    if (each.type === 'watch-waiting') {
      endRun();
      const line = waitingLine(each, options.keys);
      if (options.kind === 'plain') {
        if (line !== waitingWith) stream.write(`${line}\n`);
        waitingWith = line;
      }
      if (options.kind === 'terminal') screen.draw(['', paint.dim(clip(line, columns() - 1))]);
      return;
    }
    screen.close();
    waitingWith = '';
    if (isOfRun(each)) ofRun(each);
    else {
      if (each.type === 'watch-woke') endRun();
      print(watchLines(each, { paint, color }));
    }
  };
  /** Through the run's reporter where there is one, which may be drawing. */
  const print = (lines: readonly string[]): void => {
    if (lines.length === 0) return;
    if (run?.print) run.print(lines);
    else stream.write(`${lines.join('\n')}\n`);
  };
  const close = (): void => {
    endRun();
    screen.close();
  };
  return { event, close };
};

const isOfRun = (event: BetweenRuns | RunEvent): event is RunEvent => !event.type.startsWith('watch-');

const jsonReporter = ({ stream }: WatchReporterOptions): WatchReporter => ({
  event: (event) => {
    stream.write(`${JSON.stringify(event)}\n`);
  },
  close: () => {},
});
