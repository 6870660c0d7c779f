import type { Alteration, Facts, Leak, Seen, Sight, Site, Trail } from './facts.ts';
import type { FlowOut, Role, Use } from './flow.ts';
import type { RowSet } from './row-set.ts';
import { overlapOf } from './row-set.ts';
import { madeOf, type StageSight } from './stage-facts.ts';

/** Every leak that shows at a stage, by the facts of its deps and outs. */
export const leaksAt = (at: StageSight, outs: Readonly<Record<string, Facts>>): readonly Leak[] => [
  ...[...at.sights.values()].flatMap((sight) => leaksOfUse(sight, at)),
  ...Object.keys(outs).flatMap((name) => [
    ...leaksOfPart(name, outs[name]!, at),
    ...leaksOfAltered(name, outs[name]!, at),
  ]),
];

const leaksOfUse = (sight: Sight, at: StageSight): readonly Leak[] => {
  const role = [...sight.rows.keys()].some(({ roles }) => roles.has('test')) ? 'test' : undefined;
  const site: Site = { pipeline: at.pipeline, stage: at.stage.name, dep: sight.dep, does: sight.use, role };
  if (sight.use === 'judge') return at.stage.diagnosis ? [] : [...seenAt(site, sight, at), ...alteredAt(site, at)];
  const heldOut = firstHeldOut(sight.rows.keys(), sight.use === 'fit' ? ['test', 'validation'] : ['test']);
  return [
    ...(heldOut === undefined ? [] : [{ kind: 'held out', sight, ...heldOut } as const]),
    ...toldAt(site, at),
    ...(sight.use === 'choose' ? [...seenAt(site, sight, at), ...alteredAt(site, at)] : []),
  ];
};

const firstHeldOut = (
  sets: Iterable<RowSet>,
  roles: readonly Role[],
): { readonly rows: RowSet; readonly role: Role } | undefined => {
  const all = [...sets];
  for (const role of roles) {
    const rows = all.find((set) => set.roles.has(role));
    if (rows !== undefined) return { rows, role };
  }
  return undefined;
};

/** Fits and choices that have seen rows which are chosen by or judged on here. */
const seenAt = (site: Site, sight: Sight, at: StageSight): readonly Leak[] => {
  const leaks: Leak[] = [];
  for (const [other, trail] of seenBy(site, at)) {
    if (!isHeldAgainst(other, sight.use)) continue;
    const isRead = other.use === 'judge' && Object.values(at.deps).some(({ told }) => told.has(other));
    const met = isRead ? undefined : firstOverlap(other.rows.keys(), sight.rows);
    if (met !== undefined) leaks.push({ kind: 'seen', sight: other, site, ...met, trail });
  }
  return leaks;
};

/** Epochs may be compared by rows that an earlier choice went by; a judgement needs rows that nothing has seen. */
const isHeldAgainst = (other: Sight, use: Use): boolean => other.use === 'fit' || use === 'judge';

/** All that the outs which use a dep so have seen; by way of that dep first, so that the trail leads through it. */
const seenBy = (site: Site, at: StageSight): ReadonlyMap<Sight, Trail | undefined> => {
  const { stage, deps, sights } = at;
  const using = outsUsing(site, at);
  const names = new Set([site.dep, ...using.flatMap((out) => madeOf(out, stage))]);
  const seen = new Map<Sight, Trail | undefined>();
  for (const dep of names) for (const [sight, trail] of deps[dep]!.seen) if (!seen.has(sight)) seen.set(sight, trail);
  const own = using.flatMap(({ uses }) => [
    ...uses.fit.map((dep) => `fit ${dep}`),
    ...uses.choose.map((dep) => `choose ${dep}`),
  ]);
  for (const key of own) {
    const sight = sights.get(key)!;
    if (sight.use !== site.does || sight.dep !== site.dep) seen.set(sight, undefined);
  }
  return seen;
};

const outsUsing = ({ does, dep }: Site, { stage }: StageSight): readonly FlowOut[] =>
  Object.values(stage.outs).filter(({ uses }) => does !== 'split' && uses[does].includes(dep));

const firstOverlap = (
  learnt: Iterable<RowSet>,
  held: ReadonlyMap<RowSet, Trail | undefined>,
): Pick<Seen, 'learnt' | 'held' | 'heldTrail'> | undefined => {
  for (const set of learnt) {
    const other = [...held.keys()].find((each) => overlapOf(set, each) !== undefined);
    if (other !== undefined) return { learnt: set, held: other, heldTrail: held.get(other) };
  }
  return undefined;
};

/** Judgements on test that a fit or a choice goes by. */
const toldAt = (site: Site, at: StageSight): readonly Leak[] => {
  const leaks: Leak[] = [];
  const names = new Set(outsUsing(site, at).flatMap((out) => madeOf(out, at.stage)));
  for (const dep of names) {
    for (const [sight, trail] of at.deps[dep]!.seen) {
      const isOnTest = sight.use === 'judge' && firstHeldOut(sight.rows.keys(), ['test']) !== undefined;
      if (isOnTest) leaks.push({ kind: 'told', sight, site: { ...site, dep }, trail });
    }
  }
  return leaks;
};

const alteredAt = (site: Site, { deps }: StageSight): readonly Leak[] =>
  [...deps[site.dep]!.altered].map(([alteration, trail]) => ({ kind: 'altered', alteration, site, trail }));

/** Rows that a split sets apart though something has seen them, or altered them so that copies may stand on both sides. */
const leaksOfPart = (name: string, facts: Facts, at: StageSight): readonly Leak[] => {
  const { split, rows } = at.stage.outs[name]!;
  if (split === undefined || split === 'train') return [];
  const site: Site = { pipeline: at.pipeline, stage: at.stage.name, dep: rows[0] ?? '', does: 'split', role: split };
  const leaks: Leak[] = [];
  for (const [sight, trail] of facts.seen) {
    const met = sight.use === 'judge' ? undefined : firstOverlap(sight.rows.keys(), facts.rows);
    if (met !== undefined) leaks.push({ kind: 'seen', sight, site, ...met, trail });
  }
  for (const [alteration, trail] of facts.altered) leaks.push({ kind: 'altered', alteration, site, trail });
  return leaks;
};

const leaksOfAltered = (name: string, facts: Facts, at: StageSight): readonly Leak[] => {
  const heldOut = at.stage.outs[name]!.altered ? firstHeldOut(facts.rows.keys(), ['test', 'validation']) : undefined;
  if (heldOut === undefined) return [];
  const alteration = [...facts.altered.keys()].find(
    (each): each is Alteration => each.stage === at.stage.name && each.pipeline === at.pipeline,
  )!;
  return [{ kind: 'altered held out', alteration, ...heldOut }];
};
