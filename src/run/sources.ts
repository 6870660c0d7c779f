import { mkdirSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Digest, digestOf, hexOf } from '../fingerprint/canonical.ts';
import { digestPath, rememberPlaced } from '../fingerprint/digest-path.ts';
import { fillUrl, variablesIn } from '../load/dep-url.ts';
import { type Input, InputProblem, sourcePath } from '../plan/inputs.ts';
import type { Workspace } from '../plan/workspace.ts';
import { DamagedContent } from '../store/content.ts';
import { withLock } from '../store/lock.ts';
import { placeTree, stampPast } from '../store/tree.ts';
import type { Dep, Stage } from '../types/pipeline.ts';
import type { Progress } from '../types/stage.ts';
import { download } from './download/download.ts';
import { DownloadProblem } from './download/problem.ts';
import { redact } from './redact.ts';

type UrlDep = Dep & { readonly kind: 'url' };

export interface Bringing {
  readonly workspace: Workspace;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly onNotice: (message: string) => void;
}

/**
 * Puts the files of a stage's urls where its process finds them: those that stand there, those of the store, and only
 * else those of their servers. Returns the inputs with the sizes that are known now. Throws `InputProblem`, and
 * `Interrupted` when the signal aborts.
 */
export const bringSources = async (
  { stage, inputs }: { readonly stage: Stage; readonly inputs: readonly Input[] },
  bringing: Bringing,
): Promise<Input[]> => {
  const brought: Input[] = [];
  for (const input of inputs) {
    const dep = input.role === 'dep' ? stage.deps[input.name] : undefined;
    brought.push(dep?.kind === 'url' ? { ...input, ...(await bring(dep, bringing)) } : input);
  }
  return brought;
};

/** What a source is once it is there. */
interface Brought {
  readonly bytes: number;
  readonly written: number;
}

const bring = async (dep: UrlDep, bringing: Bringing): Promise<Brought> => {
  const { workspace, signal, onNotice } = bringing;
  const standing = await standingAt(dep, workspace);
  if (standing !== undefined) return standing;
  const lock = workspace.locks.download(partName(dep.url));
  const onWait = (holder: number) => onNotice(`waiting for process ${holder}, which downloads ${dep.url}`);
  const work = async (): Promise<Brought> => {
    // Another process may have brought it meanwhile.
    const now = await standingAt(dep, workspace);
    if (now !== undefined) return now;
    if (!(await placeStored(dep, workspace))) await fetchSource(dep, bringing);
    return (await standingAt(dep, workspace))!;
  };
  return withLock(lock, work, { onWait, signal });
};

/** Where the file stands, relative to the project, and the digest of what is read of a url that is not pinned yet. */
export interface Fetched {
  readonly digest: Digest;
  readonly bytes: number;
  readonly path: string;
}

/** Downloads the file of a url, verifies it, and puts it in its place. Whoever calls holds the lock on its part. */
export const fetchSource = async (
  dep: Omit<UrlDep, 'digest' | 'kind'> & { readonly digest?: string },
  { workspace, signal, onProgress, onNotice }: Bringing,
): Promise<Fetched> => {
  const { url, secrets, authorization } = addressOf(dep, workspace);
  const part = { file: join(workspace.folders.downloads, partName(dep.url)) };
  mkdirSync(dirname(part.file), { recursive: true });
  const found = await download({
    url,
    shown: dep.url,
    part,
    signal,
    ...(authorization !== undefined && { authorization }),
    ...(dep.digest !== undefined && { digest: dep.digest as Digest }),
    onRetry: (message) => onNotice(redact(message, secrets)),
    onBytes: inSteps((done, total) => onProgress(progressOf(dep.name, done, total))),
  }).catch((error: unknown) => {
    if (!(error instanceof DownloadProblem)) throw error;
    throw new InputProblem(redact(error.message, secrets), error.hint ?? proxyHint(url, workspace));
  });
  const path = sourcePath(found.digest, dep.name);
  const target = join(workspace.project.root, path);
  mkdirSync(dirname(target), { recursive: true });
  await flush(part.file);
  await stampPast(part.file);
  await rename(part.file, target);
  rmSync(`${part.file}.json`, { force: true });
  rememberPlaced(target, found, workspace.statCache);
  return { ...found, path };
};

