import { html, type Markup } from '../../../src/page/html.ts';
import { foundInDiagnosis } from '../found/diagnosis.ts';
import { foundInEvaluation } from '../found/evaluation.ts';
import type { Found, Search } from '../found/found.ts';
import { foundBetweenSplits } from '../found/leakage.ts';
import { foundInColumns } from '../found/profile.ts';
import { foundInTraining } from '../found/training.ts';
import type { ReportInputs } from '../inputs.ts';
import type { Section } from '../section.ts';
import { capital, plural } from '../words.ts';

/** All that the stages before have found, the gravest first, and what they looked for; null where none looked. */
export const foundSection = (inputs: ReportInputs): Section | null => {
  const searches = searchesOf(inputs);
  if (searches.length === 0) return null;
  const found = searches.flatMap((search) => search.found);
  return {
    id: 'found',
    heading: 'What was found',
    body: html`<p class="explain">${found.length > 0 && `${plural(found.length, 'finding')}, the gravest first, each with what shows it and what to do. `}How
busy processor and GPUs were is told by <a href="../run.html">the page of the run</a>.</p>
${found.length === 0 && html`<div class="callout good">Nothing was found.</div>`}
${unlooked(inputs)}
${order.flatMap((tone) => found.filter((each) => each.tone === tone)).map(draw)}
${searches.map(({ checks }) => checks)}`,
  };
};

const order = ['bad', 'warn', 'good'] as const;

/** What other stages may have found, and this page was not given. */
const unlooked = ({ findings, leakage }: ReportInputs): Markup | false => {
  const missing = [...(findings ? [] : ['what train found (dep “findings”)']), ...(leakage ? [] : ['leaks between the splits (dep “leakage”)'])]; // biome-ignore format: one line
  return missing.length > 0 && html`<p class="small muted">Not looked at here: ${missing.join('; ')}.</p>`;
};

const searchesOf = ({ diagnosis, evaluation, findings, leakage, profile }: ReportInputs): readonly Search[] => [
  ...(diagnosis ? [foundInDiagnosis(diagnosis)] : []),
  ...(findings ? [foundInTraining(findings)] : []),
  ...(leakage ? [foundBetweenSplits(leakage)] : []),
  ...(evaluation?.findings ? [foundInEvaluation(evaluation)] : []),
  ...(profile ? [foundInColumns(profile)] : []),
];

const draw = ({ tone, badge, about, message, evidence, remedy, more }: Found): Markup =>
  html`<div class="callout ${tone}"><span class="badge ${tone}">${badge}</span> <span class="about">${about}</span> ${capital(message)}.
${evidence !== undefined && html`<p class="small muted">${evidence}</p>`}
${remedy !== undefined && html`<p class="small">${remedy}</p>`}
${more}</div>`;
