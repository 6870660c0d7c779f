import { digestJson } from '../../fingerprint/canonical.ts';
import type { StageRunRecord } from '../../types/generated/stage-run.ts';
import type { Listener } from '../finding.ts';
import type { Survey } from '../survey.ts';

/** Stage-run records that can be relied on, by digest and by the fingerprint whose outs they made. */
export interface CheckedStageRuns {
  readonly byDigest: ReadonlyMap<string, StageRunRecord>;
  /** Digests of the stage runs that left a cache entry. */
  readonly byFingerprint: ReadonlyMap<string, readonly string[]>;
}

/** Each has the digest that names it, conforms to its schema, and its fingerprint is that of its fields. */
export const checkStageRuns = ({ stageRuns }: Survey, listener: Listener): CheckedStageRuns => {
  const byDigest = new Map<string, StageRunRecord>();
  const byFingerprint = new Map<string, string[]>();
  let done = 0;
  for (const [digest, file] of stageRuns) {
    listener.progress(++done, stageRuns.size);
    if ('damage' in file) {
      listener.finding('stage-run-damaged', file.path, { expected: digest, found: file.damage });
      continue;
    }
    const expected = 'falsehood' in file ? 'what schemas/stage-run.schema.json says' : digestJson(file.record.fields);
    const found = 'falsehood' in file ? file.falsehood : file.record.fingerprint;
    if ('falsehood' in file || found !== expected) {
      const what = 'falsehood' in file ? expected : `the fingerprint of its fields, ${expected}`;
      listener.finding('record-false', file.path, { expected: what, found });
      continue;
    }
    byDigest.set(digest, file.record);
    if (file.record.state !== 'ran' || file.record.uncached !== undefined) continue;
    byFingerprint.set(found, [...(byFingerprint.get(found) ?? []), digest]);
  }
  return { byDigest, byFingerprint };
};
