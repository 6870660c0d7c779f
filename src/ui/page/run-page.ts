import { document } from '../../page/document.ts';
import { html, type Markup } from '../../page/html.ts';
import { formatTime } from '../format.ts';
import { drawing } from './drawing.ts';
import { failures } from './failures.ts';
import { machine } from './machine.ts';
import { metrics } from './metrics.ts';
import { overview, reportLinks } from './overview.ts';
import { contextOf, type RunPageInput } from './page-input.ts';
import { badgeOfOutcome } from './parts.ts';
import { reproduce } from './reproduce.ts';
import { runPageStyle } from './run-page-style.ts';
import { stageDetails } from './stage-details.ts';
import { stagesTable } from './stages-table.ts';
import { timeline } from './timeline.ts';

/**
 * The page of one run, as one HTML file that asks nothing of any network: the graph, what became of every stage and why,
 * from what and for how long it worked, what came out, and how to do it again. The layout of the graph is only loaded
 * for a pipeline that is drawn.
 */
export const renderRunPage = async (input: RunPageInput): Promise<string> => {
  const { run } = input;
  const context = contextOf(input);
  const sections: readonly (readonly [id: string, title: string, body: Markup | ''])[] = [
    ['failures', 'What failed', failures(context)],
    ['graph', 'The pipeline', await drawing(context)],
    ['stages', 'What every stage did', stagesTable(context)],
    ['time', 'Where the time went', timeline(context)],
    ['machine', 'What the machine did', await machine(context)],
    ['metrics', 'Metrics', metrics(context)],
    ['details', 'Inputs, outs and params', stageDetails(context)],
    ['again', 'Run it again', reproduce(context)],
  ];
  const shown = sections.filter(([, , body]) => body !== '');
  return document({
    title: `${run.pipeline.name} · run ${run.run}`,
    head: html`<p class="eyebrow">Stemma · run ${run.run}</p>
<h1>${run.pipeline.name} ${badgeOfOutcome(run.outcome)}</h1>
${run.pipeline.summary === undefined ? '' : html`<p class="lede">${run.pipeline.summary}</p>`}
${reportLinks(context)}
<nav class="contents" aria-label="On this page">${shown.map(([id, title]) => html`<a href="#${id}">${title}</a>`)}</nav>`,
    body: html`${overview(context)}
${shown.map(
  ([id, title, body]) => html`<section id="${id}"><h2>${title}</h2>
${body}</section>
`,
)}`,
    foot: html`<p>Stemma ${run.host.stemma} wrote this page after the run of ${formatTime(run.started)}.</p>`,
    style: runPageStyle,
  });
};
