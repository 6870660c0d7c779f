import { html } from '../../../src/page/html.ts';
import type { BoxesEvaluation } from '../../../src/types/generated/evaluation.ts';
import type { Section } from '../section.ts';
import { count, plural } from '../words.ts';

/** The images in which the most boxes were missed, or found where there is none. */
export const wrongBoxes = ({ wrong, wrong_rows }: BoxesEvaluation): Section => ({
  id: 'wrong',
  heading: 'Images that were wrong',
  body: html`<p class="explain">${
    wrong_rows === 0
      ? 'There is none: at half an overlap every box was found, and nothing else.'
      : `${wrong.length === wrong_rows ? plural(wrong_rows, 'image') : `${count(wrong.length)} of ${count(wrong_rows)} images`}, those with the most boxes that were missed or are none first. An overlap of 0.5 counts as found.`
  }</p>
${
  wrong.length > 0 &&
  html`<div class="scroll" tabindex="0" role="group" aria-label="Images that were wrong"><table>
<caption>Boxes by image</caption>
<thead><tr><th scope="col">Image</th><th scope="col" class="number">To be found</th><th scope="col" class="number">Found</th><th scope="col" class="number">False alarms</th></tr></thead>
<tbody>${wrong.map(
    ({ id, actual, found, false_alarms }) =>
      html`<tr><th scope="row" class="mono">${id}</th><td class="number">${count(actual)}</td><td class="number">${count(found)}</td><td class="number">${count(false_alarms)}</td></tr>
`,
  )}</tbody></table></div>`
}`,
});
