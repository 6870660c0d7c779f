import type { ProfileAssociation, ProfileSample } from '../../types/generated/profile.ts';
import type { Dataset } from '../data/dataset.ts';
import { named, withConnection } from '../data/duckdb.ts';
import { scanAll } from '../data/scan.ts';

/** What of a column is set against the target. */
export type Aspect =
  | { readonly of: ProfileAssociation['of']; readonly kind: 'numbers'; readonly values: Float64Array }
  | { readonly of: 'value'; readonly kind: 'labels'; readonly values: readonly (string | null)[] };

export interface Sample extends ProfileSample {
  /** By column: numbers (NaN: missing) and labels; of texts their lengths. Tensors are not here. */
  readonly columns: ReadonlyMap<string, Aspect>;
}

/** Values that a sample holds, at most, all columns together: 160 MB. */
const mostValues = 20_000_000;

/**
 * Of each shard every nth row is looked at, so that about `most` are.
 *
 * @returns n, 1 or more.
 */
export const everyOf = ({ manifest }: Dataset, most: number): number =>
  Math.max(1, Math.ceil(manifest.rows / Math.max(1, Math.min(most, mostValues / manifest.columns.length))));

/** Reads every nth row of each shard: its first row and on. */
export const readSample = async (dataset: Dataset, every: number): Promise<Sample> => {
  const columns = dataset.manifest.columns.filter(({ kind }) => kind !== 'tensor');
  const rows = dataset.manifest.shards.reduce((sum, shard) => sum + Math.ceil(shard.rows / every), 0);
  const aspects = columns.map(
    ({ kind }): Aspect =>
      kind === 'category' || kind === 'labels'
        ? { of: 'value', kind: 'labels', values: new Array<string | null>(rows).fill(null) }
        : {
            of: kind === 'text' ? 'length' : 'value',
            kind: 'numbers',
            values: new Float64Array(rows).fill(Number.NaN),
          },
  );
  if (rows > 0 && columns.length > 0) {
    const selected = columns.map(({ name, kind }) => {
      if (kind === 'category' || kind === 'labels') return named(name);
      if (kind === 'date') return `epoch(TRY_CAST(${named(name)} AS TIMESTAMP))`;
      return `CAST(${kind === 'text' ? `length(${named(name)})` : named(name)} AS DOUBLE)`;
    });
    await fill(
      aspects,
      `SELECT ${selected.join(', ')} FROM ${scanAll(dataset)} WHERE file_row_number % ${every} = 0 ORDER BY file_index, file_row_number`,
    );
  }
  return { rows, every, columns: new Map(columns.map(({ name }, index) => [name, aspects[index]!])) };
};

const fill = (aspects: readonly Aspect[], sql: string): Promise<void> =>
  withConnection(async (connection) => {
    let at = 0;
    for await (const chunk of await connection.stream(sql)) {
      aspects.forEach(({ values }, index) => {
        const vector = chunk.getColumnVector(index);
        for (let row = 0; row < chunk.rowCount; row += 1) {
          const value = vector.getItem(row);
          if (value !== null) (values as { [index: number]: unknown })[at + row] = value;
        }
      });
      at += chunk.rowCount;
    }
  });
