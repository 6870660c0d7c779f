import type { Leakage } from '../../types/generated/leakage.ts';
import { adversary } from './adversary.ts';
import type { Check, CheckContext, Finding } from './check.ts';
import { drift } from './drift.ts';
import { duplicates } from './duplicates.ts';
import { identifiers } from './identifiers.ts';
import { nearDuplicates } from './near-duplicates.ts';
import type { LeakageParams } from './params.ts';
import { proxies } from './proxies.ts';
import { readSplits, type SplitName } from './splits.ts';
import { groups, times } from './straddling.ts';

/** In the order in which people read them. */
const checks: readonly Check[] = [duplicates, nearDuplicates, groups, times, proxies, identifiers, adversary, drift];

/**
 * Looks for leaks in the data themselves: what the planner cannot see.
 *
 * @param folders of the splits that there are, train first.
 * @param seed of what is drawn: 32 bits.
 * @throws StageError where the splits have not the same columns, or the params name one that is not there.
 */
export const auditSplits = async (
  folders: readonly (readonly [SplitName, string])[],
  { params, seed }: { readonly params: LeakageParams; readonly seed: number },
): Promise<Leakage> => {
  const splits = await readSplits(folders, params.sample);
  const context: CheckContext = { splits, params, seed };
  const looked: Leakage['checks'] = [];
  const findings: Finding[] = [];
  for (const { kind, run } of checks) {
    const checked = await run(context);
    const found = (checked.findings ?? []).map((finding) => accepted(finding, params));
    findings.push(...found);
    looked.push({
      kind,
      state: checked.findings === null ? 'left out' : found.length > 0 ? 'found' : 'clean',
      what: checked.what,
    });
  }
  return {
    format: 'stemma-leakage-v1',
    target: splits[0]?.dataset.manifest.target ?? null,
    splits: Object.fromEntries(splits.map(({ name, dataset }) => [name, dataset.manifest.rows])),
    checks: looked,
    findings: [...findings.filter(isCertain), ...findings.filter((finding) => !isCertain(finding))],
  };
};

const isCertain = ({ certainty }: Finding): boolean => certainty === 'certain';

const accepted = (finding: Finding, { accept }: LeakageParams): Finding => {
  const known = accept.find(
    ({ kind, column }) => kind === finding.kind && (column === undefined || column === finding.column),
  );
  return known === undefined ? finding : { ...finding, accepted: known.reason };
};

/** The findings that are not accepted. */
export const openFindings = ({ findings }: Leakage): readonly Finding[] =>
  findings.filter((finding) => finding.accepted === undefined);
