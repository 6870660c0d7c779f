import type { Role } from './flow.ts';

/**
 * A set of rows that has a name: all of a source, a part that a split makes of others, or what a stage of unknown doing
 * takes of others. The rows are among those of `parents`; a source has none.
 */
export interface RowSet {
  /** Equal sets have equal ids, also in different pipelines. */
  readonly id: string;
  readonly parents: readonly RowSet[];
  readonly part?: Part;
  /** Parts of which these rows are, by the splits that they have gone through. */
  readonly roles: ReadonlySet<Role>;
  /** A split has divided them: what comes after it no longer divides by itself. */
  readonly isDivided: boolean;
  /** Above that of each parent; 0 for a source. */
  readonly depth: number;
}

export interface Part {
  /** Two parts with one partition have no row in common; those of two partitions of the same rows may. */
  readonly partition: string;
  readonly role: Role | undefined;
  /** The stage that divides, and its outs by their part, as `split.train`. */
  readonly pipeline: string;
  readonly stage: string;
  readonly siblings: Readonly<Partial<Record<Role, string>>>;
}

export interface RowSets {
  make(set: { readonly id: string; readonly parents: readonly RowSet[]; readonly part?: Part }): RowSet;
}

/** Makes each set once, so that equal ones are one object. */
export const createRowSets = (): RowSets => {
  const known = new Map<string, RowSet>();
  return {
    make: ({ id, parents, part }) => {
      const there = known.get(id);
      if (there !== undefined) return there;
      const roles = new Set(parents.flatMap((parent) => [...parent.roles]));
      if (part?.role !== undefined) roles.add(part.role);
      const isDivided = part !== undefined || parents.some((parent) => parent.isDivided);
      const depth = Math.max(-1, ...parents.map((parent) => parent.depth)) + 1;
      const made = { id, parents, ...(part && { part }), roles, isDivided, depth };
      known.set(id, made);
      return made;
    },
  };
};

/**
 * How rows that something has learnt from are those that it is to be held against.
 * `same`: they are those, or some of them. `whole`: they were set apart from those as validation or test. `other split`: two splits
 * of the same rows, which know nothing of each other, have put them on both sides.
 */
export type Overlap =
  | { readonly kind: 'same' }
  | { readonly kind: 'whole'; readonly part: Part & { readonly role: Role } }
  | { readonly kind: 'other split'; readonly learnt: Part; readonly held: Part };

/** Whether two sets certainly, or as good as certainly, have rows in common. What cannot be known is no overlap. */
export const overlapOf = (learnt: RowSet, held: RowSet): Overlap | undefined => {
  if (isAmong(learnt, held)) return { kind: 'same' };
  if (isAmong(held, learnt)) {
    const between = [...ancestorsOf(held)].filter((set) => set !== learnt && isAmong(set, learnt) && isHeldOut(set));
    const [set] = between;
    return set === undefined ? { kind: 'same' } : { kind: 'whole', part: set.part as Part & { role: Role } };
  }
  return otherSplit(learnt, held);
};

const isHeldOut = ({ part }: RowSet): boolean => part?.role === 'validation' || part?.role === 'test';

const isAmong = (set: RowSet, whole: RowSet): boolean => ancestorsOf(set).has(whole);

/** A set above another, with the one among it by way of which it was reached. */
interface Reached {
  readonly set: RowSet;
  readonly by?: RowSet;
}

/**
 * Goes up from both sets to where they come from the same rows. A set of several parents may come from the same rows by
 * one way and be set apart by another, so ways are followed in pairs; the deeper set of a pair goes up first, so that
 * two parts of one partition always meet before either is left, and end the pair.
 */
const otherSplit = (learnt: RowSet, held: RowSet): Overlap | undefined => {
  const pairs = new Map<string, readonly [Reached, Reached]>();
  const add = (...pair: readonly [Reached, Reached]): void => {
    const key = JSON.stringify(pair.map(({ set, by }) => [set.id, by?.id]));
    if (!pairs.has(key)) pairs.set(key, pair);
  };
  add({ set: learnt }, { set: held });
  for (const [a, b] of pairs.values()) {
    const [x, y] = [a.set, b.set];
    if (x === y) {
      const [one, other] = [a.by?.part, b.by?.part];
      if (one === undefined || other === undefined || one.partition === other.partition) continue;
      return { kind: 'other split', learnt: one, held: other };
    }
    if (x.part !== undefined && x.part.partition === y.part?.partition) continue;
    if (x.depth >= y.depth) for (const set of x.parents) add({ set, by: x }, b);
    else for (const set of y.parents) add(a, { set, by: y });
  }
  return undefined;
};

/** The parts that a set is among, itself too, the nearest first. */
export const partsAbove = (set: RowSet): readonly (RowSet & { readonly part: Part })[] =>
  [...ancestorsOf(set)].filter((each): each is RowSet & { readonly part: Part } => each.part !== undefined);

/** A set and all that its rows are among, the nearest first. */
const ancestorsOf = (set: RowSet): ReadonlySet<RowSet> => {
  const known = ancestors.get(set);
  if (known !== undefined) return known;
  const found = new Set([set]);
  for (const each of found) for (const parent of each.parents) found.add(parent);
  ancestors.set(set, found);
  return found;
};

const ancestors = new WeakMap<RowSet, ReadonlySet<RowSet>>();
