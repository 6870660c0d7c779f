import { join, relative } from 'node:path';
import { type Digest, digestOf } from '../fingerprint/canonical.ts';
import { isUnderWay, pipelineOf, readJournals } from '../store/journal.ts';
import { lockFiles } from '../store/locks.ts';
import type { RunRecord } from '../types/generated/run.ts';
import type { Project } from '../types/pipeline.ts';
import type { Listener } from './finding.ts';
import { entriesIn, jsonIn, read, shardedIn } from './read.ts';
import { type RememberedRun, rememberedRuns } from './remembered.ts';
import { readStageRun, type StageRunFile } from './stage-run-file.ts';

/** A file of the store as it was read. */
export interface StoredFile {
  /** Relative to the project. */
  readonly path: string;
  readonly bytes: Buffer;
}

export interface StateFile extends StoredFile {
  readonly pipeline: string;
  readonly stage: string;
}

export interface EntryFile {
  readonly path: string;
  /** As its name says. */
  readonly fingerprint: Digest;
  /** Of its bytes. */
  readonly digest: Digest;
}

export interface RunFile extends StoredFile {
  /** As its name says. */
  readonly run: string;
  readonly digest: Digest;
}

/** A run that has no record yet. */
export interface OpenRun {
  /** Undefined where its journal cannot be read. */
  readonly pipeline: string | undefined;
  /** Whether it goes on; else it was killed or broke off. */
  readonly isUnderWay: boolean;
}

/** All that the store says, read once. */
export interface Survey {
  readonly project: Project;
  readonly store: string;
  readonly states: readonly StateFile[];
  readonly entries: readonly EntryFile[];
  readonly runs: readonly RunFile[];
  /** The text of the file that names the newest record. */
  readonly head: Buffer | undefined;
  /** By digest, as their names say. */
  readonly stageRuns: ReadonlyMap<string, StageRunFile>;
  /** Content by its 64 digits, as the names say: absolute path. */
  readonly contents: ReadonlyMap<string, string>;
  /** Runs that are under way, or were killed and not sealed yet. */
  readonly openRuns: ReadonlyMap<string, OpenRun>;
  readonly remembered: readonly RememberedRun[];
}

/**
 * Reads what refers before what is referred to: a run writes content, then the stage-run record, then entry, state and
 * run record; so of a run that works meanwhile nothing is found that refers to what is not there.
 */
export const surveyStore = (project: Project, listener: Listener): Survey => {
  const store = join(project.artifacts, '.store');
  const pathOf = (file: string): string => relative(project.root, file);
  const load = (file: string): StoredFile[] => {
    const path = pathOf(file);
    const found = read(file);
    if (found === 'gone') return [];
    if ('bytes' in found) return [{ path, bytes: found.bytes }];
    listener.finding('file-unreadable', path, { expected: 'a file that can be read', found: found.problem });
    return [];
  };
  const remembered = rememberedRuns(store);
  const openBefore = openRunsIn(store);
  const states = statesIn(join(store, 'state-v1'), load);
  const entries = shardedIn(join(store, 'fingerprints-v1'), /^[0-9a-f]{62}\.json$/).flatMap(({ name, file }) =>
    load(file).map(
      ({ path, bytes }): EntryFile => ({
        path,
        fingerprint: `sha256:${name.slice(0, 64)}`,
        digest: digestOf(bytes),
      }),
    ),
  );
  return {
    project,
    store,
    states,
    entries,
    ...chainIn(join(store, 'records-v1'), load),
    stageRuns: stageRunsIn(join(store, 'records-v1', 'stage-runs'), load, listener.progress),
    contents: new Map(
      shardedIn(join(store, 'content-v1'), /^[0-9a-f]{62}$/).map(({ name, file }) => [name, file] as const),
    ),
    remembered,
    openRuns: new Map([...openBefore, ...openRunsIn(store)]),
  };
};

type Load = (file: string) => StoredFile[];

const openRunsIn = (store: string): [run: string, open: OpenRun][] => {
  const folder = join(store, 'running-v1');
  const journals = new Map(readJournals(folder).map((journal) => [journal.run, journal]));
  return entriesIn(folder)
    .filter(({ name }) => name.endsWith('.jsonl'))
    .map(({ name }) => {
      const run = name.slice(0, -'.jsonl'.length);
      const journal = journals.get(run);
      if (journal === undefined) return [run, { pipeline: undefined, isUnderWay: false }];
      return [run, { pipeline: pipelineOf(journal), isUnderWay: isUnderWay(journal, lockFiles(store)) }];
    });
};

const statesIn = (folder: string, load: Load): StateFile[] =>
  entriesIn(folder)
    .filter((pipeline) => pipeline.isDirectory())
    .flatMap(({ name: pipeline }) =>
      entriesIn(join(folder, pipeline))
        .filter(({ name }) => name.endsWith('.json'))
        .flatMap(({ name }) =>
          load(join(folder, pipeline, name)).map((stored) => ({
            ...stored,
            pipeline,
            stage: name.slice(0, -'.json'.length),
          })),
        ),
    );

/** The head moves while runs end: records and head are read again until it stood still. */
const chainIn = (folder: string, load: Load): Pick<Survey, 'runs' | 'head'> => {
  const readHead = (): Buffer | undefined => load(join(folder, 'head'))[0]?.bytes;
  for (let head = readHead(); ; ) {
    const runs = runsIn(join(folder, 'runs'), load);
    const after = readHead();
    if (head === after || (head !== undefined && after?.equals(head))) return { runs, head };
    head = after;
  }
};

const runsIn = (folder: string, load: Load): RunFile[] =>
  entriesIn(folder)
    .filter((entry) => entry.isFile() && /^[\dT-]{19}-[0-9a-f]{4}\.json$/.test(entry.name))
    .flatMap(({ name }) =>
      load(join(folder, name)).map((stored) => ({
        ...stored,
        run: name.slice(0, -'.json'.length),
        digest: digestOf(stored.bytes),
      })),
    );

const stageRunsIn = (folder: string, load: Load, onProgress: Listener['progress']): Map<string, StageRunFile> => {
  const files = shardedIn(folder, /^[0-9a-f]{62}\.json$/);
  const found = new Map<string, StageRunFile>();
  for (const [i, { name, file }] of files.entries()) {
    const digest: Digest = `sha256:${name.slice(0, 64)}`;
    for (const { path, bytes } of load(file)) found.set(digest, readStageRun(path, bytes, digest));
    onProgress(i + 1, files.length);
  }
  return found;
};

/** The record of a run, if the bytes are one. */
export const runRecordIn = ({ bytes, run }: RunFile, conforms: (value: unknown) => string | undefined) => {
  const value = jsonIn(bytes);
  const problem = conforms(value);
  if (problem !== undefined) return { problem };
  const record = value as RunRecord;
  return record.run === run ? { record } : { problem: `it is the record of run ${record.run}` };
};
