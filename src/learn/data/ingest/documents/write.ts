import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ColumnSummary } from '../../../../types/generated/data-schema.ts';
import type { RawDocuments } from '../../../../types/generated/dataset.ts';
import { type Column, createDatasetWriter } from '../../dataset.ts';
import { contentDigests, identify } from '../../identity.ts';
import { originsByFile } from '../../origins.ts';
import type { LabelData, Official, Rows } from '../../rows.ts';
import { sortLabels } from '../../words.ts';
import type { FolderSource, FolderStage } from '../folder.ts';
import { type Ingested, keptColumns } from '../params.ts';
import { rawOf } from '../raw.ts';
import type { Document } from './labels.ts';
import type { DocumentReader } from './read.ts';

export interface Documents {
  readonly source: FolderSource;
  readonly documents: readonly Document[];
  /** What is written down for those who will have one more of them. */
  readonly raw: RawDocuments;
  readonly reader: DocumentReader;
  /** Whether the files' paths are a column. */
  readonly file: boolean;
}

/** Reads documents a few hundred at a time into a data set, with their labels as the last column. */
export const writeDocuments = async (
  { source, documents, raw: how, reader, file }: Documents,
  { progress }: Pick<FolderStage, 'progress'>,
): Promise<Ingested> => {
  const label = documents[0]?.label === null ? null : (source.target ?? 'label');
  const official = documents[0]?.official !== null;
  const labels = sortLabels(new Set(documents.flatMap((each) => each.label ?? [])));
  const all: Column[] = [
    ...reader.columns,
    ...(file ? [textColumn('file')] : []),
    ...(label === null ? [] : [{ name: label, kind: 'category', dtype: 'string', categories: labels } as const]),
  ];
  const kept = keptColumns(
    all.map(({ name }) => name),
    { columns: source.columns, target: label ?? undefined, types: {} },
  );
  const columns = all.filter(({ name }) => kept.includes(name));
  const raw = rawOf(columns, { documents: how });
  const writer = await createDatasetWriter(source.out, { target: label, columns, official, raw });
  const seen = new Map<string, number>();
  const tallies = new Map(columns.map((column) => [column.name, tally()]));
  const counts = new Map<string | null, number>();
  const paths: string[] = [];
  for (let from = 0; from < documents.length; from += atOnce) {
    const part = documents.slice(from, from + atOnce);
    const found = await Promise.all(
      part.map(async ({ path }) => reader.read(await readFile(join(source.folder, path)), path)),
    );
    const examples = part
      .flatMap((document, index) => (found[index] ?? []).map((values) => ({ document, values })))
      .filter(({ document: { official: split } }) => {
        const count = (counts.get(split) ?? 0) + 1;
        counts.set(split, count);
        return source.subset === undefined || count <= source.subset;
      });
    const valuesOf = (name: string) =>
      examples.map(({ document, values }) => {
        if (name === label) return document.label;
        return file && name === 'file' ? document.path : (values[name] ?? null);
      });
    const rows: Rows = {
      ids: examples.map(() => ''),
      official: official ? examples.map(({ document }) => document.official as Official) : null,
      columns: new Map(
        columns.map(({ name }): [string, LabelData] => [name, { kind: 'label', values: valuesOf(name) }]),
      ),
    };
    for (const [name, { add }] of tallies) valuesOf(name).forEach(add);
    for (const { document } of examples) paths.push(document.path);
    if (examples.length > 0) await writer.append({ ...rows, ids: identify(contentDigests(rows), seen) });
    progress({ done: Math.min(from + atOnce, documents.length), total: documents.length, unit: 'files' });
  }
  const manifest = await writer.close();
  const summaries = columns.map((column) => (tallies.get(column.name) as Tally).summary(column));
  return { manifest, summaries, origins: originsByFile(paths), notices: [] };
};

export const textColumn = (name: string): Column => ({ name, kind: 'text', dtype: 'string' });

const atOnce = 256;

interface Tally {
  readonly add: (value: string | null) => void;
  readonly summary: (column: Column) => ColumnSummary;
}

const tally = (): Tally => {
  const different = new Map<string, number>();
  let [rows, missing, shortest, longest] = [0, 0, Number.POSITIVE_INFINITY, 0];
  let bounds: { min: string; max: string } | null = null;
  return {
    add: (value) => {
      rows += 1;
      if (value === null) {
        missing += 1;
        return;
      }
      // Long texts are told apart by their digests, so that they need not be kept.
      const key = value.length <= longestKey ? value : createHash('sha256').update(value).digest('hex');
      different.set(key, (different.get(key) ?? 0) + 1);
      const length = [...value].length;
      shortest = Math.min(shortest, length);
      longest = Math.max(longest, length);
      if (bounds === null) bounds = { min: value, max: value };
      else if (value < bounds.min) bounds.min = value;
      else if (value > bounds.max) bounds.max = value;
    },
    summary: (column) => {
      const { name } = column;
      const distinct = different.size;
      const isKey = longest <= longestKey && missing === 0 && distinct === rows && rows > 0;
      const found = { missing, required: missing === 0, unique: isKey && column.kind === 'text', distinct };
      if (column.kind === 'category') {
        const categories = column.categories.map((label) => ({ label, rows: different.get(label) ?? 0 }));
        return { name, kind: 'category', ...found, categories };
      }
      if (column.kind === 'date') return { name, kind: 'date', ...found, ...(bounds ?? { min: null, max: null }) };
      const lengths = distinct === 0 ? { shortest: null, longest: null } : { shortest, longest };
      return { name, kind: 'text', ...found, ...lengths };
    },
  };
};

const longestKey = 64;
