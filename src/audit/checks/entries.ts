import { digestJson, isDigest } from '../../fingerprint/canonical.ts';
import { entryOf } from '../../store/cache-entry.ts';
import { recordText } from '../../store/record-text.ts';
import type { CacheEntry } from '../../types/generated/fingerprint.ts';
import type { Listener } from '../finding.ts';
import { jsonIn } from '../read.ts';
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
    const origin = candidates.find((digest) =>
      entry.bytes.equals(
        Buffer.from(recordText(entryOf(stageRuns.byDigest.get(digest)!, digest as `sha256:${string}`))),
      ),
    );
    if (origin !== undefined) right.set(entry.fingerprint, origin);
    else if (candidates.length > 0)
      tellDamaged(entry, `what the record of stage run ${candidates.at(-1)} says`, listener);
    else checkAlone(entry, survey, listener);
  }
  return right;
};

/** No record vouches for the entry: either the record is damaged or gone, or the entry is. */
const checkAlone = (entry: EntryFile, { stageRuns }: Survey, listener: Listener): void => {
  const { fingerprint, fields, stageRun } = (jsonIn(entry.bytes) ?? {}) as Partial<CacheEntry>;
  const isItself = fingerprint === entry.fingerprint && isFields(fields) && digestJson(fields) === fingerprint;
  if (!isItself || !isDigest(stageRun)) tellDamaged(entry, `the entry of ${entry.fingerprint}`, listener);
  // A record that is there and damaged has been told of.
  else if (!stageRuns.has(stageRun)) tellMissingStageRun(stageRun, entry.path, listener);
  else if ('record' in stageRuns.get(stageRun)!) tellDamaged(entry, `a stage run of ${entry.fingerprint}`, listener);
};

const isFields = (fields: unknown): boolean => typeof fields === 'object' && fields !== null;

const tellDamaged = ({ path }: EntryFile, expected: string, listener: Listener): void =>
  listener.finding('entry-damaged', path, { expected, found: 'something else' });
