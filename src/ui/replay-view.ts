import type { OutDifference } from '../lineage/compare/compare-outs.ts';
import type { ReplayedMetric, ReplayedOut } from '../run/replay/compare-all.ts';
import type { Replay } from '../run/replay/replay-stage.ts';
import { differenceSentence } from './difference-sentence.ts';
import { formatBytes, formatMetric, formatSeconds, plural, shortDigest } from './format.ts';
import type { Paint } from './paint.ts';
import { oneLine, padEnd, printable, widthOf, wrap } from './text.ts';

/** What `stemma replay STAGE` shows. */
export interface ReplayView {
  readonly stage: string;
  readonly pipeline: string;
  /** The run in which the stage was executed. */
  readonly run: string;
  /** What it took then. */
  readonly seconds: number;
  readonly replay: Replay;
}

interface TextView {
  readonly paint: Paint;
  readonly columns: number;
}

/** A line an out, and where one is different, how. Ends with a line end. */
export const renderReplay = (view: ReplayView, text: TextView): string => {
  const { replay } = view;
  const kept = replay.kept === undefined ? [] : ['', `kept: ${replay.kept}`];
  return [...titleOf(view, text), '', ...bodyOf(view, text), ...kept, ''].join('\n');
};

const titleOf = ({ stage, pipeline, run }: ReplayView, { paint, columns }: TextView): readonly string[] =>
  wrap(`${paint.bold(stage)} of ${pipeline}, as executed in run ${run}`, columns);

const bodyOf = (view: ReplayView, text: TextView): readonly string[] => {
  const { replay } = view;
  switch (replay.kind) {
    case 'compared':
      return [...comparedLines(replay, text), '', ...wrap(summaryOf(replay, view.seconds), text.columns)];
    case 'impossible':
      return [
        ...replay.problems.flatMap(({ message, hint }) => [
          ...wrap(`  ${oneLine(message)}`, text.columns),
          ...(hint === undefined ? [] : wrap(`  hint: ${hint}`, text.columns)),
        ]),
        '',
        'it cannot be executed again as it was: nothing was executed',
      ];
    case 'failed':
      return failureLines(replay, text);
    case 'interrupted':
      return ['interrupted: nothing was compared'];
  }
};

type Compared = Replay & { readonly kind: 'compared' };

const comparedLines = ({ outs, metrics }: Compared, text: TextView): readonly string[] => {
  const names = Math.max(8, ...outs.map(({ name }) => widthOf(name)));
  return [
    ...outs.flatMap((out) => outLines(out, { ...text, names })),
    ...metrics.flatMap((metric) => metricLines(metric, { ...text, names })),
  ];
};

type Lines = TextView & { readonly names: number };

const outLines = (out: ReplayedOut, view: Lines): readonly string[] => {
  const { recorded, digest, difference } = out;
  const size = `${recorded.files === undefined ? '' : `${plural(recorded.files, 'file')}, `}${formatBytes(recorded.bytes)}`;
  if (difference === undefined)
    return [`  ${view.paint.green(same)}  ${padEnd(out.name, view.names)}  ${shortDigest(digest)}  ${size}`];
  const digests = `${shortDigest(recorded.digest)} → ${shortDigest(digest)}`;
  return [
    `  ${view.paint.red(other)}  ${padEnd(out.name, view.names)}  ${digests}`,
    ...differenceLines(difference).flatMap((line) => indented(line, view)),
  ];
};

// Both as long as each other.
const same = 'bit-exact';
const other = 'different';

const indented = (line: string, { columns }: TextView): readonly string[] =>
  wrap(line, Math.max(24, columns - indent)).map((part) => ' '.repeat(indent) + part);

const indent = 13;

const differenceLines = (difference: OutDifference): readonly string[] => {
  switch (difference.kind) {
    case 'freed':
      return ['the store no longer holds the recorded bytes: only the digests could be compared'];
    case 'shape':
      return [`it is a ${difference.replayed}, and a ${difference.recorded} was recorded`];
    case 'files':
      return [
        ...difference.files.map(
          ({ file, how }) => `${file === '' ? '' : `${oneLine(file)}: `}${differenceSentence(how)}`,
        ),
        ...(difference.of === 1
          ? []
          : [
              `${difference.differing} of ${plural(difference.of, 'file')} ${difference.differing === 1 ? 'differs' : 'differ'}`,
            ]),
      ];
  }
};

const metricLines = ({ name, recorded, replayed }: ReplayedMetric, { paint, names }: Lines): readonly string[] => {
  const shown = (value: ReplayedMetric['recorded']) => (value === undefined ? 'absent' : formatMetric(value));
  return [`  ${paint.red(other)}  ${padEnd(oneLine(name), names)}  metric ${shown(recorded)} → ${shown(replayed)}`];
};

const summaryOf = ({ outs, metrics, seconds }: Compared, before: number): string => {
  const different = outs.filter(({ difference }) => difference !== undefined).length;
  const verdict =
    different === 0
      ? `bit-exact: ${plural(outs.length, 'out')}`
      : `${different} of ${plural(outs.length, 'out')} ${different === 1 ? 'is' : 'are'} different`;
  const also =
    metrics.length === 0 ? '' : `, and ${plural(metrics.length, 'metric')}${different === 0 ? ' different' : ''}`;
  return `${verdict}${also} · ${formatSeconds(seconds)}, ${formatSeconds(before)} then`;
};

const failureLines = (
  { failure, output, undeclared }: Replay & { readonly kind: 'failed' },
  { paint, columns }: TextView,
): readonly string[] => [
  ...wrap(`  ${paint.red('failed')}: ${oneLine(failure)}`, columns),
  ...output.filter((line) => line !== '').map((line) => `    ${printable(line)}`),
  '',
  ...undeclared.flatMap((file) =>
    wrap(
      `it names ${oneLine(file)}, which stands in the project and is none of its inputs: declare it as a dep`,
      columns,
    ),
  ),
  ...wrap('in its clean folder lay what the stage declares, and node_modules: what else it reads is missing', columns),
];
