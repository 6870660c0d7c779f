import { widthOf } from '../text.ts';

/**
 * Lines that stay, and below them a region that is drawn over again.
 *
 * Each change is one write, and the region's lines are overwritten before the rest of each is erased, so that nothing
 * blinks. Between writes the cursor is hidden and stands at the region's end.
 */
export interface Screen {
  /** Puts `lines`, each narrower than the terminal, in the region's place. */
  readonly draw: (lines: readonly string[]) => void;
  /** Prints lines above the region, which is drawn anew below them. */
  readonly print: (lines: readonly string[], region: readonly string[]) => void;
  /** Takes the region away and shows the cursor again. */
  readonly close: () => void;
}

export const createScreen = (options: {
  readonly stream: { readonly write: (text: string) => unknown };
  readonly columns: () => number;
}): Screen => {
  const { stream, columns } = options;
  let region: readonly string[] = [];
  let hidden = false;

  const replace = (next: readonly string[], write: (toStart: string) => string): void => {
    const cursor = next.length > 0 && !hidden ? hideCursor : '';
    const toStart = toRegionStart(region, columns());
    hidden ||= next.length > 0;
    region = next;
    stream.write(beginUpdate + cursor + write(toStart) + endUpdate);
  };
  const draw = (lines: readonly string[]): void => {
    const drawn = lines.map((line) => line + eraseLine).join('\n');
    replace(lines, (toStart) => toStart + drawn + eraseBelow);
  };
  const print = (lines: readonly string[], next: readonly string[]): void => {
    const text = lines.map((line) => `${line}\n`).join('');
    if (region.length === 0 && next.length === 0) stream.write(text);
    else replace(next, (toStart) => toStart + eraseBelow + text + next.join('\n'));
  };
  const close = (): void => {
    if (region.length > 0) draw([]);
    if (hidden) stream.write(showCursor);
    hidden = false;
  };
  return { draw, print, close };
};

/** The cursor is on the region's last line; lines drawn for a wider terminal may have been broken since. */
const toRegionStart = (region: readonly string[], columns: number): string => {
  if (region.length === 0) return '';
  const rows = region.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / Math.max(1, columns))), 0);
  return rows > 1 ? `\r\x1b[${rows - 1}A` : '\r';
};

const eraseLine = '\x1b[K';
const eraseBelow = '\x1b[J';
const hideCursor = '\x1b[?25l';
const showCursor = '\x1b[?25h';
/** Terminals that know "synchronized updates" show what stands between these at once; others ignore them. */
const beginUpdate = '\x1b[?2026h';
const endUpdate = '\x1b[?2026l';
