import { document } from '../../src/page/document.ts';
import { html, type Markup } from '../../src/page/html.ts';
import type { Evaluation } from '../../src/types/generated/evaluation.ts';
import type { ReportInputs } from './inputs.ts';
import type { Section } from './section.ts';
import { boxesSection } from './sections/boxes.ts';
import { comparisonSection } from './sections/comparison.ts';
import { confusionSection } from './sections/confusion.ts';
import { costSection } from './sections/cost.ts';
import { curvesSection } from './sections/curves.ts';
import { dataSection } from './sections/data.ts';
import { foundSection } from './sections/found.ts';
import { gateSection } from './sections/gate.ts';
import { modelSection } from './sections/model.ts';
import { numbersSection } from './sections/numbers.ts';
import { perClassSection } from './sections/per-class.ts';
import { previewSection } from './sections/preview.ts';
import { slicesSection } from './sections/slices.ts';
import { trainingSection } from './sections/training.ts';
import { verdict, verdictSection } from './sections/verdict.ts';
import { wrongSection } from './sections/wrong.ts';
import { reportStyle } from './style.ts';
import { listOf } from './words.ts';

/** The whole page: the same inputs give the same text. */
export const reportPage = async (inputs: ReportInputs, title = defaultTitle(inputs)): Promise<string> => {
  const sections = await sectionsOf(inputs);
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

/** The result first, then what speaks against it, then what it was reached with and from. */
const sectionsOf = async (inputs: ReportInputs): Promise<readonly Section[]> => {
  const { gate, cost, evaluation, history, preview, profile, comparison, model, raw } = inputs;
  const sections = [
    gate && gateSection(gate),
    comparison && comparisonSection(comparison),
    evaluation && verdictSection(evaluation),
    foundSection(inputs),
    cost && costSection(cost),
    history && history.epochs.length > 0 && (await trainingSection(history)),
    ...(evaluation ? await resultSections(evaluation) : []),
    evaluation && slicesSection(evaluation),
    evaluation && wrongSection(evaluation, raw),
    profile && dataSection(profile),
    preview && previewSection(preview, raw),
    model && modelSection(model),
  ];
  return sections.filter((section) => typeof section === 'object' && section !== null);
};

const resultSections = async (evaluation: Evaluation): Promise<readonly (Section | null)[]> => {
  switch (evaluation.kind) {
    case 'regression':
      return [await numbersSection(evaluation)];
    case 'boxes':
      return [await boxesSection(evaluation)];
    case 'labels':
      return [await perClassSection(evaluation), await curvesSection(evaluation)];
    default:
      return [await perClassSection(evaluation), confusionSection(evaluation), await curvesSection(evaluation)];
  }
};

const drawSection = ({ id, heading, body }: Section): Markup =>
  html`<section id="${id}"><h2>${heading}</h2>
${body}</section>
`;

const defaultTitle = ({
  gate,
  evaluation,
  history,
  findings,
  preview,
  model,
  diagnosis,
  cost,
  comparison,
}: ReportInputs): string => {
  if (evaluation?.kind === 'boxes') return 'Finding boxes';
  if (evaluation) return `Predicting “${evaluation.target}”`;
  if (comparison) return 'Two ways to train';
  if (gate) return gate.accepted ? 'Accepted' : 'Refused';
  return history || findings || preview || model || diagnosis || cost
    ? 'How the training went'
    : 'What the data are like';
};

/** Names of the deps that say something by themselves. */
export const namesOf = ({ raw: _, ...inputs }: ReportInputs): readonly string[] =>
  Object.entries(inputs).flatMap(([name, input]) => (input === undefined ? [] : [name]));
