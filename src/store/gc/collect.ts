import { renameSync, rmSync } from 'node:fs';
import { temporaryName } from '../../fingerprint/replace-file.ts';
import { type Derived, isBusy, isExecuted } from './derived.ts';
import { isDoomed, readEntry, removeEntries } from './entries.ts';
import type { GcPlan, GcRequest } from './plan.ts';

/** Runs work while nobody commits: what has been recorded before it begins is all that refers to content. */
export type WhileNobodyCommits = <Value>(work: () => Value) => Promise<Value>;

/** What was removed. */
export interface Freed {
  entries: number;
  readonly content: { count: number; bytes: number };
  readonly derived: Derived[];
  /** How many pieces stayed, although they were to go, because a run may use them. */
  inUse: number;
}

/**
 * Removes what a plan says, as far as it still is so. Entries go first and for good, then content: killed at any
 * moment, no entry is left that stands for something that is not there. Both go in batches, each of which begins by
 * taking in what has been recorded since, so that nothing that a commit has just referred to is removed.
 */
export const collect = async (
  plan: GcPlan,
  { store }: Pick<GcRequest, 'store'>,
  whileNobodyCommits: WhileNobodyCommits,
): Promise<Freed> => {
  const freed: Freed = { entries: 0, content: { count: 0, bytes: 0 }, derived: [], inUse: 0 };
  for (const batch of batchesOf(plan.entries))
    await whileNobodyCommits(() => {
      if (look(plan) === 'unknown') return;
      const files = batch.filter(({ file }) => isStillDoomed(file, plan)).map(({ file }) => file);
      removeEntries(files);
      freed.entries += files.length;
    });
  for (const batch of batchesOf(plan.content))
    await whileNobodyCommits(() => {
      if (look(plan) === 'unknown') return;
      for (const number of batch) if (!plan.marks.isNeeded(number)) removeContent(number, plan, freed);
    });
  for (const derived of plan.derived) removeDerived(derived, store, freed);
  return freed;
};

const batchLength = 500;

const batchesOf = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / batchLength) }, (_, i) =>
    items.slice(i * batchLength, (i + 1) * batchLength),
  );

/** Takes in what has been recorded since, and says whether all of it can be read: else it might need anything. */
const look = ({ history, marks, unreadable }: GcPlan): 'known' | 'unknown' => {
  marks.take(history.update(), 'later');
  return marks.unreadable.size > unreadable.length ? 'unknown' : 'known';
};

const isStillDoomed = (file: string, { table, marks }: GcPlan): boolean => {
  const entry = readEntry(file);
  return entry !== undefined && isDoomed(entry, table, marks);
};

const removeContent = (number: number, { table }: GcPlan, freed: Freed): void => {
  rmSync(table.fileOf(table.hexes[number]!), { force: true });
  freed.content.count += 1;
  freed.content.bytes += table.sizes[number]!;
};

const removeDerived = (derived: Derived, store: string, freed: Freed): void => {
  const { kind, path } = derived;
  if (isInUse(kind, path, store)) {
    freed.inUse += 1;
    return;
  }
  // At once, so that who looks for it finds all of it or nothing.
  const aside = temporaryName(path);
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  rmSync(aside, { recursive: true, force: true });
  freed.derived.push(derived);
};

/** Of event files the plan has those of runs that are over, alone. */
const isInUse = (kind: Derived['kind'], path: string, store: string): boolean => {
  if (kind === 'checkpoints') return isExecuted(store, path);
  return kind !== 'temporary files' && kind !== 'event files' && isBusy(store);
};
