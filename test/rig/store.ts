import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../src/store/process-identity.ts';

/** Everything that is wrong with a store and what was left beside it, as an auditor finds it who knows only the formats. */
export const storeProblems = (root: string): string[] => {
  const store = join(root, 'artifacts/.store');
  return [
    ...contentProblems(store),
    ...jsonFiles(join(store, 'fingerprints-v1')).flatMap((file) => entryProblems(store, file)),
    ...jsonFiles(join(store, 'records-v1/stage-runs')).flatMap(stageRunProblems),
    ...runProblems(store),
    ...leftovers(root),
  ];
};

interface Entry {
  readonly fingerprint: string;
  readonly outs: Readonly<Record<string, { readonly digest: string; readonly kind: string }>>;
  readonly stageRun: string;
}

/** Each content has the digest that its name says. */
const contentProblems = (store: string): string[] =>
  filesBelow(join(store, 'content-v1')).flatMap((path) => {
    const named = path.replace('/', '');
    const found = sha256(readFileSync(join(store, 'content-v1', path)));
    return named === found ? [] : [`content ${path} holds ${found}`];
  });

/** What an entry stands for is there, whole. */
const entryProblems = (store: string, file: string): string[] => {
  const entry = JSON.parse(readFileSync(file, 'utf8')) as Entry;
  const digests = Object.values(entry.outs).flatMap(({ digest, kind }) =>
    kind === 'folder' ? [digest, ...manifestDigests(store, digest)] : [digest],
  );
  const missing = digests.filter((digest) => !existsSync(contentFile(store, digest)));
  const record = join(store, 'records-v1/stage-runs', shard(entry.stageRun));
  return [
    ...missing.map((digest) => `${file} stands for ${digest}, which is not there`),
    ...(existsSync(`${record}.json`) ? [] : [`${file} refers to a stage run that is not there`]),
    ...(file.endsWith(`${shard(entry.fingerprint)}.json`) ? [] : [`${file} is the entry of ${entry.fingerprint}`]),
  ];
};

const manifestDigests = (store: string, digest: string): string[] =>
  existsSync(contentFile(store, digest))
    ? readFileSync(contentFile(store, digest), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => `sha256:${line.replace(/^\\/, '').slice(0, 64)}`)
    : [];

const stageRunProblems = (file: string): string[] => {
  const digest = sha256(readFileSync(file));
  return file.endsWith(`${digest.slice(0, 2)}/${digest.slice(2)}.json`) ? [] : [`${file} was changed`];
};

/** Runs form a chain: from the head, each names the digest of the one before it, and none is left out. */
const runProblems = (store: string): string[] => {
  const records = new Map(
    jsonFiles(join(store, 'records-v1/runs')).map((file): [string, string] => [sha256(readFileSync(file)), file]),
  );
  const head = join(store, 'records-v1/head');
  if (records.size === 0) return existsSync(head) ? ['the head names a run where none is'] : [];
  const [hex, path] = readFileSync(head, 'utf8').trimEnd().split('  ');
  const problems = records.get(hex!)?.endsWith(`/${path}`) ? [] : [`the head names ${hex} at ${path}`];
  for (let at: string | undefined = hex; at !== undefined; ) {
    const file = records.get(at);
    if (file === undefined) return [...problems, `there is no record of ${at}`];
    records.delete(at);
    const { previous } = JSON.parse(readFileSync(file, 'utf8')) as { previous: string | null };
    at = previous?.slice('sha256:'.length);
  }
  return [...problems, ...[...records.values()].map((file) => `${file} is not in the chain`)];
};

/** Temporary files, work under way, locks, journals. */
const leftovers = (root: string): string[] => {
  const store = join(root, 'artifacts/.store');
  const temporary = filesBelow(join(root, 'artifacts')).filter((path) => /\.tmp-/.test(path));
  const work = namesIn(join(store, 'work-v1'));
  const locks = filesBelow(join(store, 'locks-v1'));
  const journals = filesBelow(join(store, 'running-v1'));
  return [...temporary, ...work, ...locks, ...journals].map((name) => `${name} is left over`);
};

/** Whether a process lives. One that has ended and whose end nobody has asked for does not. */
export const lives = (pid: number): boolean => isAlive({ pid, started: null });

/** Contents of all files below a folder, by path. */
export const snapshot = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(filesBelow(folder).map((path) => [path, readFileSync(join(folder, path), 'latin1')]));

/** Contents of all outs of a pipeline, by path. The run's own page lies beside them. */
export const outsOf = ({ root }: { readonly root: string }, pipeline = 'p'): Readonly<Record<string, string>> => {
  const { 'run.html': _, ...outs } = snapshot(join(root, 'artifacts', pipeline));
  return outs;
};

/** Paths of all files below a folder, sorted, relative to it. */
export const filesBelow = (folder: string, prefix = ''): string[] =>
  namesIn(join(folder, prefix)).flatMap((name) => {
    const path = prefix === '' ? name : `${prefix}/${name}`;
    return statSync(join(folder, path)).isDirectory() ? filesBelow(folder, path) : [path];
  });

export const contentFile = (store: string, digest: string): string => join(store, 'content-v1', shard(digest));

const shard = (digest: string): string => {
  const hex = digest.slice('sha256:'.length);
  return `${hex.slice(0, 2)}/${hex.slice(2)}`;
};

const jsonFiles = (folder: string): string[] =>
  filesBelow(folder)
    .filter((path) => path.endsWith('.json'))
    .map((path) => join(folder, path));

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
