import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, digestOf } from '../../fingerprint/canonical.ts';
import { temporaryOwner } from '../../fingerprint/replace-file.ts';
import { acceptedName, acceptedText } from '../../store/accepted-file.ts';
import { acceptedRow } from '../../store/ledger.ts';
import type { RunRecord } from '../../types/generated/run.ts';
import { compareTree } from '../compare-tree.ts';
import type { Listener } from '../finding.ts';
import type { StoredManifests } from '../manifests.ts';
import { entriesIn, read } from '../read.ts';
import type { Settling } from '../settling.ts';
import type { Survey } from '../survey.ts';
import type { CheckedRuns } from './runs.ts';

export interface PublishedRequest extends CheckedRuns {
  readonly manifests: StoredManifests;
  readonly settling: Settling;
}

/**
 * What each pipeline has published is what it accepted last, byte for byte, and nothing beside it; what it published
 * before, and keeps for those who have it open, is still what that run accepted.
 */
export const checkPublished = async (
  { project, runs }: Survey,
  request: PublishedRequest,
  listener: Listener,
): Promise<void> => {
  const digests = new Map(runs.map(({ run, digest }) => [run, digest]));
  const accepted = new Map(request.records.filter(({ gate }) => gate?.accepted).map((record) => [record.run, record]));
  const last = lastAccepted([...accepted.values()]);
  for (const [i, [pipeline, { run }]] of [...last].entries()) {
    listener.progress(i + 1, last.size);
    const folder = join(project.artifacts, pipeline);
    const current = checkLink({ folder, pipeline, run }, request, listener);
    for (const { name } of entriesIn(join(folder, '.accepted'))) {
      if (temporaryOwner(name) !== undefined) continue;
      const record = accepted.get(name.slice(0, runLength));
      const path = `artifacts/${pipeline}/${name === current ? 'accepted' : `.accepted/${name}`}`;
      const at = join(folder, '.accepted', name);
      if (record?.pipeline.name === pipeline)
        await checkFolder({ at, path, record, digest: digests.get(record.run)! }, request.manifests, listener);
      else if (request.isWhole)
        listener.finding('published-changed', path, { expected: 'no such folder', found: 'one' });
      else listener.note(path, 'may be of a run that has no record here');
    }
  }
};

/** Of a run's name, by which what it published is called. */
const runLength = '2026-01-01T00-00-00-0000'.length;

/** The run that each pipeline's published outs are of: of runs that published the same, the first. */
const lastAccepted = (records: readonly RunRecord[]): ReadonlyMap<string, RunRecord> => {
  const last = new Map<string, RunRecord>();
  const published = (record: RunRecord) => acceptedRow(record, anyDigest)!.published;
  for (const record of records) {
    const before = last.get(record.pipeline.name);
    if (before === undefined || published(before) !== published(record)) last.set(record.pipeline.name, record);
  }
  return last;
};

const anyDigest: Digest = digestOf('');

interface Link {
  /** Absolute path of the pipeline's folder in `artifacts/`. */
  readonly folder: string;
  readonly pipeline: string;
  /** That the link has to lead to what was accepted in. */
  readonly run: string;
}

/** Name of the folder that the link leads to. A run that was killed before it published has left the old one. */
const checkLink = (
  { folder, pipeline, run }: Link,
  { settling, isWhole }: PublishedRequest,
  listener: Listener,
): string | undefined => {
  const [path, link] = [`artifacts/${pipeline}/accepted`, join(folder, 'accepted')];
  const stat = lstatSync(link, { throwIfNoEntry: false });
  if (stat === undefined) {
    listener.note(path, 'does not stand in the workspace; the next run of the pipeline puts it there');
    return undefined;
  }
  const target = stat.isSymbolicLink() ? readlinkSync(link) : 'no link';
  const current = /^\.accepted\/([^/]+)$/.exec(target)?.[1];
  if (current?.startsWith(run)) return current;
  if (current !== undefined && (settling.has(pipeline) || !isWhole))
    listener.note(path, 'is what was accepted before: the run that accepted something else did not come to publish it');
  else listener.finding('published-changed', path, { expected: `a link to .accepted/${run}`, found: target });
  return current;
};

interface Folder {
  readonly at: string;
  readonly path: string;
  readonly record: RunRecord;
  readonly digest: string;
}

const checkFolder = async (
  { at, path, record, digest }: Folder,
  manifests: StoredManifests,
  listener: Listener,
): Promise<void> => {
  const suffix = `, as run ${record.run} accepted it`;
  for (const out of record.gate!.outs) {
    const what = { recorded: out, at: join(at, out.path), path: `${path}/${out.path}` };
    const telling = { code: 'published-changed', suffix } as const;
    await compareTree({ ...what, manifest: manifests.entries(out.digest) }, telling, listener);
  }
  const found = read(join(at, acceptedName));
  const is = found === 'gone' ? 'nothing' : 'bytes' in found ? digestOf(found.bytes) : found.problem;
  const expected = digestOf(acceptedText(record, digest)!);
  if (is !== expected)
    listener.finding('published-changed', `${path}/${acceptedName}`, { expected: expected + suffix, found: is });
  const known = new Set([acceptedName, ...record.gate!.outs.map((out) => out.path.split('/')[0])]);
  for (const { name } of entriesIn(at))
    if (!known.has(name))
      listener.finding('published-changed', `${path}/${name}`, { expected: 'no such file', found: 'a file' });
};
