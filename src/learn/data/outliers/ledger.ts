import type { FittedBounds, FittedJudge, FittedOutliers } from '../../../types/generated/fitted.ts';
import type { Dataset } from '../dataset.ts';
import { named, quoted, withConnection } from '../duckdb.ts';
import { sqlOfCode } from '../fitted/functions.ts';
import { asDouble, double } from '../fitted/sql.ts';
import { scanAll } from '../scan.ts';
import { parquetOptions } from '../table.ts';
import { scoring } from './judge.ts';
import { isOutside } from './transform.ts';

/**
 * A row for each value outside: split, id, column, action, before, after (null: missing, dropped, or only flagged), score
 * (null). Where rows are judged, one for each unusual row: its score, and neither a column nor values.
 *
 * @returns how many there are, by split.
 */
export const writeLedger = (
  path: string,
  datasets: readonly (readonly [string, Dataset])[],
  step: FittedOutliers,
): Promise<Record<string, number>> =>
  withConnection(async (connection) => {
    const counts: Record<string, number> = {};
    await connection.run(
      'CREATE OR REPLACE TEMP TABLE ledger (split VARCHAR, id VARCHAR, "column" VARCHAR, action VARCHAR, before DOUBLE, after DOUBLE, score DOUBLE)',
    );
    const score = step.judge === undefined ? '' : sqlOfCode(connection, scoring(step.judge));
    for (const [split, dataset] of datasets) {
      counts[split] = 0;
      if (dataset.manifest.rows === 0) continue;
      const action: Entries['action'] = step.action === 'drop' && split !== 'train' ? 'keep' : step.action;
      const of = { split, dataset, action };
      const queries =
        step.judge === undefined
          ? step.features.map((bounds) => valuesOutside(of, bounds))
          : [unusualRows(of, step.judge, score)];
      for (const query of queries) {
        const inserted = await connection.run(`INSERT INTO ledger ${query}`);
        counts[split] += inserted.rowsChanged;
      }
    }
    await connection.run(`COPY ledger TO ${quoted(path)} (${parquetOptions})`);
    await connection.run('DROP TABLE ledger');
    return counts;
  });

interface Entries {
  readonly split: string;
  readonly dataset: Dataset;
  /** What was done; "keep": nothing, since rows are dropped of train alone. */
  readonly action: FittedOutliers['action'] | 'keep';
}

const valuesOutside = ({ split, dataset, action }: Entries, bounds: FittedBounds): string => {
  const x = asDouble(bounds.name);
  const winsorized = `CASE WHEN ${x} < ${double(bounds.low)} THEN ${double(bounds.low)} ELSE ${double(bounds.high)} END`;
  const after = { winsorize: winsorized, drop: 'NULL', null: 'NULL', flag: x, keep: x }[action];
  return `SELECT ${quoted(split)}, ${named('__id')}, ${quoted(bounds.name)}, ${quoted(action)}, ${x}, ${after}, NULL
    FROM ${scanAll(dataset)} WHERE ${isOutside(bounds)} ORDER BY file_index, file_row_number`;
};

const unusualRows = ({ split, dataset, action }: Entries, { threshold }: FittedJudge, score: string): string =>
  `SELECT ${quoted(split)}, __id, NULL, ${quoted(action)}, NULL, NULL, score FROM (
    SELECT __id, file_index AS shard, file_row_number AS place, ${score} AS score FROM ${scanAll(dataset)}
  ) WHERE score > ${double(threshold)} ORDER BY shard, place`;
