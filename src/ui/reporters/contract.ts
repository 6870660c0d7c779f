import type { RunEvent } from '../../types/events.ts';

/** Shows a run while it happens. The runner emits events and prints nothing; reporters print and decide nothing. */
export interface Reporter {
  readonly event: (event: RunEvent) => void;
  /** Prints lines of somebody else's among the run's own. */
  readonly print?: (lines: readonly string[]) => void;
  /** Puts the terminal back as it was. To be called on every way out, Ctrl-C included; a second call does nothing. */
  readonly close: () => void;
}

export interface ReporterOptions {
  /** `terminal`: with a live region; `plain`: for pipes and CI; `json`: an event a line. */
  readonly kind: 'terminal' | 'plain' | 'json';
  /** stderr; for `json` stdout. */
  readonly stream: { readonly write: (text: string) => unknown };
  /** Whether colours may be used; nothing is told by them alone. */
  readonly color: boolean;
  /** Milliseconds of any steady clock, as `performance.now`. */
  readonly now: () => number;
  /** `all`: a line a stage however many there are; `short`, the default: the quiet ones of a large run are counted. */
  readonly listing?: 'short' | 'all';
  /** Cells in a line, asked for again before each drawing; 80 unless given. For `terminal`. */
  readonly columns?: () => number;
  /** Lines of the terminal; 24 unless given. For `terminal`. */
  readonly rows?: () => number;
  /** `ascii` where the terminal has no more: bars of `#` instead of `━`. */
  readonly symbols?: 'unicode' | 'ascii';
  /** Calls `tick` every so many milliseconds until the function returned is called; timers unless given. */
  readonly every?: (milliseconds: number, tick: () => void) => () => void;
}
