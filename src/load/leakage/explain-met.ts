import type { DiagnosticCode } from '../../diagnostics/catalogue.ts';
import type { LeakOf, Seen, Told } from './facts.ts';
import type { Group } from './groups.ts';
import type { Overlap } from './row-set.ts';
import { overlapOf } from './row-set.ts';
import { bothTrail, did, does, siblingOf, sightTrail, wayTo } from './words.ts';

/** Rows that are judged on, chosen by or set apart, though something has learnt from them. */
export const explainSeen = (met: Group<Seen>): Told => {
  const leak = nearestOf(met);
  const { sight, site, learnt, held, trail } = leak;
  const overlap = overlapOf(learnt, held)!;
  const finding = {
    code: codeOf(leak),
    message: messageOf(leak, overlap),
    hint: hintOf(leak, overlap),
    trail: sight.label === site.stage ? bothTrail(leak) : sightTrail(sight, learnt, wayTo(trail, site)),
  };
  return { finding, stage: site.stage, dep: site.dep };
};

/** Of several that have seen the rows, the one that is told: a certain one, and the last, which is the model. */
const nearestOf = (met: Group<Seen>): Seen => met.reduce((best, leak) => (rankOf(leak) >= rankOf(best) ? leak : best));

const rankOf = ({ sight, learnt, held }: Seen): number =>
  (overlapOf(learnt, held)!.kind === 'other split' ? 0 : 2) + (sight.use === 'fit' ? 1 : 0);

const codeOf = ({ sight, site, held }: Seen): DiagnosticCode => {
  if (sight.use === 'judge' && held.roles.has('test')) return 'leak-choice-on-test';
  if (site.does === 'split') return 'leak-before-split';
  return site.does === 'choose' ? 'leak-choice-on-train' : 'leak-judged-on-seen';
};

const messageOf = ({ sight, site }: Seen, overlap: Overlap): string => {
  const start = `stage "${site.stage}" ${does[site.does]} rows`;
  if (sight.use === 'judge') return `${start} by which its deps were chosen: those that "${sight.label}" judged on`;
  if (sight.label === site.stage) return `${start} that it ${does[sight.use]} itself`;
  const whom = `that "${sight.label}" ${did[sight.use]}`;
  if (overlap.kind !== 'other split') return `${start} ${whom}`;
  const { learnt, held } = overlap;
  return `${start} that may be those ${whom}: "${learnt.stage}" and "${held.stage}" divide the same rows in different ways`;
};

const hintOf = ({ sight, site, learnt, held }: Seen, overlap: Overlap): string => {
  if (sight.use === 'judge') return onValidation;
  if (overlap.kind === 'other split')
    return 'let both have their rows from one split; from another pipeline, as { "pipeline": …, "out": "split.test" }';
  if (site.does === 'split') return 'split rows that nothing has learnt from';
  if (sight.label !== sight.stage) return `take rows that pipeline "${sight.pipeline}" has not learnt from`;
  const role = site.does === 'choose' ? 'validation' : 'test';
  const out = siblingOf(held, role) ?? siblingOf(learnt, role);
  const right = out === undefined ? 'rows that a split has set apart before' : `the rows of ${out}`;
  return site.does === 'choose'
    ? `choose by ${right}`
    : `judge on ${right}; to look at rows that it knows, say "diagnosis": true`;
};

const onValidation = 'choose by an evaluation on validation, and judge on test once, when all is chosen';

/** A fit or a choice that goes by what was judged on test. */
export const explainTold = ({ sight, site, trail }: LeakOf<'told'>): Told => {
  const [rows] = sight.rows.keys();
  const finding = {
    code: 'leak-choice-on-test',
    message: `stage "${site.stage}" ${does[site.does]} what "${sight.label}" found on test`,
    hint: onValidation,
    trail: sightTrail(sight, rows!, wayTo(trail, site)),
  } as const;
  return { finding, stage: site.stage, dep: site.dep };
};