/** On the disk before its name and what the stat cache says of it are. */
const flush = async (file: string): Promise<void> => {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** By the url as it is written: a digest may be corrected while a download goes on. */
export const partName = (url: string): string => hexOf(digestOf(url));

/** The file, where it stands with the right bytes; the stat cache spares reading it. */
const standingAt = async (dep: UrlDep, { project, statCache }: Workspace): Promise<Brought | undefined> => {
  const found = await digestPath(join(project.root, sourcePath(dep.digest as Digest, dep.name)), statCache);
  return found?.kind === 'file' && found.digest === dep.digest
    ? { bytes: found.bytes, written: found.written }
    : undefined;
};

/** What is damaged in the store is taken out of it, so that good bytes can take its place. */
const placeStored = async (dep: UrlDep, { content, project, statCache }: Workspace): Promise<boolean> => {
  const digest = dep.digest as Digest;
  if (!(await content.has(digest))) return false;
  const target = join(project.root, sourcePath(digest, dep.name));
  try {
    await placeTree(content, { digest, kind: 'file', bytes: 0 }, target);
  } catch (error) {
    if (!(error instanceof DamagedContent)) throw error;
    await content.remove(digest);
    return false;
  }
  rememberPlaced(target, { digest }, statCache);
  return true;
};

interface Address {
  readonly url: URL;
  readonly authorization?: string;
  /** Values that no message may hold. */
  readonly secrets: readonly string[];
}

const addressOf = (dep: Pick<UrlDep, 'url' | 'token'>, { environment }: Workspace): Address => {
  const secrets: string[] = [];
  const lookUp = (name: string): string => {
    const value = environment[name];
    if (value === undefined || value === '')
      throw new InputProblem(`${dep.url}: the environment variable ${name} is not set`);
    secrets.push(value, encodeURIComponent(value));
    return value;
  };
  for (const name of variablesIn(dep.url)) lookUp(name);
  const url = new URL(fillUrl(dep.url, lookUp));
  const { username, password } = url;
  const pair = [username, password].map(decodeURIComponent).join(':');
  const authorization =
    dep.token !== undefined
      ? `Bearer ${lookUp(dep.token)}`
      : pair === ':'
        ? undefined
        : `Basic ${Buffer.from(pair).toString('base64')}`;
  return { url, secrets, ...(authorization !== undefined && { authorization }) };
};

/** A chunk is some kilobytes: of a large file, every hundredth part is told, and every megabyte at most. */
const inSteps = (tell: (done: number, total?: number) => void) => {
  let told = Number.NEGATIVE_INFINITY;
  return (done: number, total?: number): void => {
    const step = Math.max(2 ** 20, (total ?? 0) / 100);
    if (done >= told && done < told + step && done !== total) return;
    told = done;
    tell(done, total);
  };
};

const progressOf = (name: string, done: number, total: number | undefined): Progress => ({
  done,
  // A server that does not say how much there is: then the bar stays at its end, and the amount tells.
  total: total ?? done,
  unit: 'bytes',
  note: `downloading ${name}`,
});

/** Said where nothing else is known: it would be odd to look for the cause elsewhere. */
const proxyHint = ({ protocol }: URL, { environment }: Workspace): string | undefined => {
  const names = protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY'];
  const name = [...names, 'all_proxy', 'ALL_PROXY'].find((each) => (environment[each] ?? '') !== '');
  return name === undefined
    ? undefined
    : `${name} is set, and Stemma asks servers itself, through no proxy: put the file into the project, and name it by "path"`;
};
