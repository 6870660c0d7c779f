import { html, type Markup } from '../../../src/page/html.ts';

/** Small pictures in rows and columns, with their names. */
export interface Grid {
  readonly rows: readonly GridRow[];
  readonly columns: readonly string[];
  /** Width of one picture; its height is always the same. */
  readonly width: number;
  /** Draws one picture into its place, whose corner is the origin. */
  readonly cell: (row: number, column: number) => Markup;
  /** What the cells refer to. */
  readonly defs?: Markup;
  /** What is seen, for people who cannot see it. */
  readonly title: string;
}

export interface GridRow {
  readonly label: string;
  /** A second line, in smaller letters. */
  readonly note?: string | undefined;
}

/** A contact sheet as SVG, at its natural size. */
export const drawGrid = ({ rows, columns, cell, defs, title, width: across }: Grid): Markup => {
  const left = labelWidth(rows.flatMap(({ label, note = '' }) => [label, note]));
  const heads = columns.map(linesOf);
  const top = 6 + lineHeight * Math.max(1, ...heads.map((lines) => lines.length));
  const at = (column: number): number => left + column * (across + gap);
  const width = at(columns.length);
  const height = top + rows.length * (cellHeight + gap);
  return html`<svg class="sheet" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ><title>${title}</title>${defs}
${heads.map((lines, column) => head(lines, { x: at(column) + across / 2, bottom: top - 6 }))}
${rows.map((row, at) => name(row, { x: left - 6, y: top + at * (cellHeight + gap) + cellHeight / 2 + 4 }))}
${rows.map((_, row) =>
  columns.map(
    (
      _column,
      column,
    ) => html`<g transform="translate(${at(column)} ${top + row * (cellHeight + gap)})">${cell(row, column)}</g>
`,
  ),
)}</svg>`;
};

const name = ({ label, note }: GridRow, { x, y }: { readonly x: number; readonly y: number }): Markup =>
  note === undefined
    ? html`<text x="${x}" y="${y}" text-anchor="end">${short(label)}</text>`
    : html`<text text-anchor="end"><tspan x="${x}" y="${y - lineHeight / 2}">${short(label)}</tspan><tspan class="note" x="${x}" y="${y + lineHeight / 2}">${note}</tspan></text>`;

/** Height of a picture, space between two, a line of text: in pixels. */
export const cellHeight = 60;
const gap = 6;
const lineHeight = 14;
const lettersPerLine = 9;
const mostLetters = 12;
const letterWidth = 7;

const labelWidth = (labels: readonly string[]): number =>
  12 + letterWidth * Math.max(1, ...labels.map((label) => short(label).length));

const short = (label: string): string => (label.length > mostLetters ? `${label.slice(0, mostLetters - 1)}…` : label);

const head = (lines: readonly string[], { x, bottom }: { readonly x: number; readonly bottom: number }): Markup =>
  html`<text text-anchor="middle">${lines.map(
    (line, at) => html`<tspan x="${x}" y="${bottom - (lines.length - 1 - at) * lineHeight}">${line}</tspan>`,
  )}</text>
`;

/** Words on as few lines as have room for them; a last number or sign stays with what it belongs to. */
const linesOf = (label: string): readonly string[] => {
  const lines: string[] = [];
  for (const word of label.replace(/ (%|\d+)$/, '\u00a0$1').split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > lettersPerLine) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
};
