import type { TablePreview } from '../../../types/generated/preview.ts';
import { examplesOf } from '../examples.ts';
import { type ColumnData, columnOf } from '../rows.ts';
import { altered } from './altered.ts';
import { featuresOf } from './policy.ts';
import type { Shown } from './shown.ts';
import { featuresIn, type Version, versionsOf } from './versions.ts';

type Row = TablePreview['rows'][number];

/** Rows of columns: each as it is, with each transform alone, and with all of them. */
export const tablePreview = (shown: Shown): TablePreview => {
  const { manifest, rows, labels, policy, caption } = shown;
  const [only, ...others] = featuresOf(manifest);
  const isTensor = only?.kind === 'tensor' && others.length === 0;
  const isNumeric = isTensor || featuresOf(manifest).every(({ kind }) => kind === 'number');
  const cells = isNumeric ? numericCells(shown) : columnCells(shown);
  const versions = [undefined, ...versionsOf(policy, [1])];
  const tables = versions.map((version) => cells(version));
  return {
    format: 'stemma-preview-v1',
    kind: 'table',
    rows: rows.ids.flatMap((id, row) =>
      versions.map((version, at): Row => {
        const example = labels[row] === id.slice(0, 8) ? labels[row]! : `${labels[row]} (${id.slice(0, 8)})`;
        return { example, version: version?.label ?? 'original', ...tables[at]![row]! };
      }),
    ),
    caption,
  };
};

/** The cells of all rows in a version; undefined: as they are. */
type Cells = (version: Version | undefined) => readonly Row[];

/** Features as a model takes them, mixed rows too. */
const numericCells = ({ manifest, rows }: Shown): Cells => {
  const examples = examplesOf({ ...manifest, rows: rows.ids.length }, [rows], { targets: 'any' });
  const width = examples.features.length / rows.ids.length;
  const names = width === examples.featureNames.length ? examples.featureNames : undefined;
  return (version) => {
    const features = version === undefined ? examples.features : featuresIn(examples, version);
    return rows.ids.map((_, row) => {
      const values = [...features.subarray(row * width, (row + 1) * width)];
      if (names === undefined) return { [examples.featureNames[0]!]: values.join(' ') };
      return Object.fromEntries(values.map((value, at) => [names[at]!, value]));
    });
  };
};

/** Columns that are not encoded yet, texts among them. */
const columnCells = ({ manifest, rows, synonyms }: Shown): Cells => {
  const names = featuresOf(manifest).map(({ name }) => name);
  return (version) => {
    const seen = version === undefined ? rows : altered(rows, manifest, { ...version, synonyms, pool: rows });
    return rows.ids.map((_, row) => Object.fromEntries(names.map((name) => [name, cellOf(columnOf(name)(seen), row)])));
  };
};

const mostLetters = 200;

const cellOf = (data: ColumnData, row: number): string | number => {
  if (data.kind === 'tensor') return '';
  const value = data.values[row] ?? null;
  if (value === null || Number.isNaN(value)) return 'missing';
  if (typeof value === 'number') return value;
  const letters = Array.from(value);
  return letters.length > mostLetters ? `${letters.slice(0, mostLetters).join('')}…` : value;
};
