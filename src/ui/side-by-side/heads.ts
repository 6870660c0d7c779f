import type { RunInColumn } from '../../lineage/side-by-side/side-by-side.ts';
import { html, type Markup } from '../../page/html.ts';

/** Runs are called A, B, C … on the page, since their names are long; after Z comes 27. */
export const letterOf = (at: number): string => (at < 26 ? String.fromCharCode(65 + at) : String(at + 1));

/** A column's head for each run. */
export const heads = (runs: readonly RunInColumn[]): readonly Markup[] =>
  runs.map(({ account }, at) => html`<th scope="col" title="${account.record.run}">${letterOf(at)}</th>`);
