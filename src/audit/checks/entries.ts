import { join } from 'node:path';
import { isDigest } from '../../fingerprint/canonical.ts';
import type { CacheEntry } from '../../types/generated/fingerprint.ts';
import type { Listener } from '../finding.ts';
import { originOf } from '../origin.ts';
import { jsonIn, read } from '../read.ts';
import { digestOrNot } from '../stage-run-file.ts';
import type { EntryFile, Survey } from '../survey.ts';
import { tellMissingStageRun } from './runs.ts';
import type { CheckedStageRuns } from './stage-runs.ts';

/**
 * Each cache entry is, byte for byte, what the record of its stage run makes of it. Returns the fingerprints of the
 * entries that are right, with the digest of the stage run.
 */
export const checkEntries = (
  survey: Survey,
  stageRuns: CheckedStageRuns,
  listener: Listener,
): ReadonlyMap<string, string> => {
  const right = new Map<string, string>();
  for (const [i, entry] of survey.entries.entries()) {
    listener.progress(i + 1, survey.entries.length);
    const candidates = stageRuns.byFingerprint.get(entry.fingerprint) ?? [];
    const origin = candidates.find((digest) => stageRuns.byDigest.get(digest)!.entry === entry.digest);
    if (origin !== undefined) right.set(entry.fingerprint, origin);
    else tellWhatIsWrong(entry, { survey, candidates }, listener);
  }
  return right;
};

interface Around {
  readonly survey: Survey;
  /** Digests of the records that might have made it. */
  readonly candidates: readonly string[];
}

/** Either the entry is damaged, or the record that it was made from is, or is gone. */
const tellWhatIsWrong = (entry: EntryFile, { survey, candidates }: Around, listener: Listener): void => {
  const { fingerprint, fields, stageRun } = entryIn(join(survey.project.root, entry.path));
  const isItself = fingerprint === entry.fingerprint && digestOrNot(fields) === fingerprint;
  const record = isItself && isDigest(stageRun) ? originOf(stageRun, survey) : 'unknown';
  // A record that is there and damaged has been told of.
  if (record === 'damaged') return;
  if (record === 'missing' || (record === 'unknown' && isItself && isDigest(stageRun) && candidates.length === 0))
    tellMissingStageRun(stageRun!, entry.path, listener);
  else {
    const made = candidates.length === 0 ? `stage run ${stageRun}` : `stage run ${candidates.at(-1)}`;
    const expected = isItself ? `what the record of ${made} says` : `the entry of ${entry.fingerprint}`;
    listener.finding('entry-damaged', entry.path, { expected, found: 'something else' });
  }
};

const entryIn = (file: string): Partial<CacheEntry> => {
  const found = read(file);
  return ((typeof found === 'object' && 'bytes' in found ? jsonIn(found.bytes) : undefined) ??
    {}) as Partial<CacheEntry>;
};
