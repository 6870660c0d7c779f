import type { Reading } from '../readings.ts';

/** What the doctor remembers of the losses: plain JSON, so that a checkpoint can hold it. */
export interface Vitals {
  /** Steps so far. */
  readonly steps: number;
  /** Mean loss of the first batch. */
  readonly first: number;
  /** The greater of chance and the first loss: a training is expected below it. */
  readonly reference: number;
  /** Mean losses of the last steps with their rows, the newest at the end. */
  readonly recent: readonly (readonly [loss: number, rows: number])[];
  /** Running mean of the losses up to the last step but those of the present window; null before the first. */
  readonly average: number | null;
}

export const atRest: Vitals = { steps: 0, first: 0, reference: 0, recent: [], average: null };

/** The vitals after a step. */
export const after = (vitals: Vitals, { loss, rows }: Reading, chance: number): Vitals => {
  const mean = loss / rows;
  const first = vitals.steps === 0 ? mean : vitals.first;
  const last = vitals.recent.at(-1);
  return {
    steps: vitals.steps + 1,
    first,
    reference: Math.max(chance, first),
    recent: [...vitals.recent.slice(1 - mostRecent), [mean, rows]],
    average: last === undefined ? null : vitals.average === null ? last[0] : vitals.average + share * (last[0] - vitals.average), // biome-ignore format: one line
  };
};

const mostRecent = 64;
const share = 0.05;

/** Mean loss of the last steps: as many as have `rows` rows, and at least `steps`; undefined while there are too few. */
export const windowMean = (
  { recent }: Pick<Vitals, 'recent'>,
  least: { readonly rows: number; readonly steps: number },
): number | undefined => {
  let [sum, rows, steps] = [0, 0, 0];
  // Of each step this is asked twice, and mostly the last one or two losses answer it: no copy is made.
  for (let at = recent.length - 1; at >= 0; at -= 1) {
    if (steps > 0 && rows >= least.rows && steps >= least.steps) break;
    const [loss, count] = recent[at]!;
    [sum, rows, steps] = [sum + loss * count, rows + count, steps + 1];
  }
  return steps > 0 && rows >= least.rows && steps >= least.steps ? sum / rows : undefined;
};
