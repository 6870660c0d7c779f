import { suggest } from '../diagnostics/suggest.ts';

/** What can be asked of the runs of a project without reading them all. */
export interface RunCatalogue {
  /** Names of the runs, oldest first. */
  readonly runs: readonly string[];
  /** Name of the pipeline that was run; undefined where the record cannot be read. */
  readonly pipelineOf: (run: string) => string | undefined;
  /** Digest of the run's record. */
  readonly digestOf: (run: string) => string | undefined;
}

export type FoundRun =
  | { readonly kind: 'found'; readonly run: string }
  /** Several runs go by what was given: all of them, oldest first. */
  | { readonly kind: 'ambiguous'; readonly runs: readonly string[] }
  /** `last~9` of three runs; none at all where `count` is 0. */
  | { readonly kind: 'too far'; readonly count: number }
  | { readonly kind: 'unknown'; readonly hint?: string };

/**
 * The run that a word means: its name, or a beginning or an ending of it; the digest of its record, or a beginning of
 * that; `last`, and `last~1` for the one before. With a pipeline, only its runs count.
 */
export const findRun = (word: string, catalogue: RunCatalogue, pipeline?: string): FoundRun => {
  const isMeant = (run: string) => pipeline === undefined || catalogue.pipelineOf(run) === pipeline;
  const back = /^last(?:~(\d{1,9}))?$/.exec(word);
  if (back) return countBack(Number(back[1] ?? 0), catalogue.runs, isMeant);
  if (catalogue.runs.includes(word) && isMeant(word)) return { kind: 'found', run: word };
  const found = byName(word, catalogue.runs).filter(isMeant);
  const all = found.length > 0 ? found : byDigest(word, catalogue).filter(isMeant);
  if (all.length === 1) return { kind: 'found', run: all[0]! };
  if (all.length > 1) return { kind: 'ambiguous', runs: all };
  const hint = suggest(word, ['last', ...[...catalogue.runs].reverse()]);
  return { kind: 'unknown', ...(hint !== undefined && { hint }) };
};

/** Looks from the newest back, so that of ten thousand runs only a few are read. */
const countBack = (steps: number, runs: readonly string[], isMeant: (run: string) => boolean): FoundRun => {
  let count = 0;
  for (let at = runs.length - 1; at >= 0; at--) {
    if (!isMeant(runs[at]!)) continue;
    if (count === steps) return { kind: 'found', run: runs[at]! };
    count += 1;
  }
  return { kind: 'too far', count };
};

const byName = (word: string, runs: readonly string[]): string[] =>
  word === '' ? [] : runs.filter((run) => run.startsWith(word) || run.endsWith(word));

/** Whether a word may be a digest or a beginning of one: at least four digits, since fewer would name one by chance. */
export const isDigestLike = (word: string): boolean => digits.test(word);

const digits = /^(?:sha256:)?([0-9a-f]{4,64})$/;

const byDigest = (word: string, { runs, digestOf }: RunCatalogue): string[] => {
  const hex = digits.exec(word)?.[1];
  return hex === undefined ? [] : runs.filter((run) => digestOf(run)?.startsWith(`sha256:${hex}`) === true);
};
