import type { RowAnswer, RowOrigin, RowPlace } from '../../types/row-program.ts';
import { isRaw } from '../index/add-stage-run.ts';
import type { IndexedStageRun } from '../index/rows.ts';
import type { IndexSource } from '../index/source.ts';
import { calledIn } from './tabular-outs.ts';

/** The way of one row, from a file to all that came of it. */
export interface RowReport {
  readonly id: string;
  readonly pipeline: string;
  readonly run: string;
  /** Null: no stage said where its rows came from. */
  readonly from: RowSource | null;
  /** Where the row stands, the first made first. */
  readonly places: readonly RowPlace[];
}

export interface RowSource extends RowOrigin {
  /** As the record has it: `path data/x.csv`, `package …`. */
  readonly source: string;
  /** Of the file that the row stands in; absent where the store has lost the folder's manifest. */
  readonly digest?: string;
}

interface Context {
  readonly pipeline: string;
  readonly run: string;
  readonly stageRuns: readonly IndexedStageRun[];
  readonly source: Pick<IndexSource, 'readManifest'>;
}

export const reportRow = (
  { id, origin, places }: Extract<RowAnswer, { type: 'found' }>,
  { pipeline, run, ...context }: Context,
): RowReport => ({
  id,
  pipeline,
  run,
  from: origin === null ? null : sourceOf(origin, { ...context, pipeline }),
  places,
});

const sourceOf = (origin: RowOrigin, { pipeline, stageRuns, source }: Omit<Context, 'run'>): RowSource | null => {
  const inputs = stageRuns.find((each) => calledIn(pipeline, each) === origin.stage)?.inputs ?? [];
  // What it read: a file is one of the input's name or of the folder's files.
  for (const { from, kind, digest } of inputs.filter((input) => input.name === 'source' || isRaw(input.from))) {
    if (kind === 'file') return { ...origin, source: from, digest };
    const files = source.readManifest(digest);
    const file = files?.find(({ path }) => path === origin.file);
    if (file !== undefined) return { ...origin, source: from, digest: `sha256:${file.hex}` };
    if (files === undefined) return { ...origin, source: from };
  }
  return null;
};
