import { html, type Markup } from '../../page/html.ts';
import type { MetricRecord } from '../../types/generated/stage-run.ts';
import { formatMetric } from '../format.ts';
import { type PageContext, type StageEntry, stageLink, stageRunOf } from './page-input.ts';
import { badge } from './parts.ts';

/** All metrics of all stages that are described; empty where there is none. */
export const metrics = (input: PageContext): Markup | '' => {
  const rows = input.run.stages.flatMap((entry) =>
    Object.entries(stageRunOf(input, entry)?.metrics ?? {}).map(([name, metric]) => ({ entry, name, metric })),
  );
  if (rows.length === 0) return '';
  const { objective } = input.run.pipeline;
  return html`${objective === undefined ? '' : html`<p class="explain">The objective: ${objective.metric} on ${objective.on}, ${objective.mode === 'max' ? 'as high' : 'as low'} as can be.</p>`}
<div class="scroll"><table>
<thead><tr><th scope="col">Stage</th><th scope="col">Metric</th><th scope="col" class="number">Value</th><th scope="col">Interval</th></tr></thead>
<tbody>${rows.map((each) => row(each, input))}</tbody></table></div>
`;
};

interface Row {
  readonly entry: StageEntry;
  readonly name: string;
  readonly metric: MetricRecord;
}

const row = ({ entry, name, metric }: Row, input: PageContext): Markup => {
  const [value = '', interval] = formatMetric(metric).split(' [');
  const from = entry.state === 'ran' ? '' : html` ${badge(entry.state)}`;
  return html`<tr><th scope="row">${stageLink(input, entry.stage)}${from}</th><td>${name}</td><td class="number">${value}</td><td class="interval">${interval === undefined ? '' : `[${interval}`}</td></tr>
`;
};
