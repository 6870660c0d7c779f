import { html, type Markup } from '../../../src/page/html.ts';
import type { ClassificationEvaluation } from '../../../src/types/generated/evaluation.ts';
import type { Section } from '../section.ts';
import { count, percent, plural } from '../words.ts';

/** The confusion matrix as a heat table, and the confusions that are most frequent in words. */
export const confusionSection = (evaluation: ClassificationEvaluation): Section => {
  const confusions = mostFrequent(evaluation);
  return {
    id: 'confusion',
    heading: 'What is taken for what',
    body: html`<div class="beside">${
      evaluation.classes.length <= mostClasses
        ? matrix(evaluation)
        : html`<p class="muted">${evaluation.classes.length} classes are too many to draw; evaluation.json has the whole matrix.</p>`
    }
${confusions.length === 0 ? html`<p>No example was taken for another class.</p>` : frequentList(confusions)}</div>`,
  };
};

const mostClasses = 40;

interface Confusion {
  readonly actual: string;
  readonly predicted: string;
  readonly count: number;
  /** Of the actual class's examples. */
  readonly share: number;
}

const mostFrequent = (evaluation: ClassificationEvaluation): readonly Confusion[] =>
  errorsOf(evaluation)
    .toSorted((a, b) => b.count - a.count || b.share - a.share)
    .slice(0, 5);

const errorsOf = ({ classes, confusion }: ClassificationEvaluation): readonly Confusion[] =>
  confusion.flatMap((row, actual) =>
    row.flatMap((count, predicted) =>
      actual === predicted || count === 0
        ? []
        : [{ actual: classes[actual]!, predicted: classes[predicted]!, count, share: count / sum(row) }],
    ),
  );

const frequentList = (confusions: readonly Confusion[]): Markup =>
  html`<div class="card"><h3>The most frequent confusions</h3><ol>${confusions.map(
    ({ actual, predicted, count: times, share }) =>
      html`<li><b>${actual}</b> taken for <b>${predicted}</b><br><span class="muted small">${plural(times, 'time')}, ${percent(share)} of them</span></li>
`,
  )}</ol></div>`;

const matrix = (evaluation: ClassificationEvaluation): Markup => {
  const { classes, confusion, target } = evaluation;
  const worst = errorsOf(evaluation).reduce((most, { share }) => Math.max(most, share), 0);
  const { ems, isTight } = sizeOf(evaluation);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Confusion matrix"><table class="${isTight ? 'heat tight' : 'heat'}" style="--ems: ${ems.toFixed(1)}">
<caption>Number of examples: a row for each actual “${target}”, a column for each predicted one. On the diagonal (blue, bold) they are right,
elsewhere (orange) wrong. ${worst > 0 && `The strongest orange is ${percent(worst)} of its row.`}</caption>
<thead><tr><th scope="col">actual \\ predicted</th>${classes.map((name) => html`<th scope="col" title="${name}">${name}</th>`)}<th scope="col">all</th></tr></thead>
<tbody>${confusion.map(
    (row, actual) => html`<tr><th scope="row" title="${classes[actual]}">${classes[actual]}</th>${row.map(
      (cell, predicted) =>
        drawCell(cell, actual === predicted ? 'hit' : 'miss', cell / sum(row) / (actual === predicted ? 1 : worst)),
    )}<td class="none">${count(sum(row))}</td></tr>
`,
  )}</tbody></table></div>`;
};

/** How wide it is in widths of an m, by which paper chooses its letters; and whether the names of columns have to stand upright. */
const sizeOf = ({
  classes,
  confusion,
}: ClassificationEvaluation): { readonly ems: number; readonly isTight: boolean } => {
  const width = (characters: number): number => 0.6 * characters + 1;
  const numbers = width(Math.max(...confusion.map((row) => count(sum(row)).length)));
  const names = Math.min(16, Math.max(...classes.map(({ length }) => length)));
  const isTight = 9 + classes.length * width(names) > mostEms;
  return { ems: 9 + (classes.length + 1) * (isTight ? numbers : Math.max(numbers, width(names))), isTight };
};

/** Of the smallest letters that all can read, so many fit on a line of paper. */
const mostEms = 60;

const drawCell = (cell: number, kind: 'hit' | 'miss', heat: number): Markup =>
  cell === 0
    ? html`<td class="none">0</td>`
    : html`<td class="${kind}" style="--heat: ${heat.toFixed(2)}">${count(cell)}</td>`;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
