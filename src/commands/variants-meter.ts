import { costOf, type Measured } from '../run/variants/measure.ts';
import type { VariantRun } from '../run/variants/run-variant.ts';
import type { RunEvent } from '../types/events.ts';
import { formatMetric, formatSeconds } from '../ui/format.ts';
import { progressLine } from '../ui/progress-line.ts';
import { clip, oneLine } from '../ui/text.ts';
import { columnsOf, isLive } from './terminal.ts';

/** Tells on stderr how far the runs of variants are: a line a run, and on a terminal what is under way. */
export const variantsMeter = ({ json, runs }: { readonly json: boolean; readonly runs: number }) => {
  const live = isLive(process.stderr) && !json;
  let begun = 0;
  let now = '';
  const erase = live ? '\r\x1b[K' : '';
  const say = (line: string): void => void process.stderr.write(`${erase}${line}\n`);
  const show = (line: string): void => {
    if (live) process.stderr.write(erase + clip(line, columnsOf(process.stderr) - 1));
  };
  const told = new Set<string>();
  // Each run has its own notices, and most have the same.
  const notice = (message: string): void => {
    if (!told.has(message)) say(`note: ${oneLine(message)}`);
    told.add(message);
  };
  return {
    notice,
    started: (label: string, seed: number): void => {
      begun++;
      now = `${begun} of ${runs}  ${label}, seed ${seed}`;
      show(now);
    },
    event: (event: RunEvent): void => {
      if (event.type === 'notice') notice(event.message);
      if (event.type === 'stage-started') show(`${now}: ${event.stage}`);
      if (event.type === 'stage-progress') show(`${now}: ${event.stage}, ${progressLine(event.progress, 60)}`);
    },
    ended: (done: MeasuredRun): void => {
      if (!json) say(`${now}: ${verdictOf(done)}`);
    },
    close: (): void => void process.stderr.write(erase),
  };
};

interface MeasuredRun extends VariantRun {
  readonly measured: Measured | undefined;
}

const verdictOf = ({ outcome, measured, stages }: MeasuredRun): string => {
  const { ran, restored, seconds } = costOf(stages);
  const found =
    outcome !== 'succeeded' ? outcome : measured ? `${measured.metric} ${formatMetric(measured.value)}` : 'no metric';
  return `${found} · ${ran} ran, ${restored} restored · ${formatSeconds(seconds)}`;
};
