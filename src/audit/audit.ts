import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../store/lock.ts';
import type { Project } from '../types/pipeline.ts';
import { type Checked, checkAll } from './check-all.ts';
import { type CheckResult, createCollector } from './collector.ts';
import type { AuditFinding, AuditNote, CheckName } from './finding.ts';
import type { KnownHead } from './head.ts';
import { readOwnHead } from './own-head.ts';

export interface AuditRequest {
  readonly project: Project;
  /** Heads of the history that were written down elsewhere. */
  readonly heads: readonly KnownHead[];
  readonly onProgress: (check: CheckName, done: number, total: number) => void;
  readonly signal: AbortSignal;
}

export interface AuditResult {
  readonly checks: readonly CheckResult[];
  /** Sorted by path. */
  readonly findings: readonly AuditFinding[];
  readonly notes: readonly AuditNote[];
  /** The newest record; undefined where nothing has run. */
  readonly head: { readonly run: string; readonly digest: string } | undefined;
  readonly runs: number;
}

/**
 * Holds every file below `artifacts/`, and the inputs of the last runs, against the records. Of what is wrong with
 * derived files, those are removed; nothing else is written.
 *
 * While a run works, what is read at one moment may not fit what is read at the next. So if something is found then,
 * all is read again while nobody may commit; content that was right is not hashed again.
 */
export const audit = async (request: AuditRequest): Promise<AuditResult> => {
  const first = await pass(request, new Set());
  if (first.result.findings.length === 0 || first.survey.openRuns.size === 0) return first.result;
  const again = () => pass(request, first.sound);
  const { result } = await underLocks(first.survey.store, request.signal, again);
  return { ...result, findings: [...first.result.findings.filter(isMended), ...result.findings].sort(byPath) };
};

const pass = async (
  { project, heads, onProgress }: AuditRequest,
  sound: ReadonlySet<string>,
): Promise<Checked & { readonly result: AuditResult }> => {
  const collector = createCollector(onProgress);
  const checked = await checkAll({ project, heads, sound }, collector);
  const { survey } = checked;
  return { ...checked, result: { ...collector.results(), head: readOwnHead(survey), runs: survey.runs.length } };
};

/** What commits take the first of, and what ends of runs take the second of, is held for the time of `work`. */
const underLocks = <Value>(store: string, signal: AbortSignal, work: () => Promise<Value>): Promise<Value> => {
  const options = { onWait: () => {}, signal };
  const locks = join(store, 'locks-v1');
  mkdirSync(locks, { recursive: true });
  return withLock(join(locks, 'content'), () => withLock(join(locks, 'records'), work, options), options);
};

/** Removed by the first look, so that the second does not meet it. */
const isMended = ({ code }: AuditFinding): boolean => code === 'derived-damaged';

const byPath = (a: AuditFinding, b: AuditFinding): number => (a.path < b.path ? -1 : 1);
