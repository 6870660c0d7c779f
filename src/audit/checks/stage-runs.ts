import type { Listener } from '../finding.ts';
import type { KnownStageRun } from '../stage-run-file.ts';
import type { Survey } from '../survey.ts';

/** Stage-run records that can be relied on, by digest and by the fingerprint whose outs they made. */
export interface CheckedStageRuns {
  readonly byDigest: ReadonlyMap<string, KnownStageRun>;
  /** Digests of the stage runs that left a cache entry. */
  readonly byFingerprint: ReadonlyMap<string, readonly string[]>;
}

/** Each has the digest that names it, conforms to its schema, and its fingerprint is that of its fields. */
export const checkStageRuns = ({ stageRuns }: Survey, listener: Listener): CheckedStageRuns => {
  const byDigest = new Map<string, KnownStageRun>();
  const byFingerprint = new Map<string, string[]>();
  for (const [digest, file] of stageRuns) {
    if ('damage' in file) listener.finding('stage-run-damaged', file.path, { expected: digest, found: file.damage });
    else if ('falsehood' in file) listener.finding('record-false', file.path, file.falsehood);
    else {
      const { record } = file;
      byDigest.set(digest, record);
      if (record.state === 'ran' && record.uncached === undefined)
        byFingerprint.set(record.fingerprint, [...(byFingerprint.get(record.fingerprint) ?? []), digest]);
    }
  }
  listener.progress(stageRuns.size, stageRuns.size);
  return { byDigest, byFingerprint };
};
