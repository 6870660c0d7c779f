import type { Ablation, StepResult } from '../run/ablation/ablation.ts';
import type { PairedDifference } from '../run/variants/paired.ts';
import { formatMetric, formatSeconds, plural } from './format.ts';
import type { Paint } from './paint.ts';
import { oneLine, padEnd, padStart, widthOf, wrap } from './text.ts';

export interface AblationTextView {
  readonly paint: Paint;
  readonly columns: number;
}

/** A line a step: the metric with and without it, what it gains, what that cost. Ends with a line end. */
export const renderAblation = (ablation: Ablation, view: AblationTextView): string => {
  const lines = [...titleLines(ablation, view), '', ...tableLines(ablation, view), ...noteLines(ablation, view)];
  return `${lines.join('\n')}\n`;
};

const titleLines = (
  { pipeline, metric, objective, on, seeds, judge }: Ablation,
  { paint, columns }: AblationTextView,
) => {
  const direction = objective.mode === 'max' ? 'more is better' : 'less is better';
  const where = on === 'unknown' ? `as stage ${judge} measures it` : `on ${on}`;
  const what = metric === undefined ? '' : ` in ${metric} (${where}; ${direction})`;
  return wrap(`${paint.bold(pipeline)}: what each step gains${what}, ${plural(seeds.length, 'seed')}`, columns);
};

const tableLines = ({ steps, whole }: Ablation, { paint, columns }: AblationTextView): readonly string[] => {
  if (whole.failure !== undefined)
    return wrap(`  the pipeline itself does not run: ${oneLine(whole.failure)}`, columns);
  const rows = [head, ...steps.map(cellsOf)];
  const widths = head.map((_, at) => Math.max(...rows.map((row) => widthOf(row[at]!))));
  const total = widths.reduce((sum, width) => sum + 2 + width, 0);
  // On a narrow terminal, what a step gains comes before what it cost.
  const shown = total > columns ? head.length - 3 : head.length;
  const lines = rows.map((row) =>
    `  ${row
      .slice(0, shown)
      .map((cell, at) => pad(cell, widths[at]!, at))
      .join('  ')}`.trimEnd(),
  );
  return [paint.dim(lines[0]!), ...lines.slice(1)];
};

const head = ['step', 'with', 'without', 'gain', 'ran', 'restored', 'time'];

/** Words to the left, numbers to the right. */
const pad = (cell: string, width: number, at: number): string =>
  at === 0 || at === 3 ? padEnd(cell, width) : padStart(cell, width);

const cellsOf = (step: StepResult): readonly string[] => [
  `${step.step}${step.otherRows ? ' *' : ''}`,
  step.with === undefined ? '' : formatMetric(step.with),
  step.without === undefined ? (step.failure === undefined ? '' : 'fails') : formatMetric(step.without),
  step.gain === undefined ? '' : formatGain(step.gain),
  String(step.ran),
  String(step.restored),
  formatSeconds(step.seconds),
];

/** As `+0.015 ± 0.025`, both with the decimals that the larger of them has; the interval lies evenly about the mean. */
export const formatGain = ({ mean, high }: PairedDifference): string => {
  const half = high === undefined ? undefined : high - mean;
  const decimals = decimalsOf(Math.max(Math.abs(mean), half ?? 0));
  const text = mean.toFixed(decimals);
  const signed = Number(text) === 0 ? text.replace('-', '') : mean > 0 ? `+${text}` : text;
  return half === undefined ? signed : `${signed} ± ${half.toFixed(decimals)}`;
};

/** Three digits, and three decimals at the most unless all would be 0. */
const decimalsOf = (magnitude: number): number => {
  if (magnitude === 0) return 3;
  const leading = Math.floor(Math.log10(magnitude));
  return leading >= -2 ? Math.max(0, Math.min(3, 2 - leading)) : Math.min(8, 1 - leading);
};

const noteLines = (ablation: Ablation, { columns }: AblationTextView): readonly string[] => {
  const notes = notesOn(ablation).flatMap((note) => wrap(note, columns));
  return notes.length === 0 ? [] : ['', ...notes];
};

const notesOn = (ablation: Ablation): readonly string[] => {
  const { steps, refused, seeds, outcome, on, whole } = ablation;
  const several = seeds.length > 1;
  return [
    ...steps.flatMap(({ step, failure }) =>
      failure === undefined ? [] : [`${step}: the pipeline does not run without it: ${oneLine(failure)}`],
    ),
    ...refused.map(({ step, why }) => `${step}: not left out: ${oneLine(why)}`),
    ...steps.flatMap(({ step, notGiven, notRun }) => [
      ...(notGiven.length > 0 ? [`${step}: without it, ${notGiven.join(', ')} is not given`] : []),
      ...(notRun.length > 0 ? [`${step}: without it, ${notRun.join(', ')} is not run`] : []),
    ]),
    ...(steps.some(({ otherRows }) => otherRows)
      ? ['* without it, other rows are judged: a part of the difference may be theirs']
      : []),
    ...(several && steps.some(({ gain }) => gain?.low !== undefined)
      ? ['gains are means over the seeds, ± the half of their 95 % interval by the paired t-test']
      : []),
    ...(!several && steps.some(({ gain }) => gain !== undefined)
      ? ['one seed: chance is a part of each gain; `--seeds 5` tells how large a part']
      : []),
    ...testNotes(ablation),
    ...(outcome === 'interrupted' && whole.failure === undefined
      ? ['interrupted: what was executed is in the store, and the same command goes on from there']
      : []),
    ...(on === 'test' ? [wearsOut] : []),
  ];
};

const testNotes = ({ steps, on }: Ablation): readonly string[] => {
  const told = steps.flatMap(({ step, testGain }) =>
    testGain === undefined ? [] : [`${step} ${formatGain(testGain)}`],
  );
  return told.length === 0 ? [] : [`gains on test: ${told.join(', ')}`, ...(on === 'test' ? [] : [wearsOut])];
};

const wearsOut = 'test is for judging once: steps that are chosen by it wear it out; choose by validation';
