import type { NumberedRemedy } from '../load/remedies/variants.ts';
import type { RemedyResult, Trials } from '../run/remedies/trials.ts';
import type { PairedDifference } from '../run/variants/paired.ts';
import type { Diagnosis } from '../types/generated/diagnosis.ts';
import { formatGain } from './ablation-view.ts';
import { formatMetric, formatSeconds, plural } from './format.ts';
import type { Paint } from './paint.ts';
import { oneLine, padEnd, padStart, widthOf, wrap } from './text.ts';

export interface RemediesTextView {
  readonly paint: Paint;
  readonly columns: number;
}

export interface ListedRemedies {
  readonly run: string;
  readonly diagnosis: Pick<Diagnosis, 'sentence'>;
  readonly remedies: readonly NumberedRemedy[];
}

/** The remedies of a diagnosis with what they change, and nothing tried. Ends with a line end. */
export const renderRemedies = ({ run, diagnosis, remedies }: ListedRemedies, view: RemediesTextView): string => {
  const { paint, columns } = view;
  const lines = [
    ...wrap(`run ${run}: ${oneLine(diagnosis.sentence)}`, columns),
    ...remedies.flatMap(({ number, title, why, patch }) => [
      '',
      ...wrap(`${paint.bold(`${number}  ${oneLine(title)}`)}`, columns),
      ...wrap(`   ${oneLine(why)}`, columns),
      ...patch.map(
        ({ op, path, value }) => `   ${op} ${path}${value === undefined ? '' : ` ${JSON.stringify(value)}`}`,
      ),
    ]),
    ...(remedies.length === 0 ? ['', 'it names no remedy'] : []),
  ];
  return `${lines.join('\n')}\n`;
};

/** A line a remedy: the gap and the metric with it, and by how much it changes them. Ends with a line end. */
export const renderTrials = (trials: Trials, view: RemediesTextView): string => {
  const lines = [...titleLines(trials, view), '', ...tableLines(trials, view), ...noteLines(trials, view)];
  return `${lines.join('\n')}\n`;
};

const titleLines = ({ pipeline, run, diagnosis, seeds }: Trials, { paint, columns }: RemediesTextView) =>
  wrap(`${paint.bold(pipeline)}, ${plural(seeds.length, 'seed')}; run ${run}: ${oneLine(diagnosis)}`, columns);

const tableLines = (trials: Trials, { paint, columns }: RemediesTextView): readonly string[] => {
  const { untreated, remedies } = trials;
  if (untreated.failure !== undefined)
    return wrap(`  the pipeline itself does not run: ${oneLine(untreated.failure)}`, columns);
  const rows = [headOf(trials), rowOf(trials, untreated), ...remedies.map((each) => rowOf(trials, each))];
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => widthOf(row[at]!))));
  const total = widths.reduce((sum, width) => sum + 2 + width, 0);
  // On a narrow terminal, what a remedy changes comes before what it cost.
  const shown = total > columns ? widths.length - 1 : widths.length;
  const lines = rows.map((row) =>
    `  ${row
      .slice(0, shown)
      .map((cell, at) => (at < 2 ? padEnd(cell, widths[at]!) : padStart(cell, widths[at]!)))
      .join('  ')}`.trimEnd(),
  );
  return [paint.dim(lines[0]!), ...lines.slice(1)];
};

const headOf = ({ metric }: Trials): readonly string[] => [
  ...['', 'remedy', 'gap in loss', 'change', metric ?? 'metric', 'change', 'time'],
];

const rowOf = (_: Trials, side: Trials['untreated'] | RemedyResult): readonly string[] => {
  const isRemedy = 'number' in side;
  return [
    isRemedy ? String(side.number) : '',
    isRemedy ? oneLine(side.title) : 'as it is',
    side.gapLoss === undefined ? (side.failure === undefined ? '' : 'fails') : formatMetric(side.gapLoss),
    isRemedy ? changeText(side.gapLossChange) : '',
    side.value === undefined ? '' : formatMetric(side.value),
    isRemedy ? changeText(side.change) : '',
    formatSeconds(side.seconds),
  ];
};

const changeText = (change: PairedDifference | undefined): string => (change === undefined ? '' : formatGain(change));

const noteLines = (trials: Trials, { columns }: RemediesTextView): readonly string[] => {
  const notes = notesOn(trials).flatMap((note) => wrap(note, columns));
  return notes.length === 0 ? [] : ['', ...notes];
};

const notesOn = (trials: Trials): readonly string[] => {
  const { remedies, refused, seeds, outcome, objective, metric, pipeline, written } = trials;
  return [
    ...remedies.flatMap(({ number, title, failure }) =>
      failure === undefined ? [] : [`${number} ${oneLine(title)}: ${oneLine(failure)}`],
    ),
    ...refused.map(({ number, title, why }) => `${number} ${oneLine(title)} was not tried: ${oneLine(why)}`),
    ...(metric === undefined
      ? []
      : [`all on validation; ${objective.mode === 'max' ? 'more' : 'less'} of ${metric} is better`]),
    seeds.length > 1
      ? 'changes are means over the seeds, ± the half of their 95 % interval by the paired t-test'
      : 'one seed: chance is a part of each change; `--seeds 3` tells how large a part',
    ...bestNotes(trials),
    ...(outcome === 'interrupted' ? ['interrupted: the same command goes on from the store'] : []),
    ...(written === undefined ? [] : [`${written} has it now; \`stemma run ${pipeline}\` runs it`]),
  ];
};

/** Several remedies were compared, so that the best is partly the luckiest. */
const bestNotes = ({ remedies, objective, metric, pipeline, written }: Trials): readonly string[] => {
  if (written !== undefined) return [];
  const sign = objective.mode === 'max' ? 1 : -1;
  const surely = remedies.filter(
    ({ change }) => change?.low !== undefined && sign * (sign > 0 ? change.low : change.high!) > 0,
  );
  const best = surely.toSorted((a, b) => sign * (b.change!.mean - a.change!.mean))[0];
  if (best === undefined)
    return remedies.some(({ change }) => change?.low !== undefined)
      ? [`no remedy changes ${metric} for the better by more than chance`]
      : [];
  const among = remedies.length > 1 ? ` (the best of ${remedies.length}: expect a little less of it)` : '';
  return [
    `${best.number} ${oneLine(best.title)} helps by more than chance${among}; take it: stemma apply ${pipeline} --remedy ${best.number} --write`,
  ];
};
