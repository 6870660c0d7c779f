import { html, type Markup } from '../../../src/page/html.ts';
import type { BoxesEvaluation, Evaluation } from '../../../src/types/generated/evaluation.ts';
import type { RawExamples } from '../examples.ts';
import type { Section } from '../section.ts';
import { count, plural } from '../words.ts';
import { wrongBoxes } from './wrong-boxes.ts';
import { wrongTable } from './wrong-table.ts';
import { isLong, wrongTexts } from './wrong-texts.ts';
import { answers, odds, show, type Wrong } from './wrong-words.ts';

/** The examples that were wrong: as pictures where they are pictures, as texts where they are texts, else as rows. */
export const wrongSection = (evaluation: Evaluation, raw: RawExamples): Section => {
  if (evaluation.kind === 'boxes') return wrongBoxes(evaluation);
  const wrong = (evaluation.wrong as readonly Omit<Wrong, 'raw'>[]).map(
    (example) => ({ ...example, raw: raw.get(example.id) }) as Wrong,
  );
  return {
    id: 'wrong',
    heading: evaluation.kind === 'regression' ? 'The largest errors' : 'Examples that were wrong',
    body: html`<p class="explain">${explain(evaluation)}</p>
${wrong.length > 0 && draw(wrong, evaluation.target)}`,
  };
};

const draw = (wrong: readonly Wrong[], target: string): Markup => {
  if (wrong[0]!.image !== undefined) return gallery(wrong);
  return wrong.some(({ raw }) => raw !== undefined && isLong(raw))
    ? wrongTexts(wrong, target)
    : wrongTable(wrong, target);
};

const explain = (evaluation: Exclude<Evaluation, BoxesEvaluation>): string => {
  const kept = evaluation.wrong.length;
  if (evaluation.kind === 'regression') return `The ${plural(kept, 'example')} whose prediction is furthest off.`;
  if (evaluation.wrong_rows === 0) return 'There is none: every test example was predicted right.';
  const which =
    kept === evaluation.wrong_rows
      ? plural(kept, 'example')
      : `${count(kept)} of ${count(evaluation.wrong_rows)} examples`;
  return `${which}, the most confident first. Some say more about the data than about the model: look for wrong labels, and for what a person would get wrong too.`;
};

const gallery = (wrong: readonly Wrong[]): Markup =>
  html`<ul class="gallery">${wrong.map(
    (
      example,
    ) => html`<li><img src="${example.image}" alt="${`Example ${example.id}: ${show(example.actual)}, predicted as ${show(example.predicted)}`}">
<p>${answers(example)}<br><span class="muted">${odds(example)}</span></p>${example.raw?.origin && html`<p class="origin">${example.raw.origin}</p>`}</li>
`,
  )}</ul>`;
