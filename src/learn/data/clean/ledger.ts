import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startsOf } from '../chunks.ts';
import type { Dataset } from '../dataset.ts';
import { named, quoted, withConnection } from '../duckdb.ts';
import { scanAll } from '../scan.ts';
import { parquetOptions, type TableColumn, writeTable } from '../table.ts';
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
  /** SQL of rows among which all of these are; where it is absent, those of the data set. */
  readonly among?: string | undefined;
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
  { chains, findings, among = scanAll(dataset) }: Lines,
): Promise<ReadonlyMap<string, number>> => {
  const touches = touchesOf(among, chains);
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
      await writePlaces(places, dataset, finding.found);
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

interface Lines {
  readonly chains: readonly Chain[];
  readonly findings: readonly Findings[];
  /** SQL of rows among which all are that a rule touches; where it is absent, those of the data set. */
  readonly among?: string | undefined;
}

const fields = ['id', 'rule', 'column', 'before', 'after'] as const;

const touching = (chains: readonly Chain[]): { name: string; step: Step }[] =>
  chains
    .flatMap(({ column, steps }) => steps.map((step) => ({ name: column.name, step })))
    .filter(({ step }) => step.act !== 'fail');

/** SQL that is true for rows that a rule touches; null where there is no rule. */
export const isTouched = (chains: readonly Chain[]): string | null => {
  const steps = touching(chains);
  return steps.length === 0 ? null : steps.map(({ step }) => `(${step.when})`).join(' OR ');
};

/** SQL for the lines of all rules on single rows; null where there is no rule. */
const touchesOf = (among: string, chains: readonly Chain[]): string | null => {
  const any = isTouched(chains);
  if (any === null) return null;
  const steps = touching(chains);
  // What a step does not touch is not spelled out: a row that one touches, others mostly do not.
  const told = (step: Step, sql: string): string => `CASE WHEN ${step.when} THEN (${sql})::VARCHAR END`;
  const touches = steps.map(
    ({ name, step }, index) =>
      `{step: ${index}, rule: ${quoted(step.rule)}, name: ${quoted(name)}, before: ${told(step, step.before)}, after: ${told(step, afterOf(step))}, drops: ${step.act === 'drop'}, hit: (${step.when}) IS TRUE}`,
  );
  const firstDrop = 'list_position(list_transform(touches, lambda each: each.drops), true)';
  return `SELECT file, place, touch.step AS step, id, touch.rule AS rule, touch.name AS "column", touch.before AS before, touch.after AS after
    FROM (SELECT file, place, id, unnest(list_filter(touches, lambda touch, nth: NOT touch.drops OR nth = ${firstDrop})) AS touch
          FROM (SELECT file_index AS file, file_row_number AS place, __id AS id, list_filter([${touches.join(', ')}], lambda touch: touch.hit) AS touches
                FROM ${among} WHERE ${any}))`;
};

const afterOf = (step: Step): string => (step.act === 'change' ? step.after : 'NULL');

/** A table of the rows that were found, each with the other one: of both, the shard and the place in it. */
const writePlaces = (path: string, { manifest }: Dataset, found: readonly Found[]): Promise<void> => {
  const starts = startsOf(manifest);
  const column = (name: string, of: (found: Found) => number): TableColumn => ({
    name,
    type: 'int32',
    values: Int32Array.from(found, of),
  });
  const shardOf = (row: number): number => lastBelow(starts, row);
  const placeOf = (row: number): number => row - (starts[shardOf(row)] as number);
  return writeTable(path, [
    column('file', ({ row }) => shardOf(row)),
    column('place', ({ row }) => placeOf(row)),
    column('other_file', ({ other }) => shardOf(other)),
    column('other_place', ({ other }) => placeOf(other)),
  ]);
};

/** The last of some ascending numbers that is not above another one, by its index. */
const lastBelow = (numbers: readonly number[], most: number): number => {
  let [low, high] = [0, numbers.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) <= most) low = middle;
    else high = middle;
  }
  return low;
};

/** The rows that take part are picked in one scan; joins are of those alone. */
const findingSql = (
  dataset: Dataset,
  { rule, column, value, among = scanAll(dataset) }: Findings,
  { places, order }: { places: string; order: number },
): string => {
  const told = value === null ? 'NULL' : `(${spelled(value)})`;
  return `SELECT file, place, ${order} AS step, here.__id AS id, ${quoted(rule)} AS rule,
      ${column === null ? 'NULL::VARCHAR' : quoted(column)} AS "column", here.told AS before, there.__id AS after
    FROM (WITH found AS (FROM read_parquet(${quoted(places)})),
      wanted AS (SELECT file, place FROM found UNION SELECT other_file, other_place FROM found),
      rows AS MATERIALIZED (
        SELECT file_index AS at_file, file_row_number AS at_place, __id, ${told}::VARCHAR AS told
        FROM ${among} WHERE (file_index, file_row_number) IN (FROM wanted))
      SELECT found.file, found.place, here, there FROM found
      JOIN rows AS here ON here.at_file = found.file AND here.at_place = found.place
      JOIN rows AS there ON there.at_file = found.other_file AND there.at_place = found.other_place)`;
};
