import { costOf, formatMoney } from '../../machine/money.ts';
import { html, type Markup } from '../../page/html.ts';
import type { StageState } from '../../types/events.ts';
import type { MetricRecord } from '../../types/generated/stage-run.ts';
import { formatMetric, formatSeconds, plural } from '../format.ts';
import { linkTo, type PageContext, secondsOf, stageRunOf } from './page-input.ts';

/** The run in a few numbers, and what people were told meanwhile. */
export const overview = (input: PageContext): Markup => {
  const { notices = [] } = input.run;
  return html`${gateWords(input)}<div class="cards">${[stagesCard(input), timeCard(input), ...costCard(input), ...metricCards(input)]}</div>
${notices.map(
  (notice) => html`<p class="callout warn"><strong>Note:</strong> ${notice}</p>
`,
)}`;
};

/** What the gate came to, first of all. */
const gateWords = ({ run }: PageContext): Markup | '' => {
  const { gate } = run;
  if (gate === undefined) return '';
  if (gate.accepted)
    return html`<p class="callout good"><strong>Accepted</strong> by stage ${gate.stage}: ${gate.outs.map(({ path }) => path).join(', ')} stand in artifacts/${run.pipeline.name}/accepted.</p>
`;
  return html`<div class="callout bad"><strong>Refused</strong> by stage ${gate.stage}: what was accepted before is published still.
<ul>${gate.reasons.map((reason) => html`<li>${reason}</li>`)}</ul></div>
`;
};

/** Links to the pages that stages made. */
export const reportLinks = (input: PageContext): Markup | '' => {
  const pages = input.run.stages.flatMap((entry) =>
    (stageRunOf(input, entry)?.outs ?? [])
      .filter(({ type }) => type === 'html')
      .map((out) => ({ out, stage: entry.stage })),
  );
  if (pages.length === 0) return '';
  const links = pages.map(
    ({ out, stage }, index) =>
      html`${index === 0 ? '' : ', '}<a href="${linkTo(input, out.path)}">${stage}.${out.name}</a>`,
  );
  return html`<p class="reports">${pages.length === 1 ? 'Report' : 'Reports'}: ${links}</p>`;
};

const card = (label: string, value: string, note: string): Markup =>
  html`<div class="card stat"><span class="label">${label}</span><span class="value">${value}</span><span class="note">${note}</span></div>
`;

/** What happened most tellingly as the number, the rest below it. */
const stagesCard = ({ run }: PageContext): Markup => {
  const counts = new Map<StageState, number>();
  for (const { state } of run.stages) counts.set(state, (counts.get(state) ?? 0) + 1);
  const said = order.flatMap((state) => {
    const count = counts.get(state) ?? 0;
    return count === 0 ? [] : [plural(count, state, state)];
  });
  const [first = 'nothing to do', ...rest] = said;
  return card(plural(run.stages.length, 'stage'), first, rest.join(', '));
};

const order: readonly StageState[] = ['failed', 'ran', 'interrupted', 'cancelled', 'restored', 'up to date', 'skipped'];

const timeCard = ({ run, savedSeconds = 0 }: PageContext): Markup =>
  card(
    'Wall time',
    formatSeconds(secondsOf(run)),
    savedSeconds >= 0.05 ? `${formatSeconds(savedSeconds)} of work saved` : '',
  );

/** What the run cost, and what the cache spared; nothing where the pipeline names no price. */
const costCard = ({ run, savedSeconds = 0 }: PageContext): readonly Markup[] => {
  const { price } = run.host;
  if (price === undefined) return [];
  const saved = savedSeconds >= 0.05 ? `${formatMoney(costOf(savedSeconds, price))} saved` : '';
  return [card('Cost', formatMoney(costOf(secondsOf(run), price)), saved)];
};

/** The first two metrics of the last stage that has any. */
const metricCards = (input: PageContext): readonly Markup[] => {
  const entry = input.run.stages.findLast((each) => Object.keys(stageRunOf(input, each)?.metrics ?? {}).length > 0);
  if (entry === undefined) return [];
  const metrics = Object.entries(stageRunOf(input, entry)?.metrics ?? {});
  return metrics.slice(0, 2).map(([name, metric]) => metricCard(name, metric, entry.stage));
};

const metricCard = (name: string, metric: MetricRecord, stage: string): Markup => {
  const [value = '', interval] = formatMetric(metric).split(' [');
  return card(name, value, interval === undefined ? `of ${stage}` : `[${interval}, of ${stage}`);
};
