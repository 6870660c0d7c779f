import { writeJson } from '../../src/learn/data/dataset.ts';
import { counted } from '../../src/learn/data/words.ts';
import { StageError } from '../../src/learn/error.ts';
import { auditSplits, openFindings } from '../../src/learn/leakage/audit.ts';
import type { LeakageParams } from '../../src/learn/leakage/params.ts';
import type { SplitName } from '../../src/learn/leakage/splits.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { Leakage } from '../../src/types/generated/leakage.ts';
import type { StageRun } from '../../src/types/stage.ts';

/** Looks for leaks between the splits, and fails where one is certain, unless it is told to warn. */
export const run: StageRun<LeakageParams> = async ({ params, deps, outs, seed, notice, summarize }) => {
  const names: readonly SplitName[] = ['train', 'validation', 'test'];
  const folders = names.flatMap((name) => (deps[name] === undefined ? [] : [[name, deps[name]] as const]));
  const leakage = await auditSplits(folders, { params, seed: seed('leakage') });
  const open = openFindings(leakage);
  const certain = open.filter(({ certainty }) => certainty === 'certain');
  if (certain.length > 0 && params.on_leakage === 'error') throw new StageError(complaint(open), certain[0]?.remedy);
  for (const { message } of open) notice(message);
  await writeJson(pathOf(outs, 'leakage'), leakage);
  summarize(summaryOf(leakage));
};

const complaint = (open: readonly Leakage['findings'][number][]): string =>
  [
    `the splits leak: ${counted(open.length, 'finding')}`,
    ...open.map(
      ({ certainty, message, evidence }) => `  ${certainty}: ${message}\n    as ${JSON.stringify(evidence[0] ?? {})}`,
    ),
  ].join('\n');

/** As "no leak in 6 checks", or "2 findings: drift of "Year"". */
const summaryOf = (leakage: Leakage): string => {
  const open = openFindings(leakage);
  const done = leakage.checks.filter(({ state }) => state !== 'left out').length;
  const known = leakage.findings.length - open.length;
  const remark = known === 0 ? '' : ` (${known} accepted)`;
  if (open.length === 0) return `no leak in ${counted(done, 'check')}${remark}`;
  const kinds = [...new Set(open.map(({ kind, column }) => (column === null ? kind : `${kind} of "${column}"`)))];
  return `${counted(open.length, 'finding')}: ${kinds.join(', ')}${remark}`;
};
