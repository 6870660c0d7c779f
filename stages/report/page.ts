import { document } from '../../src/page/document.ts';
import { html, type Markup } from '../../src/page/html.ts';
import type { ReportInputs } from './inputs.ts';
import type { Section } from './section.ts';
import { confusionSection } from './sections/confusion.ts';
import { dataSection } from './sections/data.ts';
import { findingsSection } from './sections/findings.ts';
import { gateSection } from './sections/gate.ts';
import { leakageSection } from './sections/leakage.ts';
import { numbersSection } from './sections/numbers.ts';
import { perClassSection } from './sections/per-class.ts';
import { previewSection } from './sections/preview.ts';
import { trainingSection } from './sections/training.ts';
import { verdict, verdictSection } from './sections/verdict.ts';
import { wrongSection } from './sections/wrong.ts';
import { reportStyle } from './style.ts';

/** The whole page: the same inputs give the same text. */
export const reportPage = (inputs: ReportInputs, title = defaultTitle(inputs)): string => {
  const sections = [...sectionsOf(inputs)];
  return document({
    title,
    style: reportStyle,
    head: html`<p class="eyebrow">Stemma report</p>
<h1>${title}</h1>
${inputs.evaluation && html`<p class="lede">${verdict(inputs.evaluation)}</p>`}
<nav class="contents" aria-label="Contents">${sections.map(({ id, heading }) => html`<a href="#${id}">${heading}</a>`)}
<a href="../run.html">How this was made</a></nav>`,
    body: sections.map(drawSection),
    foot: html`<p>Made by Stemma from ${listOf(namesOf(inputs))} alone: the same inputs give the same page, byte for byte.
What ran, from what, and for how long is told by <a href="../run.html">the page of the run</a>.</p>`,
  });
};

function* sectionsOf({
  gate,
  evaluation,
  history,
  preview,
  profile,
  leakage,
  findings,
}: ReportInputs): Generator<Section> {
  if (gate) yield gateSection(gate);
  if (evaluation) yield verdictSection(evaluation);
  if (history && history.epochs.length > 0) yield trainingSection(history);
  if (findings) yield findingsSection(findings);
  if (evaluation?.kind === 'classification') {
    yield perClassSection(evaluation);
    yield confusionSection(evaluation);
  }
  if (evaluation?.kind === 'regression') yield numbersSection(evaluation);
  if (evaluation) yield wrongSection(evaluation);
  if (profile) yield dataSection(profile);
  if (leakage) yield leakageSection(leakage);
  if (preview) yield previewSection(preview);
}

const drawSection = ({ id, heading, body }: Section): Markup =>
  html`<section id="${id}"><h2>${heading}</h2>
${body}</section>
`;

const defaultTitle = ({ gate, evaluation, history, findings, preview }: ReportInputs): string => {
  if (evaluation) return `Predicting “${evaluation.target}”`;
  if (gate) return gate.accepted ? 'Accepted' : 'Refused';
  return history || findings || preview ? 'How the training went' : 'What the data are like';
};

const namesOf = (inputs: ReportInputs): readonly string[] =>
  Object.entries(inputs).flatMap(([name, input]) => (input === undefined ? [] : [name]));

const listOf = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
