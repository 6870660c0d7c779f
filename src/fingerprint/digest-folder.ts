import { statSync } from 'node:fs';
import type { Digest } from './canonical.ts';
import {
  copyRow,
  createTable,
  ctimeAt,
  entriesOf,
  type FileTable,
  forgetReading,
  isSameRow,
  mtimeAt,
  placeRows,
  sizeAt,
} from './file-table.ts';
import { hashFiles } from './hash-files.ts';
import { listFiles } from './list-files.ts';
import { digestManifest, type ManifestEntry } from './manifest.ts';
import { isRacy } from './reading.ts';
import type { StatCache } from './stat-cache.ts';

export interface FolderContent {
  readonly kind: 'folder';
  readonly digest: Digest;
  /** Sum of the files' sizes. */
  readonly bytes: number;
  /** When its newest file was written, ms since 1970; 0 for no file. */
  readonly written: number;
  readonly count: number;
  /** The lines of its manifest, in no particular order; made when asked for. */
  readonly files: () => readonly ManifestEntry[];
}

/** Digest of a folder's manifest, through the stat cache: only files that changed are read. */
export const digestFolder = (root: string, cache: StatCache): Promise<FolderContent> =>
  digestListing({ root, key: root, paths: listFiles(root) }, cache);

/** Files of a folder, chosen by a rule of a name, as a glob. Paths are relative to `root`. */
export interface Selection {
  readonly root: string;
  readonly rule: string;
  readonly paths: readonly string[];
}

/** As `digestFolder`, for chosen files of a folder. */
export const digestSelection = ({ root, rule, paths }: Selection, cache: StatCache): Promise<FolderContent> =>
  digestListing({ root, key: `${root}\0${rule}`, paths }, cache);

interface Listing {
  readonly root: string;
  /** By which the stat cache knows it. */
  readonly key: string;
  readonly paths: readonly string[];
}

const digestListing = async ({ root, key, paths }: Listing, cache: StatCache): Promise<FolderContent> => {
  const known = cache.recallFolder(key);
  const table = createTable(paths);
  const unknown = known === undefined ? [...paths.keys()] : takeKnown(root, known.table, table);
  const now = Date.now();
  if (unknown.length > 0) await hashRows(root, table, unknown);
  // With no file unknown and as many as before, none has gone either.
  const unchanged = unknown.length === 0 && known?.table.paths.length === paths.length;
  const digest = unchanged ? known.digest : digestManifest(entriesOf(table));
  const content = contentOf(table, digest);
  forgetRacy(table, unknown, now);
  if (!unchanged) cache.rememberFolder(key, { digest, table });
  return content;
};

/** Fills the rows of files that are as they were, and returns the others. */
const takeKnown = (root: string, known: FileTable, table: FileTable): number[] => {
  const rowOf = rowFinder(known.paths);
  const unknown: number[] = [];
  for (const [row, path] of table.paths.entries()) {
    const before = rowOf(path, row);
    const stat = before === undefined ? undefined : statSync(`${root}/${path}`);
    if (stat !== undefined && isSameRow(known, before!, stat)) copyRow(known, before!, { table, row });
    else unknown.push(row);
  }
  return unknown;
};

/** Finds the row of a path; at once where folders are listed in the same order as the last time. */
const rowFinder = (paths: readonly string[]): ((path: string, row: number) => number | undefined) => {
  let rows: ReadonlyMap<string, number> | undefined;
  return (path, row) => {
    if (paths[row] === path) return row;
    rows ??= new Map(paths.map((each, i) => [each, i]));
    return rows.get(path);
  };
};

const hashRows = async (root: string, table: FileTable, rows: readonly number[]): Promise<void> => {
  const fresh = await hashFiles(rows.map((row) => `${root}/${table.paths[row]}`));
  if (rows.length === table.paths.length) return placeRows(fresh, table, { from: 0, count: rows.length });
  for (const [i, row] of rows.entries()) copyRow(fresh, i, { table, row });
};

const forgetRacy = (table: FileTable, rows: readonly number[], now: number): void => {
  for (const row of rows)
    if (isRacy({ mtimeMs: mtimeAt(table, row), ctimeMs: ctimeAt(table, row) }, now)) forgetReading(table, row);
};

const contentOf = (table: FileTable, digest: Digest): FolderContent => {
  let bytes = 0;
  let written = 0;
  for (const row of table.paths.keys()) {
    bytes += sizeAt(table, row);
    written = Math.max(written, mtimeAt(table, row));
  }
  return { kind: 'folder', digest, bytes, written, count: table.paths.length, files: () => entriesOf(table) };
};
