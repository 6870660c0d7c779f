/** One measured value. */
export interface Figure {
  readonly what: string;
  /** Median of the rounds. */
  readonly value: number;
  readonly unit: 's' | 'ms' | 'MB/s' | 'MB' | 'times' | 'files' | 'images' | 'shards' | 'images/s';
  /** Lowest and highest of the rounds. */
  readonly spread?: readonly [number, number];
  /** What has to be reached: at most, or at least, so much. */
  readonly bar?: { readonly atMost: number } | { readonly atLeast: number };
}

/** All figures of one topic, measured side by side in one run. */
export interface Report {
  readonly title: string;
  readonly figures: readonly Figure[];
  /** What a reader has to know: how it was measured, and what could not be. */
  readonly notes: readonly string[];
}

export const isReached = ({ value, bar }: Figure): boolean =>
  bar === undefined || ('atMost' in bar ? value <= bar.atMost : value >= bar.atLeast);

/** A report as a Markdown table. */
export const renderReport = ({ title, figures, notes }: Report): string =>
  [
    `## ${title}`,
    '',
    '| what | median | lowest to highest | to reach | |',
    '|---|---|---|---|---|',
    ...figures.map(renderFigure),
    '',
    ...notes,
    '',
  ].join('\n');

const renderFigure = (figure: Figure): string => {
  const { what, value, unit, spread, bar } = figure;
  const range = spread === undefined ? '' : `${shown(spread[0])} to ${shown(spread[1])}`;
  const verdict = bar === undefined ? '' : isReached(figure) ? 'reached' : 'missed';
  return `| ${what} | ${shown(value)} ${unit} | ${range} | ${bar === undefined ? '' : shownBar(bar)} | ${verdict} |`;
};

const shownBar = (bar: NonNullable<Figure['bar']>): string =>
  'atMost' in bar ? `at most ${shown(bar.atMost)}` : `at least ${shown(bar.atLeast)}`;

/** Three digits that count. */
const shown = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value >= 1 ? value.toFixed(2) : value.toFixed(3);
