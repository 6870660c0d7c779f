import type { StageFailure, StageState } from '../../types/events.ts';
import { phraseOf } from '../because.ts';
import { failurePhrase } from '../failure.ts';
import { formatMetrics, formatSeconds, plural, shortDigest } from '../format.ts';
import { type Paint, paintState } from '../paint.ts';
import { oneLine, padEnd, padStart, printable, widthOf, wrap } from '../text.ts';
import { isNews, verdictLine } from '../verdict-line.ts';
import type { EventOf } from './events.ts';

/** How wide the columns of one run are. */
export interface Layout {
  readonly paint: Paint;
  /** Cells of the column with the stages' names. */
  readonly names: number;
  /** Cells in a line, or `Infinity` where lines are not to be broken. */
  readonly columns: number;
}

export const layoutOf = (stages: readonly string[], options: { paint: Paint; columns: number }): Layout => {
  let names = 10;
  for (const stage of stages) names = Math.max(names, Math.min(longestName, widthOf(stage)));
  return { ...options, names };
};

/** `mnist: 8 stages, seed 1337, backend wasm (CPU, 2 threads)`. */
export const headerLine = (event: EventOf<'run-started'>, { paint }: Layout): string => {
  const backend = event.backend === '' ? '' : `, backend ${event.backend}`;
  return `${paint.bold(event.pipeline)}: ${plural(event.stages.length, 'stage')}, seed ${event.seed}${backend}`;
};

/** `not tensorflow (GPU): no NVIDIA GPU here; webgpu: no graphics device here`; none where the best is taken. */
export const passedOverLines = ({ passedOver }: EventOf<'run-started'>, { paint }: Layout): readonly string[] => {
  if (passedOver.length === 0) return [];
  const reasons = passedOver.map(({ backend, why }) => `${backend}: ${oneLine(why)}`);
  return [paint.dim(`  not ${reasons.join('; ')}`)];
};

/** One line that is no stage's end: `running`, `retrying`. */
export interface Row {
  readonly state: StageState | 'running' | 'retrying';
  readonly stage: string;
  readonly fingerprint?: string | undefined;
  readonly seconds?: number | undefined;
  /** What stands right of the columns; each begins a line. */
  readonly remarks: readonly string[];
}

/** The lines of one row, its remarks aligned below each other; a narrow terminal has them on lines of their own. */
export const rowLines = (row: Row, layout: Layout): readonly string[] => {
  const { columns, names } = layout;
  const head = headOf(row, layout);
  const indent = stateWidth + names + 2 + 8 + secondsWidth + 4;
  if (columns - indent < narrowest) {
    const remarks = row.remarks.flatMap((remark) => wrap(remark, Math.max(8, columns - 6)));
    return [head.trimEnd(), ...remarks.map((remark) => `      ${remark}`)];
  }
  const [first = '', ...rest] = row.remarks.flatMap((remark) => wrap(remark, columns - indent));
  return [(head + first).trimEnd(), ...rest.map((remark) => ' '.repeat(indent) + remark)];
};

/** What is said when a stage ends: its row, and for a failure the last of its output. */
export const endedLines = (event: EventOf<'stage-ended'>, layout: Layout): readonly string[] => {
  const { stage, state, fingerprint, failure } = event;
  const took = state === 'ran' || state === 'failed' || (state !== 'restored' && event.seconds > 0);
  const seconds = took && state !== 'up to date' ? event.seconds : undefined;
  const lines = rowLines({ state, stage, fingerprint, seconds, remarks: remarksOf(event) }, layout);
  return failure === undefined ? lines : [...lines, ...outputLines(failure, layout)];
};

/** The lines of a notice stay lines, as those of a list of files. */
export const noticeLines = ({ stage, message }: EventOf<'notice'>, { paint, columns }: Layout): readonly string[] => {
  const [first = '', ...rest] = message.split('\n').map(oneLine);
  const head = `  ${paint.yellow('note')}: ${stage === undefined ? '' : `stage "${stage}": `}${first}`;
  const indent = 8;
  return [
    ...wrap(head, columns),
    ...rest.flatMap((line) => wrap(line, columns - indent)).map((line) => ' '.repeat(indent) + line),
  ];
};

