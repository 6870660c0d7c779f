import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, hexOf } from '../../fingerprint/canonical.ts';
import type { TabularOut } from '../../types/row-program.ts';
import type { IndexedOut } from '../index/rows.ts';
import type { IndexSource } from '../index/source.ts';
import type { StageRunTable } from '../index/stage-run-table.ts';

export interface OutsSource {
  readonly table: StageRunTable;
  readonly source: Pick<IndexSource, 'readManifest'>;
  /** Absolute path of `artifacts/.store`. */
  readonly store: string;
  /** The pipeline that is looked at: stages of another one that it took from are called `pipeline:stage`. */
  readonly pipeline: string;
}

export interface TabularOuts {
  readonly outs: readonly TabularOut[];
  /** Stage runs, each after those that it took from. */
  readonly stageRuns: readonly number[];
  /** Outs of which the store no longer has everything, as `stage.out`. */
  readonly freed: readonly string[];
}

/** All data sets and tables that some stage runs made, and all that are above these, the first made first. */
export const tabularOuts = (from: readonly number[], { table, source, store, pipeline }: OutsSource): TabularOuts => {
  const stageRuns = inOrder(from, table);
  const outs: TabularOut[] = [];
  const freed: string[] = [];
  for (const number of stageRuns) {
    const stageRun = table.get(number);
    const { outs: made } = stageRun;
    const stage = calledIn(pipeline, stageRun);
    for (const out of made) {
      if (!isTabular(out)) continue;
      const files = filesOf(out, { source, store });
      if (files === undefined) freed.push(`${stage}.${out.name}`);
      else outs.push({ stage, out: out.name, type: out.type, files });
    }
  }
  return { outs, stageRuns, freed };
};

/** What a stage is called where a pipeline is looked at. */
export const calledIn = (
  pipeline: string,
  { pipeline: own, stage }: { readonly pipeline: string; readonly stage: string },
): string => (own === pipeline ? stage : `${own}:${stage}`);

/** Depth first: a stage run comes when all that it took from have come. */
const inOrder = (from: readonly number[], table: StageRunTable): number[] => {
  const done = new Set<number>();
  const visit = (number: number): void => {
    if (done.has(number)) return;
    for (const above of table.above(number)) visit(above);
    done.add(number);
  };
  for (const number of from) visit(number);
  return [...done];
};

type Tabular = IndexedOut & { readonly type: TabularOut['type'] };

export const isTabular = (out: IndexedOut): out is Tabular => out.type === 'dataset' || out.type === 'table';

/** Tensors are not looked at. */
const filesOf = (
  { type, kind, digest }: Tabular,
  { source, store }: Pick<OutsSource, 'source' | 'store'>,
): Record<string, string> | undefined => {
  const entries =
    kind === 'file'
      ? [{ path: '', hex: hexOf(digest) }]
      : source.readManifest(digest)?.filter(({ path }) => type === 'table' || /\.(json|parquet)$/.test(path));
  const files = entries?.map(({ path, hex }) => [path, contentFile(store, `sha256:${hex}`)] as const);
  return files?.every(([, file]) => existsSync(file)) ? Object.fromEntries(files) : undefined;
};

const contentFile = (store: string, digest: Digest): string =>
  join(store, 'content-v1', hexOf(digest).slice(0, 2), hexOf(digest).slice(2));
