import { type Digest, digestOf, isDigest } from '../fingerprint/canonical.ts';
import type { RunFile } from './survey.ts';

/** What the chain of records says of each of them. */
export interface ChainVerdict {
  /** From the newest back: records that the head, or the record after them, vouches for. */
  readonly confirmed: ReadonlySet<RunFile>;
  readonly faults: readonly ChainFault[];
}

export type ChainFault =
  /** Its digest is not the one that the record after it, or the head, names; or that record was removed. */
  | { readonly kind: 'damaged'; readonly run: RunFile; readonly expected: string; readonly by: string }
  /** The record after it is damaged. */
  | { readonly kind: 'unconfirmed'; readonly run: RunFile; readonly by: string }
  /** Known by name from elsewhere. */
  | { readonly kind: 'missing'; readonly run: string | undefined; readonly expected: string; readonly by: string }
  /** It is no link of the chain. */
  | { readonly kind: 'added'; readonly run: RunFile }
  | { readonly kind: 'head'; readonly found: string; readonly expected: string }
  /** A killed run wrote it, and not the head; the next run does. */
  | { readonly kind: 'not headed yet'; readonly run: RunFile };

export interface ChainRequest {
  /** Sorted by name. */
  readonly runs: readonly RunFile[];
  readonly head: Buffer | undefined;
  /** Runs that stage runs name, and that have no record. */
  readonly missing: readonly string[];
  readonly openRuns: { has(run: string): boolean };
}

/**
 * Follows the chain from the head back to its beginning.
 *
 *     head ──▶ record ──previous──▶ record ──previous──▶ … ──▶ null
 *                  └─ no record has that digest: one was changed or removed
 *                        ├─ a run is known that has no record ──▶ it is missing; go on at the end of the rest
 *                        └─ else the end of the rest was changed ──▶ name it; go on at what it names
 *
 * The end of the rest is the record on which none of the rest follows. Where what a changed record says of the one
 * before it is damaged itself, its beginning is made anew: if then its digest is right, so is what was put in.
 */
export const followChain = (request: ChainRequest): ChainVerdict => {
  const rest = new Set(request.runs);
  const byDigest = new Map(request.runs.map((run) => [run.digest, run]));
  const confirmed = new Set<RunFile>();
  const faults: ChainFault[] = [];
  const start = startOf(request, byDigest);
  faults.push(...start.faults);
  const missing = request.missing.filter((name) => !start.faults.some((fault) => isMissing(fault, name)));
  let link: Link | undefined = start.link;
  while (link !== undefined && link.digest !== null) {
    const next: RunFile | undefined = link.digest === 'unknown' ? undefined : byDigest.get(link.digest);
    if (next !== undefined && rest.has(next)) {
      rest.delete(next);
      confirmed.add(next);
      link = linkBefore(next);
      continue;
    }
    const gap = closeGap(link, { rest, missing, preferred: link === start.link ? start.named : undefined });
    faults.push(...gap.faults);
    link = gap.link;
  }
  for (const name of missing)
    faults.push({ kind: 'missing', run: name, expected: 'its record', by: 'its stage runs, or the lineage index,' });
  for (const run of rest) faults.push(leftover(run, request, [...confirmed][0]));
  return { confirmed, faults };
};

const isMissing = (fault: ChainFault, name: string): boolean => fault.kind === 'missing' && fault.run === name;

/** What is said of the next record on the way back: its digest; null where there is none before. */
interface Link {
  readonly digest: Digest | null | 'unknown';
  /** Path of what says so. */
  readonly by: string;
}

interface Start {
  readonly link: Link | undefined;
  readonly faults: readonly ChainFault[];
  /** The record that the head names, which is expected there. */
  readonly named?: RunFile | undefined;
}

export const headPath = 'artifacts/.store/records-v1/head';

const startOf = ({ runs, head, openRuns }: ChainRequest, byDigest: ReadonlyMap<Digest, RunFile>): Start => {
  if (head === undefined && runs.length === 0) return { link: undefined, faults: [] };
  const line = /^([0-9a-f]{64}) {2}runs\/([\dT-]{19}-[0-9a-f]{4})\.json\n$/.exec(head?.toString('latin1') ?? '');
  const end = endsOf(runs)[0];
  const from = (run: RunFile | undefined): Link => ({ digest: run?.digest ?? 'unknown', by: headPath });
  if (line === null) {
    // The first run of all was killed between its record and the head.
    if (head === undefined && runs.every(({ run }) => openRuns.has(run))) return { link: undefined, faults: [] };
    const found = head === undefined ? 'nothing' : 'something else';
    const expected = `a line that names ${end?.run ?? 'the newest record'} with its digest`;
    return { link: from(end), faults: [{ kind: 'head', found, expected }] };
  }
  const digest: Digest = `sha256:${line[1]!}`;
  const named = runs.find(({ run }) => run === line[2]);
  const meant = byDigest.get(digest) ?? runs.find((run) => isNear(run.digest, digest));
  if (meant === undefined) {
    const link = { digest, by: headPath };
    if (named !== undefined) return { link, faults: [], named };
    return { link: from(end), faults: [{ kind: 'missing', run: line[2]!, expected: digest, by: headPath }] };
  }
  if (meant === named && meant.digest === digest) return { link: { digest, by: headPath }, faults: [] };
  const expected = `${meant.digest.slice(7)}  runs/${meant.run}.json`;
  return { link: from(meant), faults: [{ kind: 'head', found: line[0].trimEnd(), expected }] };
};

