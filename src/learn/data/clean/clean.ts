import { StageError } from '../../error.ts';
import { readPieces, startsOf } from '../chunks.ts';
import { type Column, type Dataset, type DatasetManifest, headerOf, openDataset } from '../dataset.ts';
import { mapShards, type ShardQuery } from '../map-shards.ts';
import { type Origins, readOrigins } from '../origins.ts';
import { rowsWith } from '../row-bits.ts';
import type { KeyColumn } from '../row-keys.ts';
import { counted } from '../words.ts';
import { type Chain, chainOf } from './chain.ts';
import { checkParams, checkPatterns, refuseForbidden } from './check.ts';
import { type Found, findConflicts, findDuplicates } from './duplicates.ts';
import { writeGroups } from './groups.ts';
import { columnsAfter } from './labels.ts';
import { type Findings, isTouched, writeLedger } from './ledger.ts';
import { findNear } from './near.ts';
import type { CleanParams } from './params.ts';
import { dropPicked } from './picked.ts';
import { rawAfter } from './raw.ts';

export interface Cleaned {
  readonly manifest: DatasetManifest;
  /** Lines of the ledger, by rule. */
  readonly touches: ReadonlyMap<string, number>;
  /** Groups of near duplicates. */
  readonly groups: number;
}

/**
 * Applies rules that need no fit, in this order: map, text, dates, types, range, domain, missing, rows, duplicates, conflicts, near.
 * Values stay in DuckDB and go shard by shard; what is kept of a row in memory is a byte, two numbers where
 * duplicates or conflicts are looked for, and the whole column where near duplicates are.
 *
 * @param folder the data set to clean.
 * @param outs where the cleaned data set and the ledger go.
 * @param origins where the rows came from, as ingest's out says it; without it, messages name rows by their place in the data set.
 * @throws StageError where rules forbid what they find, or would drop a row of the official test set: all at once.
 */
export const clean = async (
  folder: string,
  outs: { readonly examples: string; readonly ledger: string; readonly groups: string },
  params: CleanParams,
  { origins: path }: { readonly origins?: string | undefined } = {},
): Promise<Cleaned> => {
  const dataset = await openDataset(folder);
  const { manifest } = dataset;
  checkParams(manifest.columns, params);
  await checkPatterns(params);
  const chains = manifest.columns.filter(({ kind }) => kind !== 'tensor').map((column) => chainOf(column, params));
  const origins = path === undefined ? null : await originsFor(manifest, path);
  await refuseForbidden(dataset, chains, origins);
  const dropped = droppedBy(chains);
  const columns = await columnsAfter(dataset, chains, dropped);
  const values = valuesOf(columns, chains);
  const { codes, findings, groups, picked, hasTouched } = await compareRows(
    { dataset, columns, chains, dropped },
    params,
  );
  const starts = startsOf(manifest);
  const queryOf = (rows: number, index: number): ShardQuery => {
    const start = starts[index] as number;
    return {
      columns: values,
      where: codes === null ? keptSql(dropped) : rowsWith(codes.subarray(start, start + rows), 0),
    };
  };
  const written = await mapShards(dataset, {
    out: outs.examples,
    header: { ...headerOf(manifest), columns, raw: rawAfter(manifest.raw, params) },
    queryOf: ({ rows }, index) => queryOf(rows, index),
  });
  await writeGroups(outs.groups, dataset, groups);
  const among = hasTouched ? (picked ?? undefined) : undefined;
  const touches = await writeLedger(outs.ledger, dataset, { chains, findings, among });
  await dropPicked(picked);
  return { manifest: written, groups: groups.length, touches };
};

const originsFor = async ({ rows }: DatasetManifest, path: string): Promise<Origins> => {
  const origins = await readOrigins(path);
  const told = origins.reduce((sum, run) => sum + run.rows, 0);
  if (told === rows) return origins;
  throw new StageError(
    `dep origins tells of ${counted(told, 'row')}, and dep examples has ${counted(rows, 'row')}`,
    'give both of the same ingest, or leave out origins',
  );
};

/** SQL for the rows that a rule drops; null where no rule drops any. */
const droppedBy = (chains: readonly Chain[]): string | null => {
  const drops = chains.flatMap(({ steps }) => steps.filter(({ act }) => act === 'drop').map(({ when }) => `(${when})`));
  return drops.length === 0 ? null : drops.join(' OR ');
};

const keptSql = (dropped: string | null): string | undefined =>
  dropped === null ? undefined : `(${dropped}) IS NOT TRUE`;

const sqlTypes = { float64: 'DOUBLE', float32: 'FLOAT', int32: 'INTEGER', uint8: 'UTINYINT' } as const;

/** SQL for each column that a rule may change, in the type in which it is stored. */
const valuesOf = (columns: readonly Column[], chains: readonly Chain[]): ReadonlyMap<string, string> =>
  new Map(
    chains.flatMap(({ column, kind, value, steps }): [string, string][] => {
      const after = columns.find(({ name }) => name === column.name);
      if (steps.every(({ act }) => act !== 'change') && kind === column.kind) return [];
      return [[column.name, `(${value.sql})::${after?.kind === 'number' ? sqlTypes[after.dtype] : 'VARCHAR'}`]];
    }),
  );

