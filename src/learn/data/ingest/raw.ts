import type { ColumnSummary, DataSchema } from '../../../types/generated/data-schema.ts';
import type {
  Column,
  RawColumn,
  RawDocuments,
  RawImages,
  RawRows,
  RawRules,
  RawSounds,
} from '../../../types/generated/dataset.ts';
import type { ImagesParams } from './images/params.ts';
import type { WordsForm } from './tags.ts';

export interface RawSource {
  /** Texts that mean a missing value; of a source that is no table, none. */
  readonly missing?: readonly string[];
  readonly images?: ImagesParams;
  readonly sounds?: RawSounds;
  readonly documents?: RawDocuments;
  /** Of a table: what was found in the columns. */
  readonly summaries?: readonly ColumnSummary[];
  /** What the source had to keep to. */
  readonly schema?: DataSchema | null;
  /** Of columns whose words have tags: how these stand in the cells. */
  readonly words?: ReadonlyMap<string, WordsForm>;
}

/** What ingest writes down of a source for those who will have one more row of it. */
export const rawOf = (columns: readonly Column[], source: RawSource = {}): RawRows => ({
  columns: columns.map((column) => rawColumn(column, source)),
  missing: [...(source.missing ?? [])],
  ...(source.images === undefined ? {} : { images: rawImages(source.images) }),
  ...(source.sounds === undefined ? {} : { sounds: source.sounds }),
  ...(source.documents === undefined ? {} : { documents: source.documents }),
  clean: [],
});

const rawColumn = (column: Column, { summaries = [], schema = null, words, documents }: RawSource): RawColumn => {
  const { name, kind } = column;
  if (kind === 'date' && documents?.format === 'emails') return { name, kind, time: true };
  if (kind === 'tensor') return { name, kind, dtype: column.dtype, shape: column.shape };
  const found = summaries.find((summary) => summary.name === name);
  const rules = rulesOf(schema?.columns.find((each) => each.name === name));
  return {
    ...{ name, kind },
    // All dates of a column are kept alike: with a time of day, or without.
    ...(kind === 'date' && found?.kind === 'date' && { time: (found.min ?? '').length > dayLength }),
    ...(words?.has(name) && { words: words.get(name)! }),
    ...(rules !== undefined && { rules }),
  };
};

/** Of 2012-01-31. */
const dayLength = 10;

const rulesOf = (rules: ColumnSummary | undefined): RawRules | undefined => {
  if (rules === undefined || rules.kind === 'tensor') return undefined;
  const bounds = rules.kind === 'number' || rules.kind === 'date' ? rules : { min: null, max: null };
  return {
    required: rules.required,
    ...(bounds.min !== null && { min: bounds.min }),
    ...(bounds.max !== null && { max: bounds.max }),
    ...(rules.kind === 'category' && { categories: rules.categories.map(({ label }) => label) }),
  };
};

const rawImages = ({ size, fit, channels, most_pixels, labels }: ImagesParams): RawImages => ({
  ...(size !== undefined && { size: [...size] as [number, number] }),
  ...{ fit, channels, most_pixels },
  ...(typeof labels === 'object' && { column: labels.image }),
});
