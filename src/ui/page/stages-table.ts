import { type Content, escapeHtml, html, type Markup, raw } from '../../page/html.ts';
import type { StageState } from '../../types/events.ts';
import { phraseOf } from '../because.ts';
import { formatSeconds, plural, shortDigest } from '../format.ts';
import type { GraphView } from '../graph/graph-view.ts';
import { oneLine } from '../text.ts';
import { didSomething, isDescribed, type PageContext, type StageEntry, stageLink, stageRunOf } from './page-input.ts';
import { badge, digestOf } from './parts.ts';

/** A row a stage; of a large pipeline, the stages that did nothing are in lists that are folded away. */
export const stagesTable = (input: PageContext): Markup => {
  const { run } = input;
  const described = run.stages.filter((entry) => isDescribed(run, entry));
  const others = run.stages.filter((entry) => !isDescribed(run, entry));
  return html`${described.length === 0 ? '' : table(described, input)}${folded(others, input)}`;
};

const table = (entries: readonly StageEntry[], input: PageContext): Markup =>
  html`<div class="scroll"><table class="wide stages">
<thead><tr><th scope="col">State</th><th scope="col">Stage</th><th scope="col">Why, and what came out</th><th scope="col" class="number">Took</th><th scope="col">Fingerprint</th></tr></thead>
<tbody>${entries.map((entry) => row(entry, input))}</tbody></table></div>
`;

const row = (entry: StageEntry, input: PageContext): Markup => {
  const { stage, state, fingerprint, seconds } = entry;
  const name = stageLink(input, stage);
  const took = didSomething(state) ? formatSeconds(seconds) : '';
  return html`<tr><td>${badge(state)}</td><th scope="row">${name}</th><td>${saidOf(entry, input)}</td><td class="number">${took}</td><td>${fingerprint === undefined ? '' : digestOf(fingerprint)}</td></tr>
`;
};

/** The reason first, for those that need one. */
const saidOf = (entry: StageEntry, input: PageContext): Content => {
  const { state, because } = entry;
  const record = stageRunOf(input, entry);
  const reason = because.length > 0 && state !== 'up to date' ? `because ${phraseOf(because)}` : '';
  const cause = state === 'failed' ? (input.failures?.get(entry.stage)?.message ?? record?.failure) : undefined;
  const lines = [cause, record?.summary].filter((line) => line !== undefined).map(oneLine);
  const elsewhere =
    state === 'restored' && record !== undefined && record.run !== input.run.run ? `made in run ${record.run}` : '';
  return [
    lines.map((line) => html`<div>${line}</div>`),
    [reason, elsewhere].filter((line) => line !== '').map((line) => html`<div class="muted small">${line}</div>`),
  ];
};

/** A line a stage, made without templates, since a thousand of them are made in every run that finds nothing to do. */
const folded = (entries: readonly StageEntry[], { graph }: PageContext): Markup => {
  const sources = entries.length === 0 ? new Map<string, string>() : sourcesOf(graph);
  const lists = new Map<StageState, string[]>();
  for (const { stage, state, fingerprint = '' } of entries) {
    const item = `${stage} ${shortDigest(fingerprint)}${sources.get(stage) ?? ''}`;
    const list = lists.get(state);
    if (list === undefined) lists.set(state, [item]);
    else list.push(item);
  }
  return html`${[...lists].map(
    ([state, items]) => html`<details><summary>${plural(items.length, 'stage')} ${state}</summary>
<p class="small muted">Each with its fingerprint and what it takes from.</p><ul class="columns"><li>${raw(escapeHtml(items.join('\n')).replaceAll('\n', '</li>\n<li>'))}</li></ul></details>
`,
  )}`;
};

/** ` ← clean, split` for each stage that takes from others. */
const sourcesOf = ({ edges }: GraphView): ReadonlyMap<string, string> => {
  const sources = new Map<string, string>();
  for (const { from, to } of edges) {
    const known = sources.get(to);
    if (known === undefined) sources.set(to, ` ← ${from}`);
    else if (!known.slice(3).split(', ').includes(from)) sources.set(to, `${known}, ${from}`);
  }
  return sources;
};
