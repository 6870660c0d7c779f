import { readFile, rm } from 'node:fs/promises';
import { posix } from 'node:path';
import { type Digest, isDigest } from '../../fingerprint/canonical.ts';
import { temporaryName } from '../../fingerprint/replace-file.ts';
import { type ContentStore, DamagedContent } from '../../store/content.ts';
import type { GanHistory } from '../../types/generated/gan-history.ts';
import type { TrainingHistory } from '../../types/generated/history.ts';
import type { Leakage } from '../../types/generated/leakage.ts';
import type { ArtifactRecord } from '../../types/generated/stage-run.ts';
import { isFindings } from '../generated/findings.js';
import { isGanHistory } from '../generated/gan-history.js';
import { isHistory } from '../generated/history.js';
import { isLeakage } from '../generated/leakage.js';
import type { RunAccount } from '../run-account.ts';

export interface ReadingOuts {
  readonly content: ContentStore;
  /** Where temporary files may stand: the beginning of their path. */
  readonly beside: string;
}

/** What a run's outs say of how it trained and of what was found, with the stage that made each. */
export interface KeptOuts {
  readonly histories: readonly Kept<TrainingHistory>[];
  readonly ganHistories: readonly Kept<GanHistory>[];
  readonly findings: readonly Kept<FoundInRun>[];
  /** Outs, as `train.history`, that the store no longer has whole, or that this version cannot read. */
  readonly unreadable: readonly string[];
}

export interface Kept<Content> {
  readonly stage: string;
  readonly content: Content;
}

/** Something that a stage found, of whatever kind it is. */
export interface FoundInRun {
  readonly severity: 'error' | 'warning' | 'accepted';
  readonly message: string;
  readonly remedy: string;
}

/** Reads the files of known formats among a run's outs from the store. */
export const readKeptOuts = async (account: RunAccount, reading: ReadingOuts): Promise<KeptOuts> => {
  const histories: Kept<TrainingHistory>[] = [];
  const ganHistories: Kept<GanHistory>[] = [];
  const findings: Kept<FoundInRun>[] = [];
  const unreadable: string[] = [];
  for (const { entry, stageRun } of account.stages)
    for (const out of (stageRun?.outs ?? []).filter(isKnown)) {
      const { stage } = entry;
      const content = await readOut(out, reading);
      if (isHistory(content)) histories.push({ stage, content });
      else if (isGanHistory(content)) ganHistories.push({ stage, content });
      else if (isFindings(content)) findings.push(...content.findings.map((each) => ({ stage, content: each })));
      else if (isLeakage(content)) findings.push(...content.findings.map((each) => ({ stage, content: leak(each) })));
      else if (isOurs(content)) unreadable.push(`${stage}.${out.name}`);
    }
  return { histories, ganHistories, findings, unreadable };
};

const isKnown = ({ path, kind }: ArtifactRecord): boolean => kind === 'file' && known.includes(posix.basename(path));

const known: readonly string[] = ['history.json', 'findings.json', 'leakage.json'];

/** A file that a user's own stage made may have one of these names, too. */
const isOurs = (content: unknown): boolean =>
  content === undefined || String((content as { readonly format?: unknown } | null)?.format).startsWith('stemma-');

const leak = ({ certainty, accepted, message, remedy }: Leakage['findings'][number]): FoundInRun => ({
  severity: accepted !== undefined ? 'accepted' : certainty === 'certain' ? 'error' : 'warning',
  message,
  remedy: accepted ?? remedy,
});

/** Its JSON; undefined where the bytes were freed or damaged, or are no JSON. */
const readOut = async ({ digest }: ArtifactRecord, { content, beside }: ReadingOuts): Promise<unknown> => {
  if (!isDigest(digest)) return undefined;
  const text = await textOf(digest, content, beside);
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
};

const textOf = async (digest: Digest, content: ContentStore, beside: string): Promise<string | undefined> => {
  const file = temporaryName(beside);
  try {
    await content.get(digest, file);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof DamagedContent) return undefined;
    throw error;
  } finally {
    await rm(file, { force: true });
  }
};
