import type { CacheEntry } from '../types/generated/fingerprint.ts';
import type { StageRunRecord } from '../types/generated/stage-run.ts';
import type { StageStateFile } from '../types/generated/state.ts';

/**
 * The state file of a stage whose outs were put into the workspace: made from the record of the stage run that made
 * them, or from its cache entry, and the same from both. So an audit can say what it has to be, byte by byte.
 */
export const stateOf = (record: StageRunRecord | CacheEntry, stageRun: string): StageStateFile => ({
  format: 'stemma-state-v1',
  fingerprint: record.fingerprint,
  outs: Object.fromEntries(digestsOf(record).map(([name, digest]) => [name, { path: pathsOf(record)[name]!, digest }])),
  stageRun,
  seconds: record.seconds,
  ...(record.summary !== undefined && { summary: record.summary }),
  metrics: record.metrics as Record<string, unknown>,
  ...(record.gate && { gate: record.gate }),
});

const digestsOf = ({ outs }: StageRunRecord | CacheEntry): [name: string, digest: string][] =>
  Array.isArray(outs)
    ? outs.map(({ name, digest }) => [name, digest])
    : Object.entries(outs).map(([name, { digest }]) => [name, digest]);

/** Where the outs lie in the stage's folder is a part of its fingerprint. */
const pathsOf = ({ fields }: StageRunRecord | CacheEntry): Readonly<Record<string, string>> =>
  fields['outs'] as Readonly<Record<string, string>>;
