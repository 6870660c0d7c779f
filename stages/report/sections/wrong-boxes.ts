import { formatMetric } from '../../../src/learn/metrics/format.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import type { BoxesEvaluation, BoxesPicture, WrongBoxes } from '../../../src/types/generated/evaluation.ts';
import type { Section } from '../section.ts';
import { count, plural } from '../words.ts';

/** The images in which the most boxes were missed, or found where there is none: drawn, where there are pictures of them. */
export const wrongBoxes = ({ wrong, wrong_rows }: BoxesEvaluation): Section => {
  const drawn = wrong.filter(hasPicture).slice(0, mostDrawn);
  return {
    id: 'wrong',
    heading: 'Images that were wrong',
    body: html`<p class="explain">${
      wrong_rows === 0
        ? 'There is none: at half an overlap every box was found, and nothing else.'
        : `${wrong.length === wrong_rows ? plural(wrong_rows, 'image') : `${count(wrong.length)} of ${count(wrong_rows)} images`}, those with the most boxes that were missed or are none first. An overlap of 0.5 counts as found.`
    }</p>
${drawn.length > 0 && html`${legend}<ul class="gallery boxes">${drawn.map(drawing)}</ul>`}
${wrong.length > 0 && table(wrong)}`,
  };
};

type Drawn = WrongBoxes & { readonly picture: BoxesPicture };
const hasPicture = (image: WrongBoxes): image is Drawn => image.picture !== undefined;

/** A person looks at no more; the table has all. */
const mostDrawn = 24;

/** Dashes tell apart what colours tell apart, and words say it to those who see neither. */
const kinds = [
  { verdict: 'found', says: 'found' },
  { verdict: 'missed', says: 'missed' },
  { verdict: 'right', says: 'predicted, and right' },
  { verdict: 'false_alarm', says: 'predicted, and nothing there' },
  { verdict: 'crowd', says: 'a crowd, or a prediction on one: counts for nothing' },
] as const;

const legend: Markup = html`<ul class="legend boxes">${kinds.map(
  ({ verdict, says }) =>
    html`<li><svg class="boxes" width="26" height="16" viewBox="0 0 26 16" aria-hidden="true"><rect class="under" x="2" y="2" width="22" height="12"/><rect class="${verdict}" x="2" y="2" width="22" height="12"/></svg> ${says}</li>`,
)}</ul>`;

const drawing = ({
  id,
  picture,
  actual,
  found,
  false_alarms,
  actual_boxes = [],
  predicted_boxes = [],
}: Drawn): Markup => {
  const { width, height, data } = picture;
  const counts = `${plural(actual, 'box')} to be found, ${count(found)} found, ${plural(false_alarms, 'false alarm')}`;
  const boxes = [
    ...predicted_boxes.map(({ label, box, score, verdict }) =>
      rectangle(
        box,
        verdict === 'ignored' ? 'crowd' : verdict,
        `${label}, predicted with a score of ${formatMetric(score)}`,
      ),
    ),
    ...actual_boxes.map(({ label, box, verdict }) => rectangle(box, verdict, `${label}, ${verdict}`)),
  ];
  const faults = [
    ...actual_boxes.filter(({ verdict }) => verdict === 'missed').map(({ label }) => `missed ${label}`),
    ...predicted_boxes
      .filter(({ verdict }) => verdict === 'false_alarm')
      .map(({ label, score }) => `no ${label} (${formatMetric(score)})`),
  ];
  return html`<li><svg class="boxes" viewBox="0 0 ${width} ${height}" role="img" aria-label="${`Image ${id}: ${counts}`}"><image href="${data}" width="${width}" height="${height}" preserveAspectRatio="none"/>${boxes}</svg>
<p><span class="mono">${id}</span><br><span class="muted">${counts}</span><br>${faults.slice(0, mostTold).join(', ')}${faults.length > mostTold && ` and ${count(faults.length - mostTold)} more`}</p></li>
`;
};

const mostTold = 6;

/** Drawn twice, so that it is seen on whatever is below it. */
const rectangle = ([x, y, width, height]: readonly number[], kind: string, says: string): Markup => {
  const at = html`x="${x}" y="${y}" width="${width}" height="${height}"`;
  return html`<rect class="under" ${at}/><rect class="${kind}" ${at}><title>${says}</title></rect>`;
};

const table = (wrong: readonly WrongBoxes[]): Markup =>
  html`<div class="scroll" tabindex="0" role="group" aria-label="Images that were wrong"><table>
<caption>Boxes by image</caption>
<thead><tr><th scope="col">Image</th><th scope="col" class="number">To be found</th><th scope="col" class="number">Found</th><th scope="col" class="number">False alarms</th></tr></thead>
<tbody>${wrong.map(
    ({ id, actual, found, false_alarms }) =>
      html`<tr><th scope="row" class="mono">${id}</th><td class="number">${count(actual)}</td><td class="number">${count(found)}</td><td class="number">${count(false_alarms)}</td></tr>
`,
  )}</tbody></table></div>`;
