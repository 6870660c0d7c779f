import { round } from './gauge.ts';

/** Several quantities over one time, in at most 120 stretches that grow with it: what a chart draws. */
export interface Series {
  /** @param at seconds from the start. */
  add(track: string, at: number, value: number): void;
  /** Seconds that each number stands for. */
  every(): number;
  /** Means of the stretches from the start on; null where nothing was read. */
  read(track: string): (number | null)[];
}

export const longest = 120;

/**
 * When there are too many stretches, each two become one: so a training of a minute and one of a week take the same
 * room, and neither has to be known to be one before it ends.
 *
 * @param interval seconds of a stretch at first.
 */
export const createSeries = (interval: number): Series => {
  const tracks = new Map<string, Stretch[]>();
  let every = interval;
  return {
    add: (track, at, value) => {
      while (Math.floor(at / every) >= longest) {
        every *= 2;
        for (const [name, stretches] of tracks) tracks.set(name, halved(stretches));
      }
      const stretches = tracks.get(track) ?? [];
      tracks.set(track, stretches);
      const index = Math.max(0, Math.floor(at / every));
      const { sum, count } = stretches[index] ?? nothing;
      while (stretches.length < index) stretches.push(nothing);
      stretches[index] = { sum: sum + value, count: count + 1 };
    },
    every: () => every,
    read: (track) => (tracks.get(track) ?? []).map(({ sum, count }) => (count === 0 ? null : round(sum / count, 0.01))),
  };
};

interface Stretch {
  readonly sum: number;
  readonly count: number;
}

const nothing: Stretch = { sum: 0, count: 0 };

const halved = (stretches: readonly Stretch[]): Stretch[] =>
  stretches.flatMap((first, index) => {
    if (index % 2 === 1) return [];
    const second = stretches[index + 1] ?? nothing;
    return [{ sum: first.sum + second.sum, count: first.count + second.count }];
  });
