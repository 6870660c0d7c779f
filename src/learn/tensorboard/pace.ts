/**
 * How often something is done that can wait: the first time always, then where it took at most a share of the time since it
 * was done last.
 *
 * @param share above 0; infinity: each time.
 * @param clock seconds.
 */
export const paceOf = (share: number, clock: () => number): Pace => {
  let [last, took] = [Number.NEGATIVE_INFINITY, 0];
  return {
    isDue: () => took / share <= clock() - last,
    time: async (work) => {
      const began = clock();
      await work();
      last = clock();
      took = last - began;
    },
  };
};

export interface Pace {
  isDue(): boolean;
  /** Does it, and notes when that was and how long it took. */
  time(work: () => Promise<void>): Promise<void>;
}
