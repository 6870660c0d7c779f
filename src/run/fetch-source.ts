import { mkdirSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest } from '../fingerprint/canonical.ts';
import { rememberPlaced } from '../fingerprint/digest-path.ts';
import { fillUrl, variablesIn } from '../load/dep-url.ts';
import { InputProblem, sourcePath } from '../plan/inputs.ts';
import type { Workspace } from '../plan/workspace.ts';
import { withLock } from '../store/lock.ts';
import { stampPast } from '../store/tree.ts';
import type { Progress } from '../types/stage.ts';
import { type Bringing, partName, type UrlDep } from './bringing.ts';
import { download } from './download/download.ts';
import { DownloadProblem } from './download/problem.ts';
import { redact } from './redact.ts';

/** Where the file stands, relative to the project, and the digest of what is read of a url that is not pinned yet. */
export interface Fetched {
  readonly digest: Digest;
  readonly bytes: number;
  readonly path: string;
}

/** What is not pinned yet has no digest. */
type Fetching = Omit<UrlDep, 'digest' | 'kind'> & { readonly digest?: string };

/** Downloads the file of a url, verifies it, and puts it in its place. One process at a time writes its part. */
export const fetchSource = (dep: Fetching, bringing: Bringing): Promise<Fetched> => {
  const { workspace, signal, onNotice } = bringing;
  const onWait = (holder: number) => onNotice(`waiting for process ${holder}, which downloads ${dep.url}`);
  return withLock(workspace.locks.download(partName(dep.url)), () => fetchAlone(dep, bringing), { onWait, signal });
};

const fetchAlone = async (dep: Fetching, { workspace, signal, onProgress, onNotice }: Bringing): Promise<Fetched> => {
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
  // 0: the server does not say how much there is.
  total: total ?? 0,
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
