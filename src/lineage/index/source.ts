import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, digestOf, hexOf, isDigest } from '../../fingerprint/canonical.ts';
import { type ManifestEntry, parseManifest } from '../../fingerprint/manifest.ts';
import type { RunRecord } from '../../types/generated/run.ts';
import type { ArtifactRecord, StageRunRecord } from '../../types/generated/stage-run.ts';

/** Where the index reads from: records, and the manifests of folders among the content. */
export interface IndexSource {
  /** Names of all runs that have a record, oldest first. */
  listRuns(): readonly string[];
  /** Undefined where the record is absent or not what it should be. */
  readRun(run: string): { readonly record: RunRecord; readonly digest: Digest } | undefined;
  readStageRun(digest: Digest): StageRunRecord | undefined;
  /** What a folder's manifest lists; undefined where the store no longer has it, or it is damaged. */
  readManifest(folder: Digest): readonly ManifestEntry[] | undefined;
}

/** The source below `artifacts/.store/`. `onDamage` hears of each record that cannot be read as what it should be. */
export const openIndexSource = (store: string, onDamage: (file: string) => void): IndexSource => {
  const runs = join(store, 'records-v1', 'runs');
  const read = <Value>(file: string, parse: (text: string) => Value | undefined): Value | undefined => {
    const text = readIfThere(file);
    const value = text === undefined ? undefined : parse(text);
    if (value === undefined) onDamage(file);
    return value;
  };
  return {
    listRuns: () => listRuns(runs),
    readRun: (run) =>
      read(join(runs, `${run}.json`), (text) => {
        const record = parseJson(text);
        return isRun(record, run) ? { record, digest: digestOf(text) } : undefined;
      }),
    readStageRun: (digest) =>
      read(join(store, 'records-v1', 'stage-runs', `${sharded(digest)}.json`), (text) => {
        const record = digestOf(text) === digest ? parseJson(text) : undefined;
        return isStageRun(record) ? { ...record, metrics: soundMetrics(record.metrics) } : undefined;
      }),
    readManifest: (folder) => {
      const text = readIfThere(join(store, 'content-v1', sharded(folder)));
      // Damaged content is for `audit` to tell.
      return text === undefined || digestOf(text) !== folder ? undefined : manifestIn(text);
    },
  };
};

/** Content that a record calls a folder may be no manifest. */
const manifestIn = (text: string): readonly ManifestEntry[] | undefined => {
  try {
    return parseManifest(text);
  } catch {
    return undefined;
  }
};

const sharded = (digest: Digest): string => `${hexOf(digest).slice(0, 2)}/${hexOf(digest).slice(2)}`;

const listRuns = (folder: string): string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => runFile.test(name))
      .map((name) => name.slice(0, -'.json'.length))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

const runFile = /^[\dT-]{19}-[0-9a-f]{4}\.json$/;

const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Whether a value is what the index takes from a run's record: damage must not reach further than its own row. */
const isRun = (value: unknown, run: string): value is RunRecord => {
  const record = value as RunRecord;
  return (
    record?.format === 'stemma-run-v1' &&
    record.run === run &&
    ['succeeded', 'refused', 'failed', 'interrupted'].includes(record.outcome) &&
    [record.started, record.ended].every((time) => typeof time === 'string' && !Number.isNaN(Date.parse(time))) &&
    isName(record.pipeline?.name) &&
    Array.isArray(record.stages) &&
    record.stages.every(
      (each) => isName(each?.stage) && typeof each.state === 'string' && isAbsentOr(each.stageRun, isDigest),
    )
  );
};

const isStageRun = (value: unknown): value is StageRunRecord => {
  const record = value as StageRunRecord;
  return (
    record?.format === 'stemma-stage-run-v1' &&
    [record.run, record.started].every((text) => typeof text === 'string') &&
    [record.pipeline, record.stage, record.state].every(isName) &&
    isDigest(record.fingerprint) &&
    isObject(record.fields) &&
    isObject(record.metrics) &&
    typeof record.seconds === 'number' &&
    [record.inputs, record.outs].every((list) => Array.isArray(list) && list.every(isArtifact))
  );
};

const isArtifact = (value: ArtifactRecord): boolean =>
  isDigest(value?.digest) &&
  ['file', 'folder'].includes(value.kind) &&
  typeof value.bytes === 'number' &&
  [value.name, value.path].every((text) => typeof text === 'string') &&
  isAbsentOr(value.type, (text) => typeof text === 'string') &&
  isAbsentOr(value.from, (text) => typeof text === 'string');

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** A metric that was no number when it was written, as the loss of a training that diverged, is null in JSON. */
const soundMetrics = (metrics: StageRunRecord['metrics']): StageRunRecord['metrics'] =>
  Object.fromEntries(Object.entries(metrics).filter(([, value]) => isMetric(value)));

const isMetric = (value: unknown): boolean => {
  const { value: middle, low, high } = Object(value) as Record<string, unknown>;
  return Number.isFinite(value) || [middle, low, high].every(Number.isFinite);
};

// Names of pipelines are names of files of the index.
const isName = (value: unknown): value is string => typeof value === 'string' && /^[a-z][a-z0-9_ -]*$/.test(value);

const isAbsentOr = (value: unknown, is: (value: unknown) => boolean): boolean => value === undefined || is(value);