interface Comparison {
  readonly dataset: Dataset;
  readonly columns: readonly Column[];
  readonly chains: readonly Chain[];
  readonly dropped: string | null;
}

interface Compared {
  /** Whether each row stays, 0, or what drops it; null where rows need not be compared. */
  readonly codes: Uint8Array | null;
  readonly findings: readonly Findings[];
  /** Rows that are near duplicates, together. */
  readonly groups: readonly (readonly number[])[];
  /** Name of a table of rows that were put aside, all that a rule touches among them where `hasTouched`; null: none. */
  readonly picked: string | null;
  readonly hasTouched: boolean;
}

/** Compares rows with one another: duplicates, then conflicts, then near duplicates. */
const compareRows = async (
  { dataset, columns, chains, dropped }: Comparison,
  { duplicates, conflicts, near }: CleanParams,
): Promise<Compared> => {
  const { target, rows } = dataset.manifest;
  if (conflicts !== 'keep' && target === null)
    throw new StageError('params.conflicts: the data set has no target', 'ingest can name one');
  if ((duplicates === 'keep' && conflicts === 'keep' && near === null) || rows === 0)
    return { codes: null, findings: [], groups: [], picked: null, hasTouched: false };
  const { codes, test } = await standing(dataset, dropped);
  const keyed = columns.map(
    (column): KeyColumn => ({ column, sql: chains.find((chain) => chain.column.name === column.name)?.value.sql }),
  );
  const search = {
    dataset,
    columns: keyed,
    isIn: (row: number) => codes[row] === 0,
    isTest: (row: number) => test[row] === 1,
  };
  const findings: Findings[] = [];
  let aside: Pick<Compared, 'picked' | 'hasTouched'> = { picked: null, hasTouched: false };
  if (duplicates === 'drop') {
    const { found, picked, hasTold } = await findDuplicates(search, isTouched(chains));
    for (const { row } of found) codes[row] = gone.duplicate;
    findings.push({ rule: 'drop duplicate', column: null, value: null, found, among: picked ?? undefined });
    aside = { picked, hasTouched: hasTold };
  }
  if (conflicts !== 'keep' && target !== null) {
    const found = await findConflicts(search, target);
    if (conflicts === 'fail' && found.length > 0)
      refuseConflicts(found.length, new Set(found.map(({ other }) => other)).size);
    const told = conflicts === 'drop' ? found.filter(({ row }) => test[row] === 0) : found;
    if (conflicts === 'drop') for (const { row } of told) codes[row] = gone.conflict;
    const column = typeof target === 'string' ? target : null;
    const value = chains.find((chain) => chain.column.name === column)?.value ?? null;
    findings.push({ rule: conflicts === 'drop' ? 'drop conflict' : 'conflict', column, value, found: told });
  }
  const groups = near === null ? [] : await findNear(search, near);
  if (near !== null && near.do !== 'group') {
    const found = groups.flatMap((group) => nearOf(group, search.isTest, near.do === 'drop'));
    if (near.do === 'drop') for (const { row } of found) codes[row] = gone.near;
    findings.push({ rule: near.do === 'drop' ? 'drop near' : 'near', column: near.column ?? null, value: null, found });
  }
  return { codes, findings, groups, ...aside };
};

const gone = { rule: 1, duplicate: 2, conflict: 3, near: 4 };

/** All of a group but the one that stays, which is a row of test if there is one; rows of test are never dropped. */
const nearOf = (group: readonly number[], isTest: (row: number) => boolean, drops: boolean): Found[] => {
  const other = group.find(isTest) ?? (group[0] as number);
  return group.filter((row) => row !== other && !(drops && isTest(row))).map((row) => ({ row, other }));
};

const refuseConflicts = (rows: number, sets: number): never => {
  throw new StageError(
    `${counted(rows, 'row')} with equal features have different targets, in ${counted(sets, 'set')}, and clean.conflicts says "fail"`,
    '"report" them in the ledger to see which, or "drop" them',
  );
};

/** Which rows no rule drops, and which are of the official test set. */
const standing = async (dataset: Dataset, dropped: string | null): Promise<{ codes: Uint8Array; test: Uint8Array }> => {
  const { official, rows } = dataset.manifest;
  const [codes, test] = [new Uint8Array(rows), new Uint8Array(rows)];
  if (dropped === null && official === undefined) return { codes, test };
  const expressions = [
    dropped === null ? '0' : `((${dropped}) IS TRUE)::INTEGER`,
    official === undefined ? '0' : `(coalesce(__split, '') = 'test')::INTEGER`,
  ];
  await readPieces(dataset, expressions, ({ items: [drops, tests], from }) => {
    codes.set(drops as Int32Array, from);
    test.set(tests as Int32Array, from);
  });
  return { codes, test };
};
