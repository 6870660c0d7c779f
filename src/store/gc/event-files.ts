import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Unreadable } from './content-table.ts';
import { type Derived, derived, temporaryFiles } from './derived.ts';
import type { Fresh, History } from './history.ts';
import type { KnownRun } from './policy.ts';

/** Event files of trainings lie beside the store, by pipeline and run: people watch them, and no record names them. */
export interface EventFiles {
  /** A folder for each run that is known; one that has just begun may have another, which is not looked at. */
  readonly all: readonly Derived[];
  /** Those of runs that no kept run is, or rests on, and that made nothing that stands in the workspace. */
  readonly unneeded: () => Derived[];
  /** Says that a run is kept no longer, and which folders nothing needs any more since then. */
  readonly giveUp: (run: KnownRun) => Derived[];
}

interface Known {
  readonly runs: readonly KnownRun[];
  readonly kept: ReadonlyMap<string, unknown>;
  readonly history: History;
  readonly states: Fresh['states'];
}

export const openEventFiles = (store: string, { runs, kept, history, states }: Known): EventFiles => {
  const folders = foldersIn(join(store, '../.runs'), new Set(runs.map(({ run }) => run)));
  const uses = new Map<string, number>();
  const count = (names: Iterable<string>, by: 1 | -1): void => {
    for (const name of names) uses.set(name, (uses.get(name) ?? 0) + by);
  };
  const executedIn = (stageRun: string): string[] => {
    const use = history.stageRuns.get(stageRun);
    return use === undefined || use instanceof Unreadable ? [] : [use.run];
  };
  /** A run that restored a training shows the curves of the one that executed it. */
  const restsOn = ({ run, stageRuns }: KnownRun) => new Set([run, ...stageRuns.flatMap(executedIn)]);
  const isUnneeded = (run: string): boolean => (uses.get(run) ?? 0) <= 0;
  for (const run of runs) if (kept.has(run.run)) count(restsOn(run), 1);
  for (const { stageRun } of states) count(executedIn(stageRun), 1);
  return {
    all: [...folders.values()].flat(),
    unneeded: () => [...folders].flatMap(([run, each]) => (isUnneeded(run) ? each : [])),
    giveUp: (run) => {
      const names = restsOn(run);
      count(names, -1);
      return [...names].filter(isUnneeded).flatMap((name) => folders.get(name) ?? []);
    },
  };
};

/** What a gc that was killed has left. */
export const leftEventFiles = (store: string): string[] =>
  isFolder(join(store, '../.runs')) ? temporaryFiles(join(store, '../.runs')) : [];

/** By run. Links are not followed: what lies behind one is not ours to remove. */
const foldersIn = (folder: string, runs: ReadonlySet<string>): Map<string, Derived[]> => {
  const found = new Map<string, Derived[]>();
  const pipelines = isFolder(folder) ? subfolders(folder) : [];
  for (const pipeline of pipelines)
    for (const run of subfolders(join(folder, pipeline)).filter((name) => runs.has(name)))
      found.set(run, [...(found.get(run) ?? []), derived('event files', join(folder, pipeline, run), 'of a run')]);
  return found;
};

const isFolder = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

const subfolders = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
    .sort();
