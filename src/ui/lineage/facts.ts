import type { Paint } from '../paint.ts';
import { oneLine, padEnd, widthOf, wrap } from '../text.ts';

/** How lineage is shown on a terminal. */
export interface LineageView {
  readonly paint: Paint;
  /** Cells in a line, or `Infinity` where lines are not to be broken. */
  readonly columns: number;
}

export type Fact = readonly [term: string, value: string];

/** Terms and what they are, the values aligned; those without a value are left out. */
export const factLines = (facts: readonly Fact[], { paint, columns }: LineageView): string[] => {
  const shown = facts.filter(([, value]) => value !== '');
  const terms = Math.min(widestTerm, Math.max(0, ...shown.map(([term]) => widthOf(term))));
  return shown.flatMap(([term, value]) => {
    const head = `  ${paint.dim(padEnd(oneLine(term), terms))}  `;
    return hang(head, oneLine(value), { columns, indent: terms + 4 });
  });
};

const widestTerm = 28;

/** Text after a head, its further lines below its first. */
export const hang = (
  head: string,
  text: string,
  { columns, indent }: { readonly columns: number; readonly indent: number },
): string[] => {
  const [first = '', ...rest] = wrap(text, Math.max(20, columns - indent));
  return [(head + first).trimEnd(), ...rest.map((line) => ' '.repeat(indent) + line)];
};
