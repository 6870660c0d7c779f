import { type Advice, sharesOf } from '../machine/advice.ts';
import { formatMoney } from '../machine/money.ts';
import { secondsOf } from '../machine/sampler/step-division.ts';
import type { BackendChoice, Rehearsal } from '../types/stage.ts';
import { describeBackend } from './describe.ts';
import { formatSeconds, plural } from './format.ts';
import type { LineageView } from './lineage/facts.ts';
import { oneLine, padEnd, padStart, wrap } from './text.ts';

/** What `stemma advise` shows. */
export interface AdviceView extends Advice {
  readonly pipeline: string;
  readonly stage: string;
  readonly backend?: BackendChoice;
  readonly rehearsal: Rehearsal;
}

/** Projections and what to make of them, for people. Ends with a line end. */
export const renderAdvice = (view: AdviceView, { paint, columns }: LineageView): string => {
  const { pipeline, stage, backend, rehearsal, unknown, words } = view;
  const on = backend === undefined ? '' : ` on ${describeBackend({ ...backend })}`;
  const title = `${paint.bold(oneLine(pipeline))}: ${paint.bold(oneLine(stage))}${on}, ${plural(rehearsal.steps, 'step')} timed`;
  const notes = [
    ...(words.length === 0 && unknown.length === 0 ? [noMachines] : words),
    ...unknown.map((name) => `${name} has no \`speedup\`: how fast it is compared with here is not known`),
  ];
  const paragraphs = [breakdown(rehearsal), ...notes].flatMap((text) =>
    wrap(oneLine(text), columns - 2).map((line) => `  ${line}`),
  );
  return [title, '', ...table(view), '', ...paragraphs, ''].join('\n');
};

const noMachines =
  'to have other machines compared, declare them: "machines": { "here": { "price_per_hour": 0.5 }, "a100": { "price_per_hour": 1.9, "speedup": 20 } }';

const table = ({ projections, rehearsal }: AdviceView): string[] => {
  const rows = [
    ['', 'an epoch', plural(rehearsal.epochs, 'epoch'), 'cost', ''],
    ...projections.map(({ machine, speedup, secondsPerEpoch, seconds, cost }) => [
      oneLine(machine),
      formatSeconds(secondsPerEpoch),
      formatSeconds(seconds),
      cost === undefined ? '–' : formatMoney(cost),
      machine === 'here' ? '' : `computes ${speedup} times as fast`,
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        if (column === 0) return `  ${padEnd(cell, widths[0]!)}`;
        return column === 4 ? `  ${cell}` : `  ${padStart(cell, widths[column]!)}`;
      })
      .join('')
      .trimEnd(),
  );
};

const breakdown = (rehearsal: Rehearsal): string => {
  const { step, stepsPerEpoch, before } = rehearsal;
  const parts = Object.entries(sharesOf(rehearsal)).filter(([, share]) => share >= 0.005);
  const shares = parts.map(([part, share]) => `${part} ${Math.round(share * 100)} %`);
  return `an epoch here is ${plural(stepsPerEpoch, 'step')} of ${formatSeconds(secondsOf(step))}: ${shares.join(', ')}; before the first, ${formatSeconds(before)}`;
};
