import type { Digest } from '../../fingerprint/canonical.ts';
import type { Known } from '../index/rows.ts';
import { namesOf } from './recorded-as.ts';
import type { FoundTarget, Search, Target } from './target.ts';

/** Whether a text can be a digest or the beginning of one. */
export const isDigestPrefix = (text: string): boolean => /^(sha256:)?[0-9a-f]{4,64}$/i.test(text);

/** Finds what a digest, or the beginning of one, is known as. */
export const findByDigest = (text: string, search: Search): FoundTarget => {
  const prefix = text.replace(/^sha256:/i, '').toLowerCase();
  const known = search.index.lookUp(prefix);
  const digests = new Set(known.map(({ digest }) => digest));
  if (digests.size === 0)
    return {
      problem: 'unknown',
      message: `no record knows a digest that is or begins with ${prefix}`,
      hint: '`stemma runs` lists what was run, `stemma trace PATH` takes a file',
    };
  if (digests.size > 1) return ambiguous(prefix, known);
  return targetOf([...digests][0]!, known, search);
};

/** The target that a whole digest stands for; undefined where no record knows it. */
export const targetOfDigest = (digest: Digest, search: Search): Target | undefined => {
  const known = search.index.lookUp(digest.slice('sha256:'.length));
  return known.length === 0 ? undefined : targetOf(digest, known, search);
};

const mostListed = 12;

const ambiguous = (prefix: string, known: readonly Known[]): FoundTarget => {
  const shown = known.slice(0, mostListed).map(({ digest, as }) => `${digest} (${as})`);
  const more = known.length > mostListed ? [`and ${known.length - mostListed} more`] : [];
  return {
    problem: 'mistake',
    message: `${prefix} is the beginning of several digests`,
    hint: ['name more digits of one of', ...shown, ...more].join('\n  '),
  };
};

const targetOf = (digest: Digest, known: readonly Known[], search: Search): Target => {
  const starts = known.map((each) => startOf(each, search));
  const madeBy = [...new Set(starts.flatMap((start) => start.madeBy))];
  const usedBy = [...new Set(starts.flatMap((start) => start.usedBy))];
  const { recordedAs, what } = namesOf(digest, { known, madeBy, usedBy }, search);
  return { what, digest, madeBy, usedBy, recordedAs };
};

type Start = Pick<Target, 'madeBy' | 'usedBy'>;

const startOf = (known: Known, search: Search): Start => {
  const table = search.index.stageRuns();
  const numbers = (digests: readonly Digest[]) =>
    digests.flatMap((digest) => {
      const number = table.find(digest);
      return number === undefined ? [] : [number];
    });
  const below = (stageRuns: readonly number[]): Start => ({
    madeBy: stageRuns,
    usedBy: stageRuns.flatMap((number) => table.below(number)),
  });
  switch (known.as) {
    case 'artifact':
      return { madeBy: table.makersOf([known.digest]), usedBy: table.usersOf([known.digest]) };
    case 'file in folders':
      // What saw a folder saw each of its files.
      return { madeBy: table.makersOf(known.folders), usedBy: table.usersOf(known.folders) };
    case 'stage run':
      return below(numbers([known.digest]));
    case 'fingerprint':
      return below(numbers(known.stageRuns));
    case 'run': {
      const stages = search.records.readRun(known.run)?.stages ?? [];
      return below(numbers(stages.flatMap(({ stageRun }) => (stageRun === undefined ? [] : [stageRun as Digest]))));
    }
  }
};
