import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { temporaryName } from '../fingerprint/replace-file.ts';
import { crateOf } from '../lineage/ro-crate/crate.ts';
import { type CrateLibrary, loadCrateLibrary } from '../lineage/ro-crate/library.ts';
import { writePayload } from '../lineage/ro-crate/payload.ts';
import { context, metadataFile } from '../lineage/ro-crate/profiles.ts';
import type { RunAccount } from '../lineage/run-account.ts';
import type { Workspace } from '../plan/workspace.ts';
import { UserMistake } from './user-mistake.ts';

export interface CrateOptions {
  readonly out?: string;
  readonly withFiles?: boolean;
}

/** Writes a folder that is the crate, whole or not at all. */
export const exportCrate = async (
  account: RunAccount,
  workspace: Workspace,
  { out, withFiles = false }: CrateOptions,
): Promise<number> => {
  const library = await libraryFor(workspace.project.root);
  const folder = resolve(out ?? `${account.record.pipeline.name}-${account.record.run}.crate`);
  checkFree(folder);
  const temporary = temporaryName(folder);
  mkdirSync(temporary, { recursive: true });
  try {
    const problem = await fillCrate(account, temporary, { workspace, withFiles, library });
    if (problem !== undefined) {
      process.stderr.write(problem);
      return 1;
    }
    // An empty folder may stand there.
    if (existsSync(folder)) rmSync(folder, { recursive: true });
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  process.stderr.write(`wrote ${relative(process.cwd(), folder)}\n`);
  return 0;
};

const libraryFor = async (root: string): Promise<CrateLibrary> => {
  const library = await loadCrateLibrary(root);
  if (library !== undefined) return library;
  throw new UserMistake(
    'the RO-Crate format needs the package `ro-crate`, which is not installed',
    'run `npm install ro-crate`; Stemma does not bring it, since its licence is GPL-3.0-or-later',
  );
};

const checkFree = (folder: string): void => {
  if (!existsSync(folder) || isEmptyFolder(folder)) return;
  throw new UserMistake(`${relative(process.cwd(), folder)} exists already`, 'name another folder with --out');
};

const isEmptyFolder = (folder: string): boolean => {
  try {
    return readdirSync(folder).length === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw error;
  }
};

interface Filling {
  readonly workspace: Workspace;
  readonly withFiles: boolean;
  readonly library: CrateLibrary;
}

/** Returns what to tell people where outs that were asked for are not to be had. */
const fillCrate = async (
  account: RunAccount,
  folder: string,
  { workspace, withFiles, library }: Filling,
): Promise<string | undefined> => {
  const { project, folders, content } = workspace;
  const sources = { root: project.root, store: folders.store, content, withFiles };
  const { contents, missing } = await writePayload(account, folder, sources);
  if (missing.length > 0)
    return `${missing.map((each) => `error: ${each}\n`).join('')}hint: without --with-files, the outs are described alone\n`;
  const { file } = account.record.pipeline;
  if (contents.pipelineBytes === undefined)
    process.stderr.write(`note: ${file} is no longer what was run: the crate names its digest alone\n`);
  const crate = new library.ROCrate({ '@context': context, '@graph': crateOf(account, contents) });
  writeFileSync(join(folder, metadataFile), `${JSON.stringify(crate, null, 2)}\n`);
  return undefined;
};
