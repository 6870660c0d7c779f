import { join } from 'node:path';
import { type Cause, compareRuns, type RunComparison } from '../lineage/compare-runs.ts';
import { type FolderChanges, folderChanges, type ManifestMissing } from '../lineage/folder-changes.ts';
import type { RunAccount } from '../lineage/run-account.ts';
import { findProject } from '../load/project.ts';
import type { Workspace } from '../plan/workspace.ts';
import { renderDiff } from '../ui/lineage/diff-view.ts';
import { createPaint } from '../ui/paint.ts';
import { openForReading } from './open-for-reading.ts';
import { accountNamed } from './run-argument.ts';
import { columnsOf, useColor } from './terminal.ts';

export interface DiffOptions {
  readonly pipeline?: string;
  readonly json?: boolean;
}

/** `stemma diff RUN RUN`: what changed from one run to another, and what it did to the metrics. */
export const diff = async (first: string, second: string, options: DiffOptions): Promise<number> => {
  const workspace = openForReading(findProject(process.cwd()));
  const before = await accountNamed(first, workspace, options.pipeline);
  const after = await accountNamed(second, workspace, options.pipeline);
  if (before === undefined || after === undefined) return 1;
  const comparison = compareRuns(before, after);
  const folders = await foldersOf(comparison, workspace);
  if (options.json) process.stdout.write(`${JSON.stringify(jsonOf(comparison, folders), null, 2)}\n`);
  else {
    const view = { paint: createPaint({ color: useColor(process.stdout) }), columns: columnsOf(process.stdout) };
    process.stdout.write(renderDiff({ comparison, folders }, view));
  }
  return 0;
};

type Folders = ReadonlyMap<Cause, FolderChanges | ManifestMissing>;

const foldersOf = async ({ causes }: RunComparison, { content, folders }: Workspace): Promise<Folders> => {
  const found = new Map<Cause, FolderChanges | ManifestMissing>();
  for (const cause of causes) {
    if (cause.artifacts === undefined) continue;
    const { before, after } = cause.artifacts;
    const changes = await folderChanges(before, after, { content, beside: join(folders.store, 'compared') });
    if (changes !== undefined) found.set(cause, changes);
  }
  return found;
};

const jsonOf = (comparison: RunComparison, folders: Folders) => ({
  before: headOf(comparison.before),
  after: headOf(comparison.after),
  causes: comparison.causes.map((cause) => ({ ...cause, ...(folders.has(cause) && { files: folders.get(cause) }) })),
  changed: comparison.changed.map(({ stage, fingerprint, outs, handedOn }) => ({ stage, fingerprint, outs, handedOn })),
  unchanged: comparison.unchanged,
  onlyBefore: comparison.onlyBefore.map(({ entry }) => entry),
  onlyAfter: comparison.onlyAfter.map(({ entry }) => entry),
  notCompared: comparison.notCompared.map(({ before, after }) => ({ before: before.entry, after: after.entry })),
  metrics: comparison.metrics,
});

const headOf = ({ record, digest }: RunAccount) => {
  const { run, pipeline, started, ended, outcome, command, host } = record;
  return { run, digest, pipeline: pipeline.name, started, ended, outcome, command, host };
};
