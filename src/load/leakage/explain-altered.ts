import type { LeakOf, Told } from './facts.ts';
import { groups } from './groups.ts';
import { alteredTrail, does, furthestOf, siblingOf, wayTo } from './words.ts';

type Altered = LeakOf<'altered'>;

/**
 * What is altered and should not be. Told once where held-out rows are altered, or altered ones split; else wherever
 * something goes by them.
 */
export const explainAlterations = (
  heldOut: readonly LeakOf<'altered held out'>[],
  met: readonly Altered[],
): readonly Told[] => {
  const misused = groups(heldOut, ({ alteration }) => alteration.label).map(([leak]) => leak);
  const isMisused = ({ alteration }: Altered) => misused.some((leak) => leak.alteration.label === alteration.label);
  const others = groups(
    met.filter((leak) => !isMisused(leak)),
    ({ alteration }) => alteration.label,
  );
  return [
    ...misused.map((leak) => explainHeldOut(leak, met)),
    ...others.flatMap((group) => {
      const split = group.find(({ site }) => site.does === 'split');
      if (split !== undefined) return [explainSplit(split, group)];
      return groups(group, ({ site }) => `${site.stage}.${site.dep}`).map(([leak]) => explainMet(leak));
    }),
  ];
};

/** Rows of validation or test that are augmented or drawn again. */
const explainHeldOut = ({ alteration, rows, role }: LeakOf<'altered held out'>, met: readonly Altered[]): Told => {
  const [first, ...rest] = met.filter((leak) => leak.alteration.label === alteration.label);
  const message = `stage "${alteration.stage}" alters rows of ${role}`;
  const hint = `let it alter ${siblingOf(rows, 'train') ?? 'train'} alone: ${role} has to be as it was found`;
  const trail = alteredTrail(alteration, first === undefined ? [] : longestWay([first, ...rest]));
  return { finding: { code, message, hint, trail }, stage: alteration.stage, dep: alteration.dep };
};

const code = 'leak-altered-rows';

const explainSplit = ({ alteration, site }: Altered, met: readonly [Altered, ...Altered[]]): Told => {
  const message = `stage "${site.stage}" sets rows apart that "${alteration.label}" altered`;
  const hint = `split first, and let "${alteration.label}" alter train alone: else copies of one row stand on both sides`;
  const trail = alteredTrail(alteration, longestWay(met));
  return { finding: { code, message, hint, trail }, stage: site.stage, dep: site.dep };
};

const explainMet = ({ alteration, site, trail }: Altered): Told => {
  const message = `stage "${site.stage}" ${does[site.does]} rows that "${alteration.label}" altered`;
  const hint = `give its dep "${site.dep}" rows that are as they were found`;
  const finding = { code, message, hint, trail: alteredTrail(alteration, wayTo(trail, site)) } as const;
  return { finding, stage: site.stage, dep: site.dep };
};

const longestWay = (met: readonly [Altered, ...Altered[]]): readonly string[] => {
  const { site, trail } = furthestOf(met);
  return wayTo(trail, site);
};
