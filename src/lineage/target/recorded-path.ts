import type { Digest } from '../../fingerprint/canonical.ts';
import type { RawInput } from '../index/rows.ts';
import type { Search } from './target.ts';

export interface RecordedPath {
  readonly digest: Digest;
  readonly run: string;
}

/** What was recorded last at a path of the project that is a raw input, or a file in one. */
export const recordedAt = (path: string, search: Search): RecordedPath | undefined => {
  const { index } = search;
  const whole = index.rawInput(path);
  if (whole !== undefined) return whole;
  for (const input of index.rawInputs().filter(({ kind }) => kind === 'folder')) {
    const digest = fileIn(input, path, search);
    if (digest !== undefined) return { digest, run: input.run };
  }
  return undefined;
};

/** The manifest of a folder has paths from the folder on, that of a glob from the project on. */
const fileIn = ({ path: folder, digest }: RawInput, path: string, { source }: Search): Digest | undefined => {
  const inside = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
  if (inside === undefined && !/[*?[{]/.test(folder)) return undefined;
  const entry = source.readManifest(digest)?.find((each) => each.path === (inside ?? path));
  return entry === undefined ? undefined : `sha256:${entry.hex}`;
};

/** What the last run put at a path below `artifacts/<pipeline>/<stage>/`, and the stage run that made it. */
export const placedAt = (path: string, search: Search): (RecordedPath & { readonly madeBy: number }) | undefined => {
  const [artifacts, pipeline, stage] = path.split('/');
  if (artifacts !== 'artifacts' || pipeline === undefined || stage === undefined || pipeline.startsWith('.'))
    return undefined;
  const stageRun = search.records.readState(pipeline, stage)?.stageRun;
  const table = search.index.stageRuns();
  const madeBy = stageRun === undefined ? undefined : table.find(stageRun as Digest);
  if (madeBy === undefined) return undefined;
  const { outs, run } = table.get(madeBy);
  const out = outs.find((each) => path === each.path || path.startsWith(`${each.path}/`));
  if (out === undefined) return undefined;
  if (out.path === path) return { digest: out.digest, run, madeBy };
  const inside = path.slice(out.path.length + 1);
  const entry = search.source.readManifest(out.digest)?.find((each) => each.path === inside);
  return entry === undefined ? undefined : { digest: `sha256:${entry.hex}`, run, madeBy };
};
