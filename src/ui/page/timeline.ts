import { html, type Markup } from '../../page/html.ts';
import type { StageRunRecord } from '../../types/generated/stage-run.ts';
import { formatSeconds, plural } from '../format.ts';
import { didSomething, type PageContext, type StageEntry, secondsOf, stageLink, stageRunOf } from './page-input.ts';

/** A bar for each stage that was executed in this run, from its start to its end; empty where there is none. */
export const timeline = (input: PageContext): Markup | '' => {
  const { run } = input;
  const executed = run.stages.flatMap((entry) => spanOf(entry, input)).sort((a, b) => a.from - b.from || a.to - b.to);
  const spared = sparedOf(input);
  if (executed.length === 0) return spared;
  const whole = Math.max(secondsOf(run), ...executed.map(({ to }) => to), 0.001);
  const shown = executed.slice(0, mostBars);
  const hidden = executed.length - shown.length;
  return html`<div class="scroll"><table class="wide timeline">
<caption>From the run's start to its end, ${formatSeconds(whole)} later${hidden > 0 ? `; ${plural(hidden, 'later stage')} not shown` : ''}</caption>
<thead class="visually-hidden"><tr><th scope="col">Stage</th><th scope="col">When</th><th scope="col">Took</th></tr></thead>
<tbody>${shown.map((span) => bar(span, whole, input))}</tbody></table></div>
${spared}`;
};

/** What stages took whose outs were there already: the time that the cache saved. */
const sparedOf = (input: PageContext): Markup | '' => {
  const stages = input.run.stages.flatMap((entry) => {
    const seconds = stageRunOf(input, entry)?.seconds ?? 0;
    return didSomething(entry.state) || seconds < 0.05 ? [] : [{ stage: entry.stage, seconds }];
  });
  if (stages.length === 0) return '';
  const named = stages
    .slice(0, mostBars)
    .map(({ stage, seconds }) => html`${stageLink(input, stage)} ${formatSeconds(seconds)}`);
  const whole = stages.reduce((sum, { seconds }) => sum + seconds, 0);
  return html`<p class="spared">Saved by the cache: ${formatSeconds(whole)} of work. ${named.map((each, at) => html`${at > 0 && ', '}${each}`)}.</p>
`;
};

const mostBars = 200;

interface Span {
  readonly entry: StageEntry;
  readonly record: StageRunRecord;
  /** Seconds after the run's start. */
  readonly from: number;
  readonly to: number;
}

const spanOf = (entry: StageEntry, input: PageContext): readonly Span[] => {
  const record = stageRunOf(input, entry);
  if (record === undefined || !didSomething(entry.state)) return [];
  const start = Date.parse(input.run.started);
  const [from, to] = [record.started, record.ended].map((time) => Math.max(0, (Date.parse(time) - start) / 1000)) as [
    number,
    number,
  ];
  return [{ entry, record, from, to }];
};

const bar = ({ entry, record, from, to }: Span, whole: number, input: PageContext): Markup => {
  const place = `--from:${percent(from / whole)};--for:${percent((to - from) / whole)}`;
  const attempts = record.attempts > 1 ? ` (attempt ${record.attempts})` : '';
  const when = `from ${formatSeconds(from)} to ${formatSeconds(to)}${attempts}`;
  const tone = entry.state === 'ran' ? 'ran' : 'broken';
  return html`<tr><th scope="row">${stageLink(input, entry.stage)}</th><td class="track" title="${when}"><span class="visually-hidden">${when}</span><span class="bar ${tone}" style="${place}"></span></td><td class="number">${formatSeconds(to - from)}${entry.state === 'ran' ? '' : `, ${entry.state}`}</td></tr>
`;
};

const percent = (fraction: number): string => `${(fraction * 100).toFixed(2)}%`;
