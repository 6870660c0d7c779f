import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../../fingerprint/canonical.ts';
import { isRunRecord } from '../generated/run.js';
import { isRightStageRun, isRightState } from '../shapes.ts';
import { type Tree, Unreadable } from './content-table.ts';
import type { KnownRun } from './policy.ts';

/** What a stage run needs to be restored, told about and replayed. */
export interface StageRunUse {
  readonly run: string;
  readonly pipeline: string;
  readonly stage: string;
  /** Digest that its scratch folder is named by. */
  readonly scratch: string;
  /** It made outs, so that its checkpoints are of no more use. */
  readonly finished: boolean;
  /** Outs, inputs that stages made, and the log. */
  readonly trees: readonly Tree[];
  /** Folders that it names, those that no stage made too: their manifests are part of the lineage. */
  readonly folders: readonly string[];
}

/**
 * Reads runs, stage runs and states from their files: the records are the truth, not what was derived of them.
 * What has been read is not read again, so that looking for what is new costs little, however long the history.
 */
export interface History {
  readonly runs: ReadonlyMap<string, KnownRun | Unreadable>;
  /** By digest. */
  readonly stageRuns: ReadonlyMap<string, StageRunUse | Unreadable>;
  /** Digests of stage runs that the journals of runs under way name, by run. */
  readonly journals: ReadonlyMap<string, readonly string[]>;
  /** Digests of the pipelines' files that those runs are of. */
  readonly files: ReadonlySet<string>;
  /** Reads what has come or changed since the last time, and says what that is. */
  readonly update: () => Fresh;
}

export interface Fresh {
  readonly runs: readonly (KnownRun | Unreadable)[];
  readonly stageRuns: readonly (readonly [digest: string, use: StageRunUse | Unreadable])[];
  readonly states: readonly StateUse[];
}

/** What stands in the workspace: digests of outs, and of the stage run that made them. */
export interface StateUse {
  readonly stageRun: string;
  readonly outs: readonly string[];
}

export const openHistory = (store: string): History => {
  const runs = new Map<string, KnownRun | Unreadable>();
  const stageRuns = new Map<string, StageRunUse | Unreadable>();
  const journals = new Map<string, readonly string[]>();
  const files = new Set<string>();
  const folders = createFolders();
  let fresh = nothing();
  const readRuns = () => {
    const folder = join(store, 'records-v1', 'runs');
    for (const name of folders.changed(folder) ?? []) {
      const run = /^([\dT-]{19}-[0-9a-f]{4})\.json$/.exec(name)?.[1];
      if (run === undefined || runs.has(run)) continue;
      const read = readRun(join(folder, name), run);
      runs.set(run, read);
      fresh.runs.push(read);
    }
  };
  const readStageRuns = () => {
    for (const shard of shards) {
      const folder = join(store, 'records-v1', 'stage-runs', shard);
      for (const name of folders.changed(folder) ?? []) {
        const digest = `sha256:${shard}${name.slice(0, 62)}`;
        if (!/^[0-9a-f]{62}\.json$/.test(name) || stageRuns.has(digest)) continue;
        const read = readStageRun(join(folder, name), digest);
        stageRuns.set(digest, read);
        fresh.stageRuns.push([digest, read]);
      }
    }
  };
  // One that has gone stays a root: until the next time nothing of it is freed.
  const readStates = () => {
    const folder = join(store, 'state-v1');
    for (const pipeline of namesIn(folder))
      for (const name of folders.changed(join(folder, pipeline)) ?? []) {
        const state = readState(join(folder, pipeline, name));
        if (state !== undefined) fresh.states.push(state);
      }
  };
  const readJournals = () => {
    journals.clear();
    for (const name of namesIn(join(store, 'running-v1'))) {
      const text = textOf(join(store, 'running-v1', name)) ?? '';
      for (const [, digest] of text.matchAll(fileNamed)) files.add(digest!);
      journals.set(
        name.replace(/\.jsonl$/, ''),
        [...text.matchAll(stageRunNamed)].map(([, digest]) => digest!),
      );
    }
  };
  return {
    runs,
    stageRuns,
    journals,
    files,
    update: () => {
      fresh = nothing();
      // Journals first: a run that ends meanwhile has its record by the time that the records are read.
      readJournals();
      readStates();
      readStageRuns();
      readRuns();
      return fresh;
    },
  };
};

const nothing = () => ({
  runs: [] as (KnownRun | Unreadable)[],
  stageRuns: [] as [string, StageRunUse | Unreadable][],
  states: [] as StateUse[],
});

// A journal may be torn at its end; what its whole part names is what counts.
const fileNamed = /"digest":\s*"(sha256:[0-9a-f]{64})"/g;
const stageRunNamed = /"stageRun":\s*"(sha256:[0-9a-f]{64})"/g;

const shards = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

/** Lists folders again only when something has come into them or gone. */
const createFolders = () => {
  const seen = new Map<string, number>();
  return {
    /** Names in a folder that has changed since the last time; undefined for one that has not, or is not there. */
    changed: (folder: string): string[] | undefined => {
      const stat = statSync(folder, { throwIfNoEntry: false });
      if (stat === undefined || seen.get(folder) === stat.mtimeMs) return undefined;
      // One that was changed in the present tick of the clock may change once more in it: it is not taken for known.
      if (stat.mtimeMs < Date.now() - tick) seen.set(folder, stat.mtimeMs);
      return namesIn(folder);
    },
  };
};

const tick = 2000;

const readRun = (file: string, run: string): KnownRun | Unreadable => {
  const record = parse(textOf(file));
  if (!isRunRecord(record) || record.run !== run) return new Unreadable(file);
  return {
    run,
    pipeline: record.pipeline.name,
    started: record.started,
    succeeded: record.outcome === 'succeeded',
    ...(record.gate?.accepted === true && { accepted: record.gate.candidate }),
    underWay: false,
    file: record.pipeline.digest,
    stageRuns: record.stages.flatMap(({ stageRun }) => stageRun ?? []),
  };
};

const readStageRun = (file: string, digest: string): StageRunUse | Unreadable => {
  const text = textOf(file);
  const record = text !== undefined && digestOf(text) === digest ? parse(text) : undefined;
  if (!isRightStageRun(record)) return new Unreadable(file);
  const { run, pipeline, stage, fingerprint, scratch = fingerprint, state, inputs, outs, log } = record;
  const made = inputs.filter(({ from }) => !/^(path|package) /.test(from ?? ''));
  return {
    run,
    pipeline,
    stage,
    scratch,
    finished: state === 'ran',
    trees: [
      ...[...outs, ...made].map(({ digest: tree, kind }) => ({ digest: tree, kind })),
      ...(log === null ? [] : [{ digest: log, kind: 'file' as const }]),
    ],
    folders: [...outs, ...inputs].flatMap(({ digest: folder, kind }) => (kind === 'folder' ? [folder] : [])),
  };
};

const readState = (file: string): StateUse | undefined => {
  const state = parse(textOf(file));
  if (!isRightState(state)) return undefined;
  return { stageRun: state.stageRun, outs: Object.values(state.outs).map(({ digest }) => digest) };
};

const parse = (text: string | undefined): unknown => {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
};

const textOf = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder).filter((name) => !/\.tmp-\d+-\d+$/.test(name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
};
