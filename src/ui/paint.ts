import type { StageState } from '../types/events.ts';

/** Colours of the terminal. They repeat what the words say already and never say a thing alone. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

/** `color` is decided by the command line from `NO_COLOR`, `FORCE_COLOR` and what the stream is. */
export const createPaint = ({ color }: { readonly color: boolean }): Paint => (color ? colors : plain);

/** The colour of a state's word. */
export const paintState = (paint: Paint, state: StageState | 'running' | 'retrying'): ((text: string) => string) => {
  switch (state) {
    case 'ran':
      return paint.green;
    case 'failed':
      return paint.red;
    case 'restored':
    case 'running':
      return paint.cyan;
    case 'up to date':
    case 'skipped':
      return paint.dim;
    case 'cancelled':
    case 'interrupted':
    case 'retrying':
      return paint.yellow;
  }
};

const sgr =
  (open: number, close: number) =>
  (text: string): string =>
    text === '' ? '' : `\x1b[${open}m${text}\x1b[${close}m`;

const colors: Paint = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  red: sgr(31, 39),
  green: sgr(32, 39),
  yellow: sgr(33, 39),
  cyan: sgr(36, 39),
};

const same = (text: string): string => text;
const plain: Paint = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };
