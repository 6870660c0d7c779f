import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../../fingerprint/canonical.ts';
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

/** What each pipeline has published is what it accepted last, byte for byte, and nothing beside it. */
export const checkPublished = async (
  { project, runs }: Survey,
  { records, isWhole, manifests, settling }: PublishedRequest,
  listener: Listener,
): Promise<void> => {
  const digests = new Map(runs.map(({ run, digest }) => [run, digest]));
  const accepted = lastAccepted(records, digests);
  for (const [i, [pipeline, { record, digest }]] of [...accepted].entries()) {
    listener.progress(i + 1, accepted.size);
    const path = `artifacts/${pipeline}/accepted`;
    const link = join(project.root, path);
    if (lstatSync(link, { throwIfNoEntry: false }) === undefined) {
      listener.note(path, 'does not stand in the workspace; the next run of the pipeline puts it there');
      continue;
    }
    const suffix = `, as run ${record.run} accepted it`;
    if (isOlder(link, { record, isWhole, settling })) {
      listener.note(
        path,
        'is what was accepted before: the run that accepted something else did not come to publish it',
      );
      continue;
    }
    const telling = { code: 'published-changed', suffix } as const;
    for (const out of record.gate!.outs) {
      const what = { recorded: out, at: join(link, out.path), path: `${path}/${out.path}` };
      await compareTree({ ...what, manifest: manifests.entries(out.digest) }, telling, listener);
    }
    checkText({ link, path, text: acceptedText(record, digest)!, suffix }, listener);
    checkOthers({ link, path, record }, listener);
  }
};

interface Accepted {
  readonly record: RunRecord;
  readonly digest: string;
}

/** The run that each pipeline's published outs are of: of runs that published the same, the first. */
const lastAccepted = (
  records: readonly RunRecord[],
  digests: ReadonlyMap<string, string>,
): ReadonlyMap<string, Accepted> => {
  const last = new Map<string, Accepted>();
  for (const record of records) {
    const digest = digests.get(record.run) as `sha256:${string}`;
    const row = acceptedRow(record, digest);
    const before = last.get(record.pipeline.name);
    const same = before && acceptedRow(before.record, digest)?.published === row?.published;
    if (row !== undefined && !same) last.set(record.pipeline.name, { record, digest });
  }
  return last;
};

/** A run that was killed between its record and its publishing left what was there; damage in the history hides which. */
const isOlder = (
  link: string,
  { record, isWhole, settling }: { readonly record: RunRecord } & Pick<PublishedRequest, 'isWhole' | 'settling'>,
): boolean => {
  const leadsTo = lstatSync(link).isSymbolicLink() ? readlinkSync(link) : '';
  const isOwn = leadsTo.startsWith(`.accepted/${record.run}`);
  return !isOwn && leadsTo.startsWith('.accepted/') && (settling.has(record.pipeline.name) || !isWhole);
};

interface Text {
  readonly link: string;
  readonly path: string;
  readonly text: string;
  readonly suffix: string;
}

const checkText = ({ link, path, text, suffix }: Text, listener: Listener): void => {
  const found = read(join(link, acceptedName));
  const is = found === 'gone' ? 'nothing' : 'bytes' in found ? digestOf(found.bytes) : found.problem;
  const expected = digestOf(text);
  if (is !== expected)
    listener.finding('published-changed', `${path}/${acceptedName}`, { expected: expected + suffix, found: is });
};

const checkOthers = (
  { link, path, record }: { readonly link: string; readonly path: string; readonly record: RunRecord },
  listener: Listener,
): void => {
  const known = new Set([acceptedName, ...record.gate!.outs.map((out) => out.path.split('/')[0])]);
  for (const { name } of entriesIn(link))
    if (!known.has(name) && temporaryOwner(name) === undefined)
      listener.finding('published-changed', `${path}/${name}`, { expected: 'no such file', found: 'a file' });
};
