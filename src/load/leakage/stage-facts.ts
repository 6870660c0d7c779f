import type { Alteration, Facts, Sight, Trail } from './facts.ts';
import type { FlowOut, FlowStage, Role, Use } from './flow.ts';
import type { Part, RowSet, RowSets } from './row-set.ts';

/** A stage, with all that is known of what goes into it. */
export interface StageSight {
  readonly pipeline: string;
  readonly stage: FlowStage;
  /** Facts of each dep, with those of files too. */
  readonly deps: Readonly<Record<string, Facts>>;
  /** Digest of all that decides which rows the stage picks. */
  readonly identity: string;
  readonly rowSets: RowSets;
  /** Stands before labels of stages: empty for the pipeline in question, `other/` for another. */
  readonly prefix: string;
  /** One for each use of a dep, whatever the number of outs. */
  readonly sights: ReadonlyMap<string, Sight>;
}

export const uses = ['fit', 'choose', 'judge'] as const satisfies readonly Use[];

/** What a stage does with the rows of its deps, by use and dep. */
export const sightsOf = ({ pipeline, stage, deps, prefix }: Omit<StageSight, 'sights'>): ReadonlyMap<string, Sight> => {
  const sights = new Map<string, Sight>();
  for (const out of Object.values(stage.outs)) {
    for (const use of uses) {
      for (const dep of out.uses[use]) {
        const key = sightKey(use, dep);
        const sight = { use, pipeline, stage: stage.name, label: `${prefix}${stage.name}`, dep, rows: deps[dep]!.rows };
        if (!sights.has(key)) sights.set(key, sight);
      }
    }
  }
  return sights;
};

const sightKey = (use: Use, dep: string): string => `${use} ${dep}`;

/**
 * Deps that an out is made of. One whose rows other outs hold is none of it: `test` has no part in a normalized `train`.
 * All others may have: a model, a vocabulary, settings.
 */
export const madeOf = (out: FlowOut, { outs, deps }: FlowStage): readonly string[] =>
  Object.keys(deps).filter(
    (dep) =>
      out.rows.includes(dep) ||
      uses.some((use) => out.uses[use].includes(dep)) ||
      !Object.values(outs).some(({ rows }) => rows.includes(dep)),
  );

/** What is known of an out, by what is known of the deps and what the stage declares. */
export const factsOfOut = (name: string, at: StageSight): Facts => {
  const { stage, deps, sights } = at;
  const out = stage.outs[name]!;
  const label = labelOf(at, name);
  const seen = new Map<Sight, Trail | undefined>();
  for (const dep of madeOf(out, stage)) addAll(seen, deps[dep]!.seen, label);
  const told = new Set<Sight>();
  for (const use of uses) {
    for (const dep of out.uses[use]) {
      const sight = sights.get(sightKey(use, dep))!;
      seen.set(sight, undefined);
      if (use === 'judge') told.add(sight);
    }
  }
  return { rows: rowsOf(name, at), seen, altered: alteredOf(name, at), told };
};

/** The first way that is found stays. */
const addAll = <Key>(
  into: Map<Key, Trail | undefined>,
  from: ReadonlyMap<Key, Trail | undefined>,
  label: string,
): void => {
  for (const [key, before] of from) if (!into.has(key)) into.set(key, { label, before });
};

export const labelOf = ({ prefix, stage }: StageSight, out: string): string => `${prefix}${stage.name}.${out}`;

const alteredOf = (name: string, at: StageSight): ReadonlyMap<Alteration, Trail | undefined> => {
  const { rows, altered } = at.stage.outs[name]!;
  const found = new Map<Alteration, Trail | undefined>();
  for (const dep of rows) addAll(found, at.deps[dep]!.altered, labelOf(at, name));
  if (altered) found.set(alterationOf(name, at), undefined);
  return found;
};

/** By its first dep with rows; where it makes them up out of nothing, by no dep. */
const alterationOf = (name: string, at: StageSight): Alteration => {
  const { pipeline, stage, deps, prefix } = at;
  const dep = stage.outs[name]!.rows[0] ?? '';
  return {
    pipeline,
    stage: stage.name,
    label: `${prefix}${stage.name}`,
    dep,
    before: firstTrail(deps[dep]?.rows ?? new Map()),
  };
};

