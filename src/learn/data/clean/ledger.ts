import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startsOf } from '../chunks.ts';
import type { Dataset } from '../dataset.ts';
import { named, quoted, withConnection } from '../duckdb.ts';
import { scanAll } from '../scan.ts';
import { parquetOptions, writeTable } from '../table.ts';
import type { Chain, Step } from './chain.ts';
import type { Found } from './duplicates.ts';
import type { Expression } from './sql.ts';
import { spelled } from './sql.ts';

/** Rows that a rule on several rows has to do with. */
export interface Findings {
  readonly rule: string;
  readonly column: string | null;
  /** What stands under "before"; null: nothing. */
  readonly value: Expression | null;
  readonly found: readonly Found[];
}

/**
 * Writes the ledger, a line for each changed value and each row that went: id, rule, column, before, after; null is a
 * missing value, or the row as a whole. Lines are in the order of rows, then of columns and rules; a row that goes is
 * told once. DuckDB writes it: what does not fit into memory is sorted on disk.
 *
 * @returns lines by rule.
 */
export const writeLedger = async (
  path: string,
  dataset: Dataset,
  { chains, findings }: { chains: readonly Chain[]; findings: readonly Findings[] },
): Promise<ReadonlyMap<string, number>> => {
  const touches = touchesOf(dataset, chains);
  const several = findings.filter(({ found }) => found.length > 0);
  if (dataset.manifest.rows === 0 || (touches === null && several.length === 0)) {
    await writeTable(
      path,
      fields.map((name) => ({ name, type: 'string', values: [] })),
    );
    return new Map();
  }
  const folder = await mkdtemp(join(tmpdir(), 'stemma-clean-'));
  try {
    const parts = touches === null ? [] : [touches];
    for (const [index, finding] of several.entries()) {
      const places = join(folder, `${index}.parquet`);
      await writePlaces(places, finding.found);
      parts.push(findingSql(dataset, finding, { places, order: 1_000_000 + index }));
    }
    return await withConnection(async (connection) => {
      const all = parts.join(' UNION ALL ');
      const sorted = `SELECT ${fields.map(named).join(', ')} FROM (${all}) ORDER BY file, place, step`;
      await connection.run(`COPY (${sorted}) TO ${quoted(path)} (${parquetOptions})`);
      const counts = await connection.runAndReadAll(
        `SELECT rule, count(*) FROM read_parquet(${quoted(path)}) GROUP BY rule`,
      );
      return new Map(counts.getRows().map(([rule, count]) => [String(rule), Number(count)]));
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const fields = ['id', 'rule', 'column', 'before', 'after'] as const;

/** SQL for the lines of all rules on single rows; null where there is no rule. */
const touchesOf = (dataset: Dataset, chains: readonly Chain[]): string | null => {
  const steps = chains
    .flatMap(({ column, steps: own }) => own.map((step) => ({ name: column.name, step })))
    .filter(({ step }) => step.act !== 'fail');
  if (steps.length === 0) return null;
  const touches = steps.map(
    ({ name, step }, index) =>
      `{step: ${index}, rule: ${quoted(step.rule)}, name: ${quoted(name)}, before: (${step.before})::VARCHAR, after: (${afterOf(step)})::VARCHAR, drops: ${step.act === 'drop'}, hit: (${step.when}) IS TRUE}`,
  );
  const any = steps.map(({ step }) => `(${step.when})`).join(' OR ');
  const firstDrop = 'list_position(list_transform(touches, lambda each: each.drops), true)';
  return `SELECT file, place, touch.step AS step, id, touch.rule AS rule, touch.name AS "column", touch.before AS before, touch.after AS after
    FROM (SELECT file, place, id, unnest(list_filter(touches, lambda touch, nth: NOT touch.drops OR nth = ${firstDrop})) AS touch
          FROM (SELECT file_index AS file, file_row_number AS place, __id AS id, list_filter([${touches.join(', ')}], lambda touch: touch.hit) AS touches
                FROM ${scanAll(dataset)} WHERE ${any}))`;
};

const afterOf = (step: Step): string => (step.act === 'change' ? step.after : 'NULL');

const writePlaces = (path: string, found: readonly Found[]): Promise<void> =>
  writeTable(path, [
    { name: 'row', type: 'int32', values: Int32Array.from(found, ({ row }) => row) },
    { name: 'other', type: 'int32', values: Int32Array.from(found, ({ other }) => other) },
  ]);

const findingSql = (
  dataset: Dataset,
  { rule, column, value }: Findings,
  { places, order }: { places: string; order: number },
): string => {
  const starts = `([${startsOf(dataset.manifest).join(', ')}]::BIGINT[])`;
  const place = `${starts}[file_index::INTEGER + 1] + file_row_number`;
  const rows = `(SELECT ${place} AS at, file_index, file_row_number, __id, ${value === null ? 'NULL' : `(${spelled(value)})`}::VARCHAR AS told FROM ${scanAll(dataset)})`;
  return `SELECT here.file_index AS file, here.file_row_number AS place, ${order} AS step, here.__id AS id, ${quoted(rule)} AS rule,
      ${column === null ? 'NULL::VARCHAR' : quoted(column)} AS "column", here.told AS before, there.__id AS after
    FROM read_parquet(${quoted(places)}) AS found
    JOIN ${rows} AS here ON here.at = found.row JOIN ${rows} AS there ON there.at = found.other`;
};
