import { digestJson } from '../../fingerprint/canonical.ts';
import { isInnerPath } from '../../load/probe.ts';
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
    const falsehood = 'falsehood' in file ? notConforming(file.falsehood) : falsehoodIn(file.record);
    if (falsehood !== undefined) listener.finding('record-false', file.path, falsehood);
    if (falsehood !== undefined || !('record' in file)) continue;
    const { record } = file;
    byDigest.set(digest, record);
    if (record.state !== 'ran' || record.uncached !== undefined) continue;
    byFingerprint.set(record.fingerprint, [...(byFingerprint.get(record.fingerprint) ?? []), digest]);
  }
  return { byDigest, byFingerprint };
};

interface Falsehood {
  readonly expected: string;
  readonly found: string;
}

const notConforming = (found: string): Falsehood => ({ expected: 'what schemas/stage-run.schema.json says', found });

/** What no run would have written, though the record has the digest that names it. */
const falsehoodIn = ({ fields, fingerprint, outs }: StageRunRecord): Falsehood | undefined => {
  const digest = digestOrNot(fields);
  if (digest !== fingerprint)
    return { expected: `the fingerprint of its fields, ${digest ?? 'which have none'}`, found: fingerprint };
  const paths = (fields['outs'] ?? {}) as Readonly<Record<string, unknown>>;
  const strange = outs.find(({ name }) => !Object.hasOwn(paths, name) || !isInner(paths[name]));
  return (
    strange && { expected: "outs at paths in the stage's folder, as its fields say", found: `out ${strange.name}` }
  );
};

/** What is nested deeper than can be followed has no digest. */
export const digestOrNot = (fields: unknown): string | undefined => {
  try {
    return digestJson(fields);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
};

const isInner = (path: unknown): boolean => typeof path === 'string' && isInnerPath(path);
