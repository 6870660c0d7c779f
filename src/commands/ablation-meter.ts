import { type Variant, variantLabel } from '../load/ablation/variants.ts';
import { costOf } from '../run/ablation/measure.ts';
import type { Done } from '../run/ablation/run-ablation.ts';
import type { RunEvent } from '../types/events.ts';
import { formatMetric, formatSeconds } from '../ui/format.ts';
import { progressLine } from '../ui/progress-line.ts';
import { clip, oneLine } from '../ui/text.ts';
import { columnsOf, isLive } from './terminal.ts';

/** Tells on stderr how far an ablation is: a line a run, and on a terminal what is under way. */
export const ablationMeter = ({ json, runs }: { readonly json: boolean; readonly runs: number }) => {
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
    started: (variant: Variant, seed: number): void => {
      begun++;
      now = `${begun} of ${runs}  ${variantLabel(variant)}, seed ${seed}`;
      show(now);
    },
    event: (event: RunEvent): void => {
      if (event.type === 'notice') notice(event.message);
      if (event.type === 'stage-started') show(`${now}: ${event.stage}`);
      if (event.type === 'stage-progress') show(`${now}: ${event.stage}, ${progressLine(event.progress, 60)}`);
    },
    ended: (_: Variant, done: Done): void => {
      if (!json) say(`${now}: ${verdictOf(done)}`);
    },
    close: (): void => void process.stderr.write(erase),
  };
};

const verdictOf = ({ outcome, measured, stages }: Done): string => {
  const { ran, restored, seconds } = costOf(stages);
  const found =
    outcome !== 'succeeded' ? outcome : measured ? `${measured.metric} ${formatMetric(measured.value)}` : 'no metric';
  return `${found} · ${ran} ran, ${restored} restored · ${formatSeconds(seconds)}`;
};
