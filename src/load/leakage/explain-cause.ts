import type { LeakOf, Seen, Told } from './facts.ts';
import type { Group } from './groups.ts';
import type { Overlap } from './row-set.ts';
import { overlapOf } from './row-set.ts';
import { advise, does, furthestOf, nameOfRows, siblingOf, sightTrail, wayTo } from './words.ts';

/** A fit on validation or test, or a choice by test. */
export const explainHeldOut = ({ sight, rows, role }: LeakOf<'held out'>, met: readonly Seen[]): Told => {
  const { stage, dep, use } = sight;
  const code = use === 'fit' ? 'leak-fit-held-out' : 'leak-choice-on-test';
  const message = `stage "${stage}" ${does[use]} rows of ${role}: its dep "${dep}" reads ${nameOfRows(sight.rows, rows)}`;
  const right = use === 'fit' ? 'train' : 'validation';
  const what = role === 'test' ? 'test is for judging alone' : 'validation is for choices';
  const hint = `${advise[use]} the rows of ${siblingOf(rows, right) ?? right}: ${what}`;
  const [first, ...rest] = met;
  const on = first === undefined ? [] : longestWay([first, ...rest]);
  return { finding: { code, message, hint, trail: sightTrail(sight, rows, on) }, stage, dep };
};

/** A fit or a choice on rows of which a split then sets some apart. */
export const explainBeforeSplit = (met: Group<Seen>): Told => {
  const { sight, learnt, held } = furthestOf(met);
  const { part } = overlapOf(learnt, held) as Extract<Overlap, { kind: 'whole' }>;
  const { stage, dep, use } = sight;
  const message = `stage "${stage}" ${does[use]} rows that "${part.stage}" sets apart as ${part.role}`;
  const right = use === 'fit' ? 'train' : 'validation';
  const mend = `${advise[use]} the rows of ${part.siblings[right] ?? right}`;
  const isUpstream = met.some(({ site }) => site.does === 'split' && site.stage === part.stage);
  const first = `split first: let "${part.stage}" read ${nameOfRows(sight.rows, learnt)}, and put "${stage}" behind it: `;
  const finding = {
    code: 'leak-before-split',
    message,
    hint: isUpstream ? first + mend : mend,
    trail: sightTrail(sight, learnt, longestWay(met)),
  } as const;
  return { finding, stage, dep };
};

const longestWay = (met: Group<Seen>): readonly string[] => {
  const { site, trail, sight } = furthestOf(met);
  return site.stage === sight.stage ? [] : wayTo(trail, site);
};
