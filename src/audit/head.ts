import { type Digest, isDigest } from '../fingerprint/canonical.ts';
import { previousOf } from './chain.ts';
import type { Listener } from './finding.ts';
import type { RunFile, Survey } from './survey.ts';

/** The head of the history as somebody wrote it down: a digest or its beginning, and the run's name if it was kept. */
export interface KnownHead {
  /** 16 to 64 digits. */
  readonly hex: string;
  readonly run?: string;
}

/** As a run prints it, or as the head's own file has it; undefined for what is neither. */
export const parseHead = (text: string): KnownHead | undefined => {
  const found = /^(?:sha256:)?([0-9a-f]{16,64})(?:\s+(?:runs\/)?([\dT-]{19}-[0-9a-f]{4})(?:\.json)?)?\s*$/.exec(text);
  return found === null ? undefined : { hex: found[1]!, ...(found[2] !== undefined && { run: found[2] }) };
};

/** The history still contains each of the heads that were written down, and all before it in one chain. */
export const checkHeads = (heads: readonly KnownHead[], survey: Survey, listener: Listener): void => {
  const byDigest = new Map(survey.runs.map((run) => [run.digest, run]));
  const kept = heads.flatMap((head) => survey.runs.filter(({ digest }) => digest.startsWith(`sha256:${head.hex}`)));
  const sound = kept.filter((run) => breakBefore(run, byDigest) === undefined).sort((a, b) => (a.run < b.run ? -1 : 1));
  for (const written of heads) {
    const head = withName(written, survey);
    const expected = `a record with the digest ${head.hex}, and an unbroken chain before it`;
    const run = kept.find(({ digest }) => digest.startsWith(`sha256:${head.hex}`));
    const found = run === undefined ? missingHead(head, survey, sound.at(-1)) : breakBefore(run, byDigest);
    if (found !== undefined) listener.finding('history-rewritten', placeOf(head, run, survey), { expected, found });
  }
};

/** The lineage index may remember which run it was. */
const withName = (head: KnownHead, { remembered }: Survey): KnownHead => {
  const run = head.run ?? remembered.find(({ record }) => record.startsWith(`sha256:${head.hex}`))?.run;
  return run === undefined ? head : { ...head, run };
};

/** Says where the chain from a record back to its beginning breaks. */
const breakBefore = (run: RunFile, byDigest: ReadonlyMap<Digest, RunFile>): string | undefined => {
  for (let at = run; ; ) {
    const previous = previousOf(at);
    if (previous === null) return undefined;
    const before = isDigest(previous) ? byDigest.get(previous) : undefined;
    if (before === undefined) return `the chain breaks before run ${at.run}: no record has the digest that it names`;
    at = before;
  }
};

const missingHead = ({ run }: KnownHead, { runs }: Survey, sound: RunFile | undefined): string => {
  const since = sound === undefined ? '' : `; up to run ${sound.run} it is as it was written down`;
  const newest = runs.at(-1);
  if (newest === undefined) return 'no history at all';
  if (run === undefined)
    return `no record has it: the history was rewritten, or cut off after run ${newest.run}, the newest that is there${since}`;
  if (runs.some((each) => each.run === run))
    return `the record of run ${run} has another digest: it, or one before it, was rewritten${since}`;
  return `run ${run} is not there: the history was cut off before it${since}`;
};

const placeOf = ({ run }: KnownHead, found: RunFile | undefined, { runs }: Survey): string =>
  found?.path ??
  (run !== undefined && runs.some((each) => each.run === run)
    ? `artifacts/.store/records-v1/runs/${run}.json`
    : 'artifacts/.store/records-v1/runs');
