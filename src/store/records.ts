import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, digestOf, hexOf } from '../fingerprint/canonical.ts';
import { replaceFile, writeDurably } from '../fingerprint/replace-file.ts';
import type { CacheEntry } from '../types/generated/fingerprint.ts';
import type { RunRecord } from '../types/generated/run.ts';
import type { StageRunRecord } from '../types/generated/stage-run.ts';
import type { StageStateFile } from '../types/generated/state.ts';
import { type Head, isRunName, openChain } from './chain.ts';
import { isCacheEntry } from './generated/fingerprint.js';
import { isRunRecord } from './generated/run.js';
import { recordText } from './record-text.ts';
import { isRightStageRun, isRightState } from './shapes.ts';

/**
 * All JSON that the store keeps beside content. Records (runs, stage runs) are the truth and never rewritten;
 * entries say what a fingerprint stands for; states say what stands in the workspace.
 */
export interface Records {
  readEntry(fingerprint: Digest): CacheEntry | undefined;
  writeEntry(entry: CacheEntry): void;
  removeEntry(fingerprint: Digest): void;
  readStageRun(digest: string): StageRunRecord | undefined;
  /** Returns the record's digest, by which runs refer to it. */
  writeStageRun(record: StageRunRecord): Digest;
  readState(pipeline: string, stage: string): StageStateFile | undefined;
  writeState(pipeline: string, stage: string, state: StageStateFile): void;
  /** Forgets what stands in the workspace of a pipeline, whose outs are taken away. */
  removeStates(pipeline: string): void;
  readRun(run: string): RunRecord | undefined;
  /** Digest of the record's bytes as they are now. */
  runDigest(run: string): Digest | undefined;
  /**
   * Writes a run's record at the end of the chain, and returns its digest. `seal` gets the digest of the record before.
   * To be called by the holder of the lock on the records.
   */
  writeRun(seal: (previous: Digest | null) => RunRecord): Digest;
  /** Makes `run`, whose record is there, the head, if its writer was killed before it could. */
  mendHead(run: string): void;
  /** The record that was written last; undefined where none was. Of as many runs as there are, one small file is read. */
  head(): Head | undefined;
  /** Names of the runs in the order in which they started. The chain has the order in which they ended. */
  listRuns(): readonly string[];
}

/** Hears of a file that cannot be read as what it should be, and what is wrong with it, as "is damaged". */
type OnDamage = (file: string, what: string) => void;

/** The records below `artifacts/.store/`. */
export const openRecords = (store: string, onDamage: OnDamage): Records => {
  const readJson = <Value>(file: string, isRight: (value: unknown) => value is Value): Value | undefined => {
    const text = readIfThere(file);
    if (text === undefined) return undefined;
    const value = parse(text);
    if (isRight(value)) return value;
    onDamage(file, wrongWith(value));
    return undefined;
  };
  const entries = join(store, 'fingerprints-v1');
  const stageRuns = join(store, 'records-v1', 'stage-runs');
  const chain = openChain(join(store, 'records-v1'), (file) => onDamage(file, damaged));
  const stateFile = (pipeline: string, stage: string) => join(store, 'state-v1', pipeline, `${stage}.json`);
  return {
    readEntry: (fingerprint) => {
      const isRight = (value: unknown) => isCacheEntry(value) && value.fingerprint === fingerprint;
      return readJson(sharded(entries, fingerprint), isRight as (value: unknown) => value is CacheEntry);
    },
    writeEntry: (entry) => writeDurably(sharded(entries, entry.fingerprint), recordText(entry)),
    removeEntry: (fingerprint) => rmSync(sharded(entries, fingerprint), { force: true }),
    readStageRun: (digest) => readRecord(sharded(stageRuns, digest), digest, onDamage),
    writeStageRun: (record) => {
      const digest = digestOf(recordText(record));
      writeDurably(sharded(stageRuns, digest), recordText(record));
      return digest;
    },
    readState: (pipeline, stage) => readJson(stateFile(pipeline, stage), isRightState),
    writeState: (pipeline, stage, state) => {
      mkdirSync(join(store, 'state-v1', pipeline), { recursive: true });
      replaceFile(stateFile(pipeline, stage), recordText(state));
    },
    removeStates: (pipeline) => rmSync(join(store, 'state-v1', pipeline), { recursive: true, force: true }),
    readRun: (run) => {
      const isRight = (value: unknown) => isRunRecord(value) && value.run === run;
      return isRunName(run)
        ? readJson(chain.fileOf(run), isRight as (value: unknown) => value is RunRecord)
        : undefined;
    },
    runDigest: (run) => {
      const bytes = readIfThere(chain.fileOf(run));
      return bytes === undefined ? undefined : digestOf(bytes);
    },
    writeRun: (seal) => {
      const record = seal(chain.head()?.digest ?? null);
      return chain.append(record.run, recordText(record));
    },
    mendHead: chain.mendHead,
    head: chain.head,
    listRuns: chain.list,
  };
};

const sharded = (folder: string, digest: string): string =>
  join(folder, hexOf(digest).slice(0, 2), `${hexOf(digest).slice(2)}.json`);

/** Undefined for what is no JSON. */
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const damaged = 'is damaged';

/** Whoever shares a project with a later version meets its formats: they are whole, and nothing here can read them. */
const wrongWith = (value: unknown): string => {
  const format = (value as { readonly format?: unknown } | null | undefined)?.format;
  const version = typeof format === 'string' ? /^stemma-[a-z-]+-v(\d+)$/.exec(format)?.[1] : undefined;
  return Number(version ?? 0) > 1 ? `is of a later version of Stemma (${format})` : damaged;
};

const readRecord = (file: string, digest: string, onDamage: OnDamage): StageRunRecord | undefined => {
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  const record = digestOf(text) === digest ? parse(text) : undefined;
  if (isRightStageRun(record)) return record;
  onDamage(file, wrongWith(record));
  return undefined;
};

const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};
