import { named, withConnection } from '../data/duckdb.ts';
import { contentDigests } from '../data/identity.ts';
import { scanAll } from '../data/scan.ts';
import { counted } from '../data/words.ts';
import { type Check, type Finding, mostEvidence } from './check.ts';
import { pairsOf, type Split } from './splits.ts';

/** Rows that are equal in features and target, in two splits: looked for in all rows. */
export const duplicates: Check = {
  kind: 'duplicate',
  run: async ({ splits }) => {
    const findings: Finding[] = [];
    for (const [first, second] of pairsOf(splits)) {
      const found = hasTensors(first) ? await byDigest(first, second) : await byColumns(first, second);
      if (found.count > 0) findings.push(findingOf(first, second, found));
    }
    return { what: 'all rows, features and target', findings };
  },
};

interface Shared {
  /** Rows of the second split. */
  readonly count: number;
  /** Ids, of the first split and the second. */
  readonly some: readonly (readonly [string, string])[];
}

const hasTensors = ({ dataset }: Split): boolean => dataset.manifest.columns.some(({ kind }) => kind === 'tensor');

const byColumns = (first: Split, second: Split): Promise<Shared> =>
  withConnection(async (connection) => {
    const equal = first.dataset.manifest.columns.map(
      ({ name }) => `a.${named(name)} IS NOT DISTINCT FROM b.${named(name)}`,
    );
    const from = `(SELECT min(a.__id) AS a, b.__id AS b FROM ${scanAll(first.dataset)} a
      JOIN ${scanAll(second.dataset)} b ON ${equal.join(' AND ')} GROUP BY b.__id)`;
    const found = await connection.runAndReadAll(
      `SELECT a, b, count(*) OVER () FROM ${from} ORDER BY b LIMIT ${mostEvidence}`,
    );
    const rows = found.getRows();
    return { count: Number(rows[0]?.[2] ?? 0), some: rows.map(([a, b]) => [String(a), String(b)] as const) };
  });

const byDigest = async (first: Split, second: Split): Promise<Shared> => {
  const known = new Map<string, string>();
  for await (const rows of first.dataset.shards())
    contentDigests(rows).forEach((digest, row) => {
      if (!known.has(digest)) known.set(digest, rows.ids[row] as string);
    });
  const some: (readonly [string, string])[] = [];
  let count = 0;
  for await (const rows of second.dataset.shards())
    contentDigests(rows).forEach((digest, row) => {
      const other = known.get(digest);
      if (other === undefined) return;
      count += 1;
      if (some.length < mostEvidence) some.push([other, rows.ids[row] as string]);
    });
  return { count, some };
};

const findingOf = (first: Split, second: Split, { count, some }: Shared): Finding => ({
  kind: 'duplicate',
  certainty: 'certain',
  between: [first.name, second.name],
  column: null,
  message: `${counted(count, 'row')} of ${second.name} ${count === 1 ? 'is' : 'are'} also in ${first.name}, equal in features and target`,
  measure: `rows of ${second.name} that are in ${first.name}`,
  value: count,
  threshold: 1,
  evidence: some.map(([a, b]) => ({ [first.name]: a, [second.name]: b })),
  remedy: 'drop duplicates in clean, before the split; split keeps the equal rows that it sees together',
});
