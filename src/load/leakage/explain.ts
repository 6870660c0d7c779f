import type { Finding, JsonDocument } from '../finding.ts';
import { keyAt, valueAt } from '../finding.ts';
import { explainAlterations } from './explain-altered.ts';
import { explainSights } from './explain-sights.ts';
import type { Leak, LeakOf, Told } from './facts.ts';

/**
 * One finding for each mistake. A fit on the wrong rows is told where it is, with the longest way that it leaks along,
 * and not again wherever it is met. What is wrong at a judge or a choice is told there.
 */
export const explainLeaks = (leaks: readonly Leak[], pipeline: string, document: JsonDocument): readonly Finding[] => {
  const of = <Kind extends Leak['kind']>(kind: Kind): readonly LeakOf<Kind>[] =>
    leaks.filter((leak): leak is LeakOf<Kind> => leak.kind === kind);
  const told: readonly Told[] = [
    ...explainSights({ heldOut: of('held out'), seen: of('seen'), told: of('told'), pipeline }),
    ...explainAlterations(of('altered held out'), of('altered')),
  ];
  return told.map(({ finding, stage, dep }) => ({ ...finding, spot: spotOf(document, stage, dep) }));
};

const spotOf = (document: JsonDocument, stage: string, dep: string) =>
  dep === '' ? keyAt(document, 'stages', stage) : valueAt(document, 'stages', stage, 'deps', dep);
