import type { Alteration, Seen, Sight, Site, Trail } from './facts.ts';
import { labelsOf } from './facts.ts';
import type { Role, Use } from './flow.ts';
import type { RowSet } from './row-set.ts';
import { partsAbove } from './row-set.ts';

/** What a stage does with rows, in a sentence. */
export const does: Readonly<Record<Site['does'], string>> = {
  fit: 'is fitted on',
  choose: 'chooses by',
  judge: 'judges on',
  split: 'sets apart',
};

/** What it has done with them before. */
export const did: Readonly<Record<Use, string>> = { fit: 'was fitted on', choose: 'chose by', judge: 'judged on' };

/** The same as advice. */
export const advise: Readonly<Record<Use, string>> = { fit: 'fit it on', choose: 'choose by', judge: 'judge on' };

/** Behind a stage's name in a trail; a judge stands at the end, and needs no word. */
const doing: Readonly<Record<Use, string>> = { fit: ' (fits)', choose: ' (chooses)', judge: ' (judges)' };

/** `split.train → train (fits) → evaluate`: the way of the rows, the stage that saw them, and the way from it. */
export const sightTrail = (sight: Sight, rows: RowSet, on: readonly string[]): string =>
  joined([...rowsTrail(sight.rows, rows), `${sight.label}${doing[sight.use]}`, ...on]);

/** The way of rows on which one stage fits and by which it chooses, or judges. */
export const bothTrail = ({ sight, site, heldTrail, held }: Seen): string => {
  const both = `${sight.label}${doing[sight.use]}${site.does === 'split' ? '' : doing[site.does]}`;
  return joined([...rowsTrail(new Map([[held, heldTrail]]), held), both.replace(') (', ', ')]);
};

export const alteredTrail = ({ before, label }: Alteration, on: readonly string[]): string =>
  joined([...labelsOf(before), `${label} (alters)`, ...on]);

const joined = (nodes: readonly string[]): string => nodes.join(' → ');

const rowsTrail = (known: ReadonlyMap<RowSet, Trail | undefined>, rows: RowSet): readonly string[] => {
  const labels = labelsOf(known.get(rows));
  return labels.length > 0 ? labels : [fileOf(rows)];
};

/** Rows that no stage has handed on yet are those of a file. */
const fileOf = ({ id }: RowSet): string => id.replace(/^(path|package):\/?/, '');

/** What rows are called where a dep reads them: the last out on their way. */
export const nameOfRows = (known: ReadonlyMap<RowSet, Trail | undefined>, rows: RowSet): string =>
  known.get(rows)?.label ?? fileOf(rows);

/** From where something was learnt to where it is met; a part that a split makes is on the way already. */
export const wayTo = (trail: Trail | undefined, { stage, does: use }: Site): readonly string[] => [
  ...labelsOf(trail),
  ...(use === 'split' ? [] : [use === 'judge' ? stage : `${stage}${doing[use]}`]),
];

/** The out of this pipeline that holds a part of the split that rows have gone through, as `split.validation`. */
export const siblingOf = (rows: RowSet, role: Role): string | undefined =>
  partsAbove(rows)
    .map(({ part }) => part.siblings[role])
    .find((out) => out !== undefined && !out.includes('/'));

/** Of the places where one thing is met, the one where it does most harm: a judge, then a choice, then a mere part. */
export const furthestOf = <Met extends { readonly site: Site }>(met: readonly [Met, ...Met[]]): Met =>
  met.reduce((best, leak) => (weightOf(leak.site) > weightOf(best.site) ? leak : best));

const weightOf = ({ does: use, role }: Site): number =>
  (use === 'judge' ? 4 : use === 'choose' ? 2 : 0) + (role === 'test' ? 1 : 0);
