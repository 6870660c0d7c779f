import { firstRow, named, withConnection } from '../data/duckdb.ts';
import { scanAll } from '../data/scan.ts';
import { counted, listed } from '../data/words.ts';
import { StageError } from '../error.ts';
import { type Check, type Finding, mostEvidence } from './check.ts';
import { pairsOf, type Split } from './splits.ts';

/** Groups of which two splits have rows: looked for in all rows. */
export const groups: Check = {
  kind: 'group',
  run: async ({ splits, params: { group } }) => {
    if (group.length === 0) return { what: 'params.group names no column', findings: null };
    mustHave(splits[0] as Split, group, 'group');
    const findings: Finding[] = [];
    for (const [first, second] of pairsOf(splits)) findings.push(...(await sharedGroups(first, second, group)));
    return { what: `all rows, by ${listed(group)}`, findings };
  },
};

const mustHave = ({ dataset }: Split, names: readonly string[], param: string): void => {
  const known = dataset.manifest.columns.filter(({ kind }) => kind !== 'tensor').map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new StageError(
    `params.${param} names "${unknown}", which is no column with values`,
    `there are ${listed(known)}`,
  );
};

const sharedGroups = (first: Split, second: Split, group: readonly string[]): Promise<Finding[]> =>
  withConnection(async (connection) => {
    const columns = group.map(named).join(', ');
    const present = group.map((name) => `${named(name)} IS NOT NULL`).join(' AND ');
    const of = ({ dataset }: Split) =>
      `(SELECT ${columns}, count(*) AS n FROM ${scanAll(dataset)} WHERE ${present} GROUP BY ALL)`;
    const found = await connection.runAndReadAll(
      `SELECT concat_ws(', ', ${columns}), a.n, b.n, count(*) OVER (), sum(b.n) OVER () FROM ${of(first)} a
       JOIN ${of(second)} b USING (${columns}) ORDER BY b.n DESC, 1 LIMIT ${mostEvidence}`,
    );
    const rows = found.getRows();
    if (rows.length === 0) return [];
    const [count, within] = [Number(rows[0]?.[3]), Number(rows[0]?.[4])];
    return [
      {
        kind: 'group',
        certainty: 'certain',
        between: [first.name, second.name],
        column: group.length === 1 ? (group[0] as string) : null,
        message: `${counted(count, 'group')} of ${listed(group)} ${count === 1 ? 'has' : 'have'} rows in ${first.name} and in ${second.name}: ${counted(within, 'row')} of ${second.name}`,
        measure: 'groups on both sides',
        value: count,
        threshold: 1,
        evidence: rows.map(([value, a, b]) => ({
          group: String(value),
          [first.name]: Number(a),
          [second.name]: Number(b),
        })),
        remedy: `split with "group": ${JSON.stringify(group.length === 1 ? group[0] : group)}`,
      },
    ];
  });

/** Rows that come later than rows of the split that should follow: looked for in all rows. */
export const times: Check = {
  kind: 'time',
  run: async ({ splits, params: { time } }) => {
    if (time === null) return { what: 'params.time names no column', findings: null };
    mustHave(splits[0] as Split, [time], 'time');
    const findings: Finding[] = [];
    for (const [first, second] of pairsOf(splits)) findings.push(...(await overlap(first, second, time)));
    return { what: `all rows, by "${time}"`, findings };
  },
};

const overlap = (first: Split, second: Split, time: string): Promise<Finding[]> =>
  withConnection(async (connection) => {
    const column = named(time);
    const [last] = await firstRow(connection, `SELECT max(${column}) FROM ${scanAll(first.dataset)}`);
    const [start] = await firstRow(connection, `SELECT min(${column}) FROM ${scanAll(second.dataset)}`);
    const [late] = await firstRow(
      connection,
      `SELECT count(*) FROM ${scanAll(first.dataset)} WHERE ${column} >= (SELECT min(${column}) FROM ${scanAll(second.dataset)})`,
    );
    if (Number(late) === 0 || last === null || start === null) return [];
    return [
      {
        kind: 'time',
        certainty: 'certain',
        between: [first.name, second.name],
        column: time,
        message: `${counted(Number(late), 'row')} of ${first.name} ${Number(late) === 1 ? 'is' : 'are'} not before ${second.name}: "${time}" goes up to ${last} in ${first.name} and begins with ${start} in ${second.name}`,
        measure: `rows of ${first.name} that are not before ${second.name}`,
        value: Number(late),
        threshold: 1,
        evidence: [{ [`last of ${first.name}`]: String(last), [`first of ${second.name}`]: String(start) }],
        remedy: `split with "time": ${JSON.stringify(time)}`,
      },
    ];
  });
