import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isDigest } from '../fingerprint/canonical.ts';
import { digestPath, rememberPlaced } from '../fingerprint/digest-path.ts';
import { flushFolder, temporaryName } from '../fingerprint/replace-file.ts';
import { acceptedFolder } from '../load/gates.ts';
import { isInnerPath } from '../load/probe.ts';
import type { Workspace } from '../plan/workspace.ts';
import { acceptedName, acceptedText } from '../store/accepted-file.ts';
import { flushTree } from '../store/flush-tree.ts';
import { keepLedger } from '../store/ledger.ts';
import { type PlacedTree, placeTree, type StoredTree } from '../store/tree.ts';
import type { RunRecord } from '../types/generated/run.ts';
import { refuseLinks } from './link-on-the-way.ts';

/**
 * Sees to it that what the pipeline accepted last is what is published, and returns where, relative to the project;
 * undefined where nothing has been accepted. To be called by the holder of the pipeline's lock, when the run's record is
 * written: the records are the truth, and what a killed run left undone the next one does.
 *
 *     .accepted/<run>.tmp-…   filled from the store, checked, flushed
 *       ─▶ .accepted/<run>    one rename
 *       ─▶ accepted ─▶ .accepted/<run>    a link, put in the place of the old one by one rename
 *
 * So whoever looks finds the old one or the new one, whole. The old one stays for those who have it open, until the next.
 */
export const settlePublished = async (pipeline: string, workspace: Workspace): Promise<string | undefined> => {
  const { records, folders, project } = workspace;
  const last = keepLedger(pipeline, { records, store: folders.store }).at(-1);
  if (last === undefined) return undefined;
  const record = records.runDigest(last.run) === last.record ? records.readRun(last.run) : undefined;
  const text = record && acceptedText(record, last.record);
  if (record === undefined || text === undefined) {
    workspace.notice(`what run ${last.run} accepted is not published: its record is not what it was`);
    return undefined;
  }
  const place = placeOf(pipeline, project.root);
  const wanted: Wanted = { ...place, run: last.run, outs: outsOf(record), text };
  if (!(await stands(wanted, workspace))) await publish(wanted, workspace);
  return place.path;
};

interface Place {
  /** Relative to the project. */
  readonly path: string;
  /** Absolute path of the link. */
  readonly link: string;
  /** Absolute path of the folder that holds what was published. */
  readonly folder: string;
}

interface Wanted extends Place {
  readonly run: string;
  readonly outs: readonly (StoredTree & { readonly path: string })[];
  /** Of accepted.json. */
  readonly text: string;
}

const placeOf = (pipeline: string, root: string): Place => {
  const path = `artifacts/${pipeline}/${acceptedFolder}`;
  refuseLinks(root, path);
  refuseLinks(root, `artifacts/${pipeline}/.${acceptedFolder}/any`);
  return { path, link: join(root, path), folder: join(root, `artifacts/${pipeline}/.${acceptedFolder}`) };
};

/** A record must not lead out of the folder, nor name anything but content. */
const outsOf = ({ gate }: RunRecord): Wanted['outs'] =>
  gate!.outs
    .filter(({ path, digest }) => isInnerPath(path) && isDigest(digest))
    .map((out) => out as Wanted['outs'][number]);

const stands = async ({ link, folder, outs, text }: Wanted, { statCache }: Workspace): Promise<boolean> => {
  const current = currentIn(link);
  if (current === undefined || readOr(join(folder, current, acceptedName)) !== text) return false;
  const known = new Set([acceptedName, ...outs.map(({ path }) => path.split('/')[0])]);
  if (readdirSync(join(folder, current)).some((name) => !known.has(name))) return false;
  for (const { path, digest } of outs)
    if ((await digestPath(join(folder, current, path), statCache))?.digest !== digest) return false;
  return true;
};

/** Name of the folder that the link leads to. */
const currentIn = (link: string): string | undefined => {
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined;
  return new RegExp(`^\\.${acceptedFolder}/([^/]+)$`).exec(readlinkSync(link))?.[1];
};

const publish = async (wanted: Wanted, { content, statCache, contentLock }: Workspace): Promise<void> => {
  const { link, folder, outs, text, run } = wanted;
  mkdirSync(folder, { recursive: true });
  const before = currentIn(link);
  const filling = temporaryName(join(folder, run));
  const name = freeName(folder, run);
  try {
    mkdirSync(filling);
    const placed: [path: string, tree: PlacedTree][] = [];
    // What removes content waits.
    await contentLock.hold(async () => {
      for (const out of outs) placed.push([out.path, await placeTree(content, out, join(filling, out.path))]);
    });
    writeFileSync(join(filling, acceptedName), text);
    flushTree(filling);
    renameSync(filling, join(folder, name));
    flushFolder(folder);
    putLink(link, `.${acceptedFolder}/${name}`);
    for (const [path, tree] of placed) rememberPlaced(join(folder, name, path), tree, statCache);
  } finally {
    rmSync(filling, { recursive: true, force: true });
  }
  // A damaged copy of the same is of no use to anybody.
  const kept = before?.startsWith(run) ? undefined : before;
  for (const old of readdirSync(folder))
    if (old !== name && old !== kept) rmSync(join(folder, old), { recursive: true, force: true });
};

/** What was published and then damaged stands under the run's own name until the link has left it. */
const freeName = (folder: string, run: string): string => {
  let name = run;
  for (let copy = 2; existsSync(join(folder, name)); copy++) name = `${run}-${copy}`;
  return name;
};

const putLink = (link: string, target: string): void => {
  if (lstatSync(link, { throwIfNoEntry: false })?.isDirectory())
    throw Object.assign(new Error(`${link} is a folder that Stemma did not make: move it away`), {
      code: 'EEXIST',
      syscall: 'rename',
    });
  const temporary = temporaryName(link);
  try {
    symlinkSync(target, temporary);
    renameSync(temporary, link);
  } finally {
    rmSync(temporary, { force: true });
  }
  flushFolder(dirname(link));
};

const readOr = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};
