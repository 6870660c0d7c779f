import { type Column, type Dataset, openDataset } from '../data/dataset.ts';
import { concatRows, type Rows, rowCount, takeRows } from '../data/rows.ts';
import { isTarget } from '../data/targets.ts';
import { StageError } from '../error.ts';

export type SplitName = 'train' | 'validation' | 'test';

/** A split with those of its rows that the costly checks look at. */
export interface Split {
  readonly name: SplitName;
  readonly dataset: Dataset;
  /** All rows, or some: of each shard every nth. null: the split has none. */
  readonly rows: Rows | null;
}

/**
 * Opens the splits and reads a sample of each.
 *
 * @param folders of the splits that there are, train first.
 * @param sample rows of a split, at most.
 * @throws StageError where they have not the same columns.
 */
export const readSplits = async (
  folders: readonly (readonly [SplitName, string])[],
  sample: number,
): Promise<readonly Split[]> => {
  const splits: Split[] = [];
  for (const [name, folder] of folders) {
    const dataset = await openDataset(folder);
    splits.push({ name, dataset, rows: await sampleOf(dataset, sample) });
  }
  const [first, ...others] = splits;
  for (const other of others) refuseOtherColumns(first as Split, other);
  return splits;
};

const sampleOf = async ({ manifest, shards }: Dataset, sample: number): Promise<Rows | null> => {
  const step = Math.max(1, Math.ceil(manifest.rows / sample));
  const parts: Rows[] = [];
  let at = 0;
  for await (const rows of shards()) {
    const taken: number[] = [];
    for (let row = 0; row < rowCount(rows); row += 1, at += 1) if (at % step === 0) taken.push(row);
    parts.push(takeRows(rows, taken));
  }
  return parts.length === 0 ? null : concatRows(parts);
};

const refuseOtherColumns = (a: Split, b: Split): void => {
  const spelled = ({ dataset }: Split): string =>
    dataset.manifest.columns.map(({ name, kind }) => `${name} (${kind})`).join(', ');
  if (spelled(a) === spelled(b)) return;
  throw new StageError(
    `${a.name} and ${b.name} have not the same columns:\n  ${a.name}: ${spelled(a)}\n  ${b.name}: ${spelled(b)}`,
    'the leakage stage reads the outs of split, before anything is fitted',
  );
};

/** The columns but for the targets. */
export const featuresOf = ({ dataset: { manifest } }: Split): readonly Column[] =>
  manifest.columns.filter(({ name }) => !isTarget(manifest.target, name));

/** Train with each other split that has rows. */
export const pairsOf = (splits: readonly Split[]): readonly (readonly [Split, Split])[] => {
  const filled = splits.filter(({ rows }) => rows !== null);
  return filled.flatMap((first, index) => filled.slice(index + 1).map((second) => [first, second] as const));
};