/** Digests of different bytes differ in about 128 of 256 bits: where it is this few, the text of one was damaged. */
const isNear = (a: Digest, b: Digest): boolean => {
  const other = Buffer.from(b.slice(7), 'hex');
  let bits = 0;
  for (const [i, byte] of Buffer.from(a.slice(7), 'hex').entries())
    for (let rest = byte ^ other[i]!; rest > 0; rest &= rest - 1) bits++;
  return bits <= 8;
};

interface Gap {
  readonly rest: Set<RunFile>;
  /** Names that are taken out when they explain a gap. */
  readonly missing: string[];
  readonly preferred: RunFile | undefined;
}

const closeGap = (link: Link, { rest, missing, preferred }: Gap): { faults: ChainFault[]; link: Link | undefined } => {
  const expected = link.digest === 'unknown' ? 'a record that the one after it names' : String(link.digest);
  const ends = endsOf([...rest]);
  const end = preferred ?? ends[0];
  if (missing.length > 0 && preferred === undefined) {
    const names = missing.splice(0);
    const faults = names.map((run): ChainFault => ({ kind: 'missing', run, expected, by: link.by }));
    return { faults, link: end && { digest: end.digest, by: link.by } };
  }
  if (end === undefined && link.digest === 'unknown') return { faults: [], link: undefined };
  if (end === undefined)
    return { faults: [{ kind: 'missing', run: undefined, expected, by: link.by }], link: undefined };
  if (link.digest === 'unknown') {
    rest.delete(end);
    return { faults: [{ kind: 'unconfirmed', run: end, by: link.by }], link: linkBefore(end) };
  }
  const mended = mend(link.digest!, ends, rest);
  const damaged = mended?.run ?? end;
  rest.delete(damaged);
  const faults: ChainFault[] = [{ kind: 'damaged', run: damaged, expected, by: link.by }];
  if (mended !== undefined) return { faults, link: { digest: mended.previous, by: damaged.path } };
  const claimed = previousOf(damaged);
  // That a damaged record names none before it is believed where there is none.
  const isVouched = claimed === null ? rest.size === 0 : [...rest].some(({ digest }) => digest === claimed);
  return { faults, link: { digest: isVouched ? claimed! : rest.size > 0 ? 'unknown' : null, by: damaged.path } };
};

const linkBefore = (run: RunFile): Link => {
  const previous = previousOf(run);
  return { digest: previous === undefined ? 'unknown' : previous, by: run.path };
};

/** The record among `ends` that has the digest once its beginning names another record before it. */
const mend = (
  digest: Digest,
  ends: readonly RunFile[],
  rest: ReadonlySet<RunFile>,
): { run: RunFile; previous: Digest | null } | undefined => {
  for (const run of ends)
    for (const previous of [null, ...[...rest].map((other) => other.digest)]) {
      const start = Buffer.from(beginning(run.run, previous));
      if (digestOf(Buffer.concat([start, run.bytes.subarray(start.length)])) === digest) return { run, previous };
    }
  return undefined;
};

/** How the record of a run begins. */
const beginning = (run: string, previous: Digest | null): string =>
  `{\n "format": "stemma-run-v1",\n "run": ${JSON.stringify(run)},\n "previous": ${JSON.stringify(previous)},`;

/** What a record says of the one before it; undefined where it cannot be read. */
export const previousOf = ({ bytes }: RunFile): Digest | null | undefined => {
  const found = /\n "previous": (?:"([^"]*)"|null)/.exec(bytes.toString('latin1', 0, beginningLength));
  if (found === null) return undefined;
  return found[1] === undefined ? null : isDigest(found[1]) ? found[1] : undefined;
};

// All that is looked for stands in the first lines.
const beginningLength = 512;

/** Records on which no other one follows, the one that started last first. */
const endsOf = (runs: readonly RunFile[]): RunFile[] => {
  const followed = new Set(runs.map(previousOf));
  return runs.filter(({ digest }) => !followed.has(digest)).reverse();
};

const leftover = (run: RunFile, { openRuns }: ChainRequest, newest: RunFile | undefined): ChainFault =>
  openRuns.has(run.run) && (newest === undefined || previousOf(run) === newest.digest)
    ? { kind: 'not headed yet', run }
    : { kind: 'added', run };
