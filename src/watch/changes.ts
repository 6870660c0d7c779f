/** A path that changed, as far as the machine has to know it. */
export interface Change {
  readonly path: string;
  /** What a change in every run is counted under: the file, or the dep where new files come and go. */
  readonly group: string;
  /** How many runs in a row the group may cause while none but stages seem to write it. */
  readonly patience: number;
  /** Stages that were executing when it changed. */
  readonly during: readonly string[];
}

/** Why a check is made, and the run that may follow. */
export interface Trigger {
  /** Changes made while nothing ran: somebody's own. */
  readonly changes: readonly Change[];
  /** Changes made during the run before: a stage's own, perhaps. */
  readonly echoes: readonly Change[];
  /** At the start, and when the user asks. */
  readonly asked: boolean;
}

/** So many paths are told one by one; of more, that anything may have changed. */
const mostTold = 1000;

/** Stands for changes of which nothing is known but that there may be some. */
export const anything: Change = { path: '', group: '', patience: Number.POSITIVE_INFINITY, during: [] };

/** Each path once; of a path that changed again, all stages that were executing then. */
export const merge = (before: readonly Change[], after: readonly Change[]): readonly Change[] => {
  if (before.length === 0 && after.length < 2) return after;
  const byPath = new Map<string, Change>();
  for (const change of [...before, ...after]) {
    const known = byPath.get(change.path);
    const during = known === undefined ? change.during : [...new Set([...known.during, ...change.during])];
    byPath.set(change.path, { ...change, during });
  }
  return byPath.size <= mostTold ? [...byPath.values()] : [...[...byPath.values()].slice(0, mostTold), anything];
};

export const without = (changes: readonly Change[], paths: readonly string[]): readonly Change[] => {
  const gone = new Set(paths);
  return changes.filter(({ path }) => !gone.has(path));
};
