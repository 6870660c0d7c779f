import { existsSync } from 'node:fs';
import { withLock } from '../store/lock.ts';
import { lockFiles } from '../store/locks.ts';
import type { Project } from '../types/pipeline.ts';
import { type Checked, checkAll } from './check-all.ts';
import { type CheckResult, createCollector } from './collector.ts';
import type { AuditFinding, AuditNote, CheckName } from './finding.ts';
import type { KnownHead } from './head.ts';
import { readOwnHead } from './own-head.ts';
import type { Survey } from './survey.ts';

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
 * While others work, what is read at one moment may not fit what is read at the next. What refers is read before what
 * is referred to, so that what a run adds does no harm; if something is found, all is read again while nobody may add
 * or remove content, as gc does. Content that was right is not hashed again.
 */
export const audit = async (request: AuditRequest): Promise<AuditResult> => {
  const first = await pass(request, new Set());
  if (first.result.findings.length === 0 || !isBusy(first.survey)) return first.result;
  const { content } = lockFiles(first.survey.store);
  const again = () => pass(request, first.sound);
  const { result } = await withLock(content, again, { onWait: () => {}, signal: request.signal });
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

/** A run is under way, or somebody adds or removes content. */
const isBusy = ({ store, openRuns }: Survey): boolean => openRuns.size > 0 || existsSync(lockFiles(store).content);

/** Removed by the first look, so that the second does not meet it. */
const isMended = ({ code }: AuditFinding): boolean => code === 'derived-damaged';

const byPath = (a: AuditFinding, b: AuditFinding): number => (a.path < b.path ? -1 : 1);
