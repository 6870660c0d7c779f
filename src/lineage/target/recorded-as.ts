import type { Digest } from '../../fingerprint/canonical.ts';
import type { IndexedStageRun, Known } from '../index/rows.ts';
import type { Search, TargetKind } from './target.ts';

interface Occurrences {
  readonly known: readonly Known[];
  readonly madeBy: readonly number[];
  readonly usedBy: readonly number[];
}

/** Under which names a digest was recorded, the newest first, and what it is. */
export const namesOf = (
  digest: Digest,
  { known, madeBy, usedBy }: Occurrences,
  search: Search,
): { readonly recordedAs: readonly string[]; readonly what: TargetKind } => {
  const other = known.find(({ as }) => as !== 'artifact' && as !== 'file in folders');
  if (other !== undefined) return { recordedAs: [wordsOf(other, search)], what: other.as as TargetKind };
  const folders = known.flatMap((each) => (each.as === 'file in folders' ? each.folders : []));
  const artifact = known.some(({ as }) => as === 'artifact');
  const newest = [...madeBy, ...usedBy].sort((a, b) => b - a).slice(0, mostLookedAt);
  const stageRuns = newest.map((number) => search.index.stageRuns().get(number));
  const names = artifact ? stageRuns.flatMap((stageRun) => namesIn(stageRun, digest)) : [];
  const inside = folders
    .slice(-mostFolders)
    .reverse()
    .flatMap((folder) => namesInside(folder, digest, { stageRuns, search }));
  const kind = artifact ? kindOf(stageRuns, digest) : 'file';
  return { recordedAs: [...new Set([...names, ...inside])].slice(0, mostNames), what: kind };
};

// Of something that thousands of stage runs have to do with, the newest tell enough.
const mostLookedAt = 200;
const mostFolders = 20;
const mostNames = 4;

const wordsOf = (known: Known, { index }: Search): string => {
  switch (known.as) {
    case 'run':
      return `record of run ${known.run}`;
    case 'stage run': {
      const { pipeline, stage, run } = index.stageRuns().get(index.stageRuns().find(known.digest)!);
      return `record of stage ${stage} of ${pipeline} in run ${run}`;
    }
    case 'fingerprint': {
      const { pipeline, stage } = index.stageRuns().get(index.stageRuns().find(known.stageRuns.at(-1)!)!);
      return `fingerprint of stage ${stage} of ${pipeline}`;
    }
    default:
      return known.as;
  }
};

/** `digits: train.model at artifacts/digits/train/model`, `data/x.csv`. */
const namesIn = ({ pipeline, stage, outs, inputs }: IndexedStageRun, digest: Digest): string[] => [
  ...outs.flatMap((out) => (out.digest === digest ? [`${pipeline}: ${stage}.${out.name} at ${out.path}`] : [])),
  ...inputs.flatMap(({ digest: used, from, path }) => {
    if (used !== digest) return [];
    if (from.startsWith('path ')) return [path];
    return /^(package|url) /.test(from) ? [from] : [];
  }),
];

const namesInside = (
  folder: Digest,
  file: Digest,
  { stageRuns, search }: { readonly stageRuns: readonly IndexedStageRun[]; readonly search: Search },
): string[] => {
  const path = search.source.readManifest(folder)?.find(({ hex }) => `sha256:${hex}` === file)?.path;
  const names = new Set(stageRuns.flatMap((stageRun) => namesIn(stageRun, folder)));
  return [...names].slice(0, 2).map((name) => (path === undefined ? `a file in ${name}` : `${path} in ${name}`));
};

const kindOf = (stageRuns: readonly IndexedStageRun[], digest: Digest): 'file' | 'folder' => {
  for (const { inputs, outs } of stageRuns) {
    const found = [...outs, ...inputs].find((artifact) => artifact.digest === digest);
    if (found !== undefined) return found.kind;
  }
  return 'file';
};
