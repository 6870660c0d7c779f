/** Fires once it has been quiet for a while. */
export interface SettleTimer {
  /** Starts it, or starts it anew. */
  readonly start: () => void;
  readonly stop: () => void;
}

/** Milliseconds without a change after which files are as somebody wanted them. */
const quiet = 20;

/** Milliseconds after which it fires although changes go on: a log that never rests must not hold up all else. */
const longest = 10_000;

/** Calls `before`, and then `fire` unless it was started again meanwhile. */
export const createSettleTimer = (before: () => Promise<void>, fire: () => void): SettleTimer => {
  let timer: NodeJS.Timeout | undefined;
  let first: number | undefined;
  let turn = 0;
  const due = async (mine: number): Promise<void> => {
    await before();
    if (mine !== turn) return;
    first = undefined;
    fire();
  };
  return {
    start: () => {
      clearTimeout(timer);
      first ??= performance.now();
      turn += 1;
      const mine = turn;
      const rest = Math.max(0, longest - (performance.now() - first));
      timer = setTimeout(() => void due(mine), Math.min(quiet, rest));
    },
    stop: () => {
      clearTimeout(timer);
      turn += 1;
    },
  };
};
