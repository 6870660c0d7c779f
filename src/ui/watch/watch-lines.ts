import { renderDiagnostics } from '../../diagnostics/render.ts';
import type { MetricValue } from '../../types/stage.ts';
import type { WatchEvent, WatchResult } from '../../types/watch-events.ts';
import { formatCount, formatMetric, formatNumber, formatSeconds, plural } from '../format.ts';
import type { Paint } from '../paint.ts';
import { oneLine } from '../text.ts';

type EventOf<Type extends WatchEvent['type']> = Extract<WatchEvent, { readonly type: Type }>;

/** What happens between and beside the runs of a watch, as lines; none for what is no news. */
export const watchLines = (
  event: BetweenRuns,
  { paint, color }: { paint: Paint; color: boolean },
): readonly string[] => {
  switch (event.type) {
    case 'watch-woke':
      return event.why === 'start' ? [] : ['', wokeLine(event, paint)];
    case 'watch-nothing-to-do':
      return [`  nothing to do${stillFailing(event.stillFailing)}`];
    case 'watch-broken':
      return renderDiagnostics(event.diagnostics, { color }).trimEnd().split('\n');
    case 'watch-blocked':
      return event.problems.flatMap(({ message, hint }) => [
        `${paint.red('error')}: ${oneLine(message)}`,
        ...(hint === undefined ? [] : [`hint: ${oneLine(hint)}`]),
      ]);
    case 'watch-ending':
      return [
        `  ${paint.yellow('changed')}: ${named(event.paths)}: ending ${named(event.stages)}, which would use what it was`,
      ];
    case 'watch-spared':
      return [];
    case 'watch-left-out':
      return [leftOutLine(event, paint)];
    case 'watch-results':
      return event.results.slice(0, mostResults).map((result) => `  ${resultLine(result)}`);
  }
};

export type BetweenRuns = Exclude<
  Extract<WatchEvent, { readonly type: `watch-${string}` }>,
  { readonly type: 'watch-waiting' }
>;

/** `watching 14 files and 2 folders (100,000 files) · r runs again · q quits`. */
export const waitingLine = (event: EventOf<'watch-waiting'>, keys: 'keys' | 'no keys'): string => {
  const { files, folders, filesInFolders, polling } = event;
  const inFolders = folders === 0 ? '' : ` and ${plural(folders, 'folder')} (${plural(filesInFolders, 'file')})`;
  const how = polling === undefined ? '' : `, looking every ${formatSeconds(polling)}`;
  const hint = keys === 'keys' ? ' · r runs again · q quits' : '';
  return `watching ${plural(files, 'file')}${inFolders}${how}${stillFailing(event.stillFailing)}${hint}`;
};

const stillFailing = (stages: readonly string[]): string =>
  stages.length === 0 ? '' : `; still failing: ${named(stages)}`;

const wokeLine = ({ why, paths }: EventOf<'watch-woke'>, paint: Paint): string =>
  why === 'asked' ? paint.bold('asked to run again') : `${paint.bold('changed')}: ${named(paths)}`;

/** A few by name, the rest counted. */
const named = (names: readonly string[]): string => {
  const shown = names.slice(0, 3).map(oneLine).join(', ');
  return names.length <= 3 ? shown : `${shown} and ${formatCount(names.length - 3)} more`;
};

const leftOutLine = ({ path, stages }: EventOf<'watch-left-out'>, paint: Paint): string => {
  const what = path === '' ? 'files' : oneLine(path);
  const who = stages.length === 0 ? 'a run was under way' : `${named(stages)} ran`;
  return `  ${paint.yellow('note')}: ${what} changed again while ${who}, in run after run: it is left out until it changes while nothing runs`;
};

const mostResults = 12;

/** `evaluate  accuracy 0.991 → 0.992 (+0.001, higher: better)`. */
const resultLine = ({ stage, metric, before, after, mode }: WatchResult): string => {
  const name = `${oneLine(stage)}: ${oneLine(metric)}`;
  if (before === undefined) return `${name} ${formatMetric(after)}`;
  const change = numberOf(after) - numberOf(before);
  if (change === 0) return `${name} ${formatMetric(after)}, as before`;
  const direction = change > 0 ? 'higher' : 'lower';
  const verdict = mode === undefined ? '' : change > 0 === (mode === 'max') ? ': better' : ': worse';
  const sign = change > 0 ? '+' : '-';
  const amount = sizeOf(Math.abs(change), formatNumber(numberOf(after)));
  return `${name} ${formatNumber(numberOf(before))} → ${formatMetric(after)} (${sign}${amount}, ${direction}${verdict})`;
};

/** As precise as the value beside it, unless nothing would be left of it. */
const sizeOf = (change: number, beside: string): string => {
  const decimals = /\.(\d+)$/.exec(beside)?.[1]?.length ?? 0;
  const text = change.toFixed(decimals);
  return Number(text) === 0 ? formatNumber(change) : text;
};

const numberOf = (metric: MetricValue): number => (typeof metric === 'number' ? metric : metric.value);
