import type { Figure } from './report.ts';

/** One of several that do the same, each in its own way. */
export interface Contestant {
  readonly name: string;
  /** Brings things into the state to measure from; its time does not count. */
  readonly prepare?: () => void;
  readonly run: () => void;
}

/** Seconds of each round, by contestant. */
export type Timings = ReadonlyMap<string, readonly number[]>;

/**
 * Runs the contestants in turn (A B C, A B C, …), so that a change of the machine's speed meets all of them alike.
 * One round before the first is not counted.
 */
export const sideBySide = (contestants: readonly Contestant[], rounds: number): Timings => {
  const timings = new Map(contestants.map(({ name }): [string, number[]] => [name, []]));
  for (let round = -1; round < rounds; round++)
    for (const { name, prepare, run } of contestants) {
      prepare?.();
      const seconds = secondsOf(run);
      if (round >= 0) timings.get(name)!.push(seconds);
    }
  return timings;
};

export const secondsOf = (run: () => void): number => {
  const started = performance.now();
  run();
  return (performance.now() - started) / 1000;
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

export interface FigureOptions {
  readonly what: string;
  readonly unit: Figure['unit'];
  readonly bar?: Figure['bar'];
}

export const figureOf = (values: readonly number[], { what, unit, bar }: FigureOptions): Figure => ({
  what,
  value: median(values),
  unit,
  spread: [Math.min(...values), Math.max(...values)],
  ...(bar && { bar }),
});

/** A figure for each contestant, in seconds. `bars` by name. */
export const secondsFigures = (timings: Timings, bars: Readonly<Record<string, Figure['bar']>> = {}): Figure[] =>
  [...timings].map(([name, values]) => figureOf(values, { what: name, unit: 's', bar: bars[name] }));

/** Round by round, how many times as long `a` took as `b`. */
export const ratios = (timings: Timings, a: string, b: string): number[] =>
  timings.get(a)!.map((seconds, round) => seconds / timings.get(b)![round]!);