/** `5 ran, 3 restored in 44.1 s (saved 12.3 s) · run 2026-11-23T14-02-07-e2b6 · artifacts/mnist/run.html`. */
export const finalLine = (event: EventOf<'run-ended'>, { paint }: Layout): string => {
  const counted = countOrder.flatMap((state) => {
    const count = event.counts[state] ?? 0;
    if (count === 0) return [];
    const text = `${plural(count, state, state)}`;
    return [state === 'failed' ? paint.red(text) : text];
  });
  const words = { interrupted: paint.yellow('interrupted'), refused: paint.red('refused') };
  const word = words[event.outcome as keyof typeof words];
  const outcome = word === undefined ? '' : `${word}: `;
  const counts = counted.length === 0 ? 'nothing to do' : counted.join(', ');
  const saved = event.savedSeconds >= 0.05 ? ` (saved ${formatSeconds(event.savedSeconds)})` : '';
  const page = event.page === undefined ? '' : ` · ${event.page}`;
  return `${outcome}${counts} in ${formatSeconds(event.seconds)}${saved} · run ${event.run}${page}`;
};

/** What the gate came to: where what it accepted stands, or why it refused. */
export const gateLines = ({ gate }: EventOf<'run-ended'>, { paint }: Layout): readonly string[] => {
  if (gate === undefined) return [];
  if (!gate.accepted) return gate.reasons.map((reason) => `${paint.red('refused')}: ${oneLine(reason)}`);
  return gate.published === undefined ? [] : [`${paint.green('accepted')}: ${gate.published}`];
};

/** `up to date    996 stages`: stages that were counted and not listed; a few are named. */
export const countedLines = (counted: ReadonlyMap<StageState, readonly string[]>, layout: Layout): readonly string[] =>
  [...counted].map(([state, stages]) => {
    const names = stages.length <= 5 ? `: ${stages.join(', ')}` : '';
    return `  ${paintState(layout.paint, state)(padEnd(state, stateWidth))}${plural(stages.length, 'stage')}${names}`;
  });

/** The end of the chain of records: who keeps it elsewhere can have the whole history held against it later. */
export const headLine = ({ record }: EventOf<'run-ended'>, { paint }: Layout): string =>
  paint.dim(`head of the records: ${record}`);

const stateWidth = 12;
const secondsWidth = 12;
const longestName = 32;
/** With fewer cells than this right of the columns, remarks get lines of their own. */
const narrowest = 24;
const countOrder: readonly StageState[] = [
  'failed',
  'ran',
  'restored',
  'up to date',
  'cancelled',
  'interrupted',
  'skipped',
];

const headOf = ({ state, stage, fingerprint, seconds }: Row, { paint, names, columns }: Layout): string => {
  const word = paintState(paint, state);
  const time = seconds === undefined ? '' : formatSeconds(seconds);
  if (columns < stateWidth + names + 2 + 8 + secondsWidth) return `  ${word(state)} ${stage}  ${time}`;
  const short = fingerprint === undefined ? '' : shortDigest(fingerprint);
  const columnsOfHead = [word(padEnd(state, stateWidth)), padEnd(stage, names), '  ', paint.dim(padEnd(short, 8))];
  return `  ${columnsOfHead.join('')}${padStart(time, secondsWidth)}  `;
};

/** Why it ran, or how it failed; then what the stage says of itself. Quiet states need no reason. */
const remarksOf = (event: EventOf<'stage-ended'>): readonly string[] => {
  const { state, because, summary, metrics, failure, verdict } = event;
  const reason = because.length === 0 ? '' : `because ${phraseOf(because)}`;
  const said = summary ?? (metrics === undefined ? '' : formatMetrics(metrics));
  const failed = failure === undefined ? '' : failurePhrase(failure);
  const remarks = { ran: [reason], skipped: [reason], failed: [failed, reason && `it ran ${reason}`] };
  const held = verdict !== undefined && isNews(verdict) ? verdictLine(verdict) : '';
  return [...(remarks[state as keyof typeof remarks] ?? []), oneLine(said), oneLine(held)].filter(
    (remark) => remark !== '',
  );
};

const outputLines = ({ output, log }: StageFailure, { paint }: Layout): readonly string[] => {
  const lines = output.flatMap((line) => printable(line).split('\n'));
  const shown = lines.map((line) => `        ${paint.red('|')} ${line}`.trimEnd());
  return [
    ...(lines.length === 0 ? [] : ['      its last output:', ...shown]),
    ...(log === undefined ? [] : [`      the whole log: ${log}`]),
  ];
};
