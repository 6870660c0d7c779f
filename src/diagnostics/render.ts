import type { Diagnostic, Place } from '../types/diagnostic.ts';
import { diagnosticStyles } from './style.ts';

export interface RenderOptions {
  /** With ANSI colours; nothing is told by them alone. */
  readonly color?: boolean;
  /** How many are shown in full; the others are counted. */
  readonly limit?: number;
}

/**
 * Diagnostics as people read them, each with its code, place, line and hint, and how many there are.
 *
 *     error[unknown-param]: stage "train" has no param "patiense"
 *       pipelines/typo.json:19:90
 *         "early_stopping": { "monitor": "val_loss", "patiense": 5 }
 *                                                    ~~~~~~~~~~
 *     hint: did you mean "patience"?
 */
export const renderDiagnostics = (diagnostics: readonly Diagnostic[], options: RenderOptions = {}): string => {
  const { color = false, limit = 100 } = options;
  const shown = diagnostics.slice(0, limit).map((diagnostic) => renderDiagnostic(diagnostic, { color }));
  return `${[...shown, countOf(diagnostics, limit)].join('\n\n')}\n`;
};

export const renderDiagnostic = (
  diagnostic: Diagnostic,
  { color = false }: Pick<RenderOptions, 'color'> = {},
): string => {
  const style = diagnosticStyles(color);
  const { severity, code, message, place, trail, hint } = diagnostic;
  const title = `${style[severity](`${severity}[${code}]`)}${style.strong(`: ${message}`)}`;
  return [
    title,
    ...(place === undefined ? [] : renderPlace(place, style)),
    ...(trail === undefined ? [] : [`  along ${printable(trail)}`]),
    ...(hint === undefined ? [] : [`${style.hint('hint')}: ${hint}`]),
  ].join('\n');
};

const renderPlace = (place: Place, style: ReturnType<typeof diagnosticStyles>): readonly string[] => {
  const { before, marked, after } = cut(place);
  const isArgument = place.file === 'command line';
  return [
    `  ${style.faint(isArgument ? place.file : `${place.file}:${place.line}:${place.column}`)}`,
    `    ${before}${style.strong(marked)}${after}`,
    `    ${' '.repeat(widthOf(before))}${style.mark('~'.repeat(Math.max(1, widthOf(marked))))}`,
  ];
};

/** How many characters of a line are shown. */
const widest = 100;

/** The part of a line that is shown: without its indent, and not longer than people can overlook; a tab is one space. */
const cut = ({
  text,
  column,
  length,
}: Place): { readonly before: string; readonly marked: string; readonly after: string } => {
  const start = column - 1;
  const indent = Math.min(text.length - text.trimStart().length, start);
  const from = start + length - indent <= widest ? indent : Math.max(indent, start - 40);
  const to = Math.max(start, Math.min(text.trimEnd().length, from + widest));
  const end = Math.min(start + length, to);
  const dots = { left: from > indent ? '… ' : '', right: to < text.trimEnd().length ? ' …' : '' };
  return {
    before: dots.left + printable(text.slice(from, start)),
    marked: printable(text.slice(start, end)),
    after: printable(text.slice(end, to)) + dots.right,
  };
};

/** Control characters would move the cursor, or worse. */
const printable = (text: string): string =>
  text.replace(/\t/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '�');

/** Columns of a terminal that a text takes: two for each East Asian wide character and emoji, none for what combines. */
const widthOf = (text: string): number => {
  let width = 0;
  for (const character of text) width += /\p{M}|\u200d/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
};

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

const countOf = (diagnostics: readonly Diagnostic[], limit: number): string => {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const counts = [count(errors, 'error'), count(diagnostics.length - errors, 'warning')].filter((text) => text !== '');
  const hidden = diagnostics.length - limit;
  return counts.join(', ') + (hidden > 0 ? `; ${hidden} of them not shown` : '');
};

const count = (number: number, word: string): string =>
  number === 0 ? '' : `${number} ${word}${number === 1 ? '' : 's'}`;
