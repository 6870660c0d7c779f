import { StageError } from '../../error.ts';
import type { Dataset } from '../dataset.ts';
import { contentDigests } from '../identity.ts';
import { columnOf, type Official } from '../rows.ts';
import { counted, listed } from '../words.ts';

/** What a split is decided by: for each row, in order. */
export interface Survey {
  readonly ids: readonly string[];
  /** Equal for equal rows. */
  readonly digests: readonly string[];
  readonly official: readonly Official[] | null;
  /** Values of the column that was asked for, or null where none was. */
  readonly labels: readonly string[] | null;
}

/**
 * Goes over a data set once and keeps what a split needs.
 *
 * @param column the column whose values are wanted, if any.
 * @throws StageError where there is no such column of categories or texts, or a row has no value in it.
 */
export const survey = async ({ manifest, shards }: Dataset, column: string | null): Promise<Survey> => {
  if (column !== null) checkColumn({ manifest }, column);
  const ids: string[] = [];
  const digests: string[] = [];
  const official: Official[] = [];
  const labels: (string | null)[] = [];
  for await (const rows of shards()) {
    for (const id of rows.ids) ids.push(id);
    for (const digest of contentDigests(rows)) digests.push(digest);
    for (const name of rows.official ?? []) official.push(name);
    if (column === null) continue;
    const data = columnOf(column)(rows);
    if (data.kind === 'label') for (const label of data.values) labels.push(label);
  }
  const missing = labels.filter((label) => label === null).length;
  if (missing > 0)
    throw new StageError(`column "${column}": ${counted(missing, 'row')} without a value`, 'see clean.missing');
  return {
    ids,
    digests,
    official: manifest.official === undefined ? null : official,
    labels: column === null ? null : (labels as string[]),
  };
};

const checkColumn = ({ manifest }: Pick<Dataset, 'manifest'>, column: string): void => {
  const found = manifest.columns.find(({ name }) => name === column);
  const usable = manifest.columns.filter(({ kind }) => kind === 'category' || kind === 'text').map(({ name }) => name);
  if (found !== undefined && usable.includes(column)) return;
  const what = found === undefined ? 'there is no such column' : `it is a ${found.kind}`;
  throw new StageError(
    `a split by column "${column}" is not possible: ${what}`,
    `columns of labels are ${listed(usable)}`,
  );
};
