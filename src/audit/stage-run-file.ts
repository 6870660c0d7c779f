import { type Digest, digestJson, digestOf } from '../fingerprint/canonical.ts';
import { isInnerPath } from '../load/probe.ts';
import { entryOf } from '../store/cache-entry.ts';
import { recordText } from '../store/record-text.ts';
import { stateOf } from '../store/stage-state.ts';
import type { StageRunRecord } from '../types/generated/stage-run.ts';
import { jsonIn } from './read.ts';
import { schemaValidator } from './schemas.ts';

/** What is kept of the record of a stage run: of tens of thousands, the whole would fill the memory. */
export interface KnownStageRun
  extends Pick<
    StageRunRecord,
    'run' | 'pipeline' | 'stage' | 'state' | 'fingerprint' | 'inputs' | 'outs' | 'uncached'
  > {
  /** Where each out lies in the stage's folder. */
  readonly paths: Readonly<Record<string, string>>;
  /** Digest of the cache entry that is made from it. */
  readonly entry: Digest;
  /** Digest of the state file that is made from it. */
  readonly stateFile: Digest;
}

/** A record that can be relied on, or why it cannot. */
export type StageRunFile = { readonly path: string } & (
  | { readonly record: KnownStageRun }
  /** Its digest is another than its name says. */
  | { readonly damage: Digest }
  /** It is whole, and no run would have written it. */
  | { readonly falsehood: Falsehood }
);

interface Falsehood {
  readonly expected: string;
  readonly found: string;
}

/** Reads the record in the bytes of a file that is named by `digest`. */
export const readStageRun = (path: string, bytes: Buffer, digest: Digest): StageRunFile => {
  const found = digestOf(bytes);
  if (found !== digest) return { path, damage: found };
  const value = jsonIn(bytes);
  const problem = schemaValidator('stage-run')(value);
  const record = value as StageRunRecord;
  const falsehood = problem === undefined ? falsehoodIn(record) : notConforming(problem);
  return falsehood === undefined ? { path, record: keep(record, digest) } : { path, falsehood };
};

const keep = (record: StageRunRecord, digest: Digest): KnownStageRun => {
  const { run, pipeline, stage, state, fingerprint, inputs, outs, uncached } = record;
  return {
    ...{ run, pipeline, stage, state, fingerprint, inputs, outs },
    ...(uncached !== undefined && { uncached }),
    paths: record.fields['outs'] as Record<string, string>,
    entry: digestOf(recordText(entryOf(record, digest))),
    stateFile: digestOf(recordText(stateOf(record, digest))),
  };
};

const notConforming = (found: string): Falsehood => ({ expected: 'what schemas/stage-run.schema.json says', found });

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
export const digestOrNot = (fields: unknown): Digest | undefined => {
  try {
    return digestJson(fields);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
};

const isInner = (path: unknown): boolean => typeof path === 'string' && isInnerPath(path);
