import type { Digest } from '../fingerprint/canonical.ts';
import type { CacheEntry } from '../types/generated/fingerprint.ts';
import type { StageRunRecord } from '../types/generated/stage-run.ts';

/** The cache entry that a stage run leaves: what its fingerprint stands for. */
export const entryOf = (record: StageRunRecord, stageRun: Digest): CacheEntry => ({
  format: 'stemma-fingerprint-v1',
  fingerprint: record.fingerprint,
  fields: record.fields,
  outs: Object.fromEntries(
    record.outs.map(({ name, digest, kind, bytes, files }) => [
      name,
      { digest, kind, bytes, ...(files !== undefined && { files }) },
    ]),
  ),
  ...(record.summary !== undefined && { summary: record.summary }),
  metrics: record.metrics,
  ...(record.gate && { gate: record.gate }),
  stageRun,
  seconds: record.seconds,
});