const firstTrail = (rows: ReadonlyMap<RowSet, Trail | undefined>): Trail | undefined => [...rows.values()][0];

const rowsOf = (name: string, at: StageSight): ReadonlyMap<RowSet, Trail | undefined> => {
  const out = at.stage.outs[name]!;
  const rows = out.split === undefined ? carriedRows(name, at) : partRows(name, out.split, at);
  return out.rowsDeclared || rows.size > 0 ? rows : new Map([[ownRows(name, [], at), trailTo(name, at)]]);
};

const trailTo = (name: string, at: StageSight): Trail => ({ label: labelOf(at, name), before: undefined });

const ownRows = (name: string, parents: readonly RowSet[], { identity, rowSets }: StageSight): RowSet =>
  rowSets.make({ id: `${identity}.${name}`, parents });

/**
 * Rows of the deps. Where the stage does not say whether it hands all of them on, and may be dividing them itself
 * (because several outs hold them, or no split has divided them), the out's are rows of their own among them.
 */
const carriedRows = (name: string, at: StageSight): ReadonlyMap<RowSet, Trail | undefined> => {
  const { stage, deps } = at;
  const out = stage.outs[name]!;
  const rows = new Map<RowSet, Trail | undefined>();
  const unknown: RowSet[] = [];
  for (const dep of out.rows) {
    const isShared = Object.values(stage.outs).some((other) => other !== out && other.rows.includes(dep));
    for (const [set, before] of deps[dep]!.rows) {
      if (!out.rowsDeclared && (isShared || !set.isDivided)) unknown.push(set);
      else if (!rows.has(set)) rows.set(set, { label: labelOf(at, name), before });
    }
  }
  if (unknown.length > 0) rows.set(ownRows(name, unknown, at), trailTo(name, at));
  return rows;
};

/**
 * The part of its deps' rows that a split makes an out of. What the source itself gives is taken out of the rows first,
 * one after the other, and only what then remains is divided by the stage: so no two outs of it have a row in common,
 * and a given test set is the same one whatever is done with the rest.
 */
const partRows = (name: string, role: Role, at: StageSight): ReadonlyMap<RowSet, Trail | undefined> => {
  const { stage, deps, identity, rowSets } = at;
  const out = stage.outs[name]!;
  const make = (partition: string, asRole: Role | undefined, parents: readonly RowSet[]): RowSet => {
    const part: Part = { partition, role: asRole, pipeline: at.pipeline, stage: stage.name, siblings: siblingsOf(at) };
    return rowSets.make({ id: `${partition}.${asRole ?? 'rest'}`, parents, part });
  };
  const partOf = (given: readonly string[], whole: readonly RowSet[]): RowSet => {
    const [first, ...others] = given;
    if (first === undefined) return make(identity, role, whole);
    const givenBy = `${first} of ${whole.map(({ id }) => id).join(' ')}`;
    return first === out.given ? make(givenBy, role, whole) : partOf(others, [make(givenBy, undefined, whole)]);
  };
  const whole = [...new Set(out.rows.flatMap((dep) => [...deps[dep]!.rows.keys()]))];
  return new Map([[partOf(givenIn(stage), whole), trailTo(name, at)]]);
};

/** Test first, whatever the order of the outs: a split that is given a validation, too, has the same test as one that is not. */
const givenIn = ({ outs }: FlowStage): readonly string[] => {
  const parts = Object.values(outs);
  const given = takenOut.flatMap((role) => parts.find(({ split }) => split === role)?.given ?? []);
  return [...new Set(given)];
};

const takenOut = ['test', 'validation', 'train'] as const satisfies readonly Role[];

const siblingsOf = (at: StageSight): Part['siblings'] =>
  Object.fromEntries(
    Object.entries(at.stage.outs).flatMap(([name, { split }]) =>
      split === undefined ? [] : [[split, labelOf(at, name)]],
    ),
  );
