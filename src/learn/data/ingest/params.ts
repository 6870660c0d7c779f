import type { ColumnSummary } from '../../../types/generated/data-schema.ts';
import { StageError } from '../../error.ts';
import type { DatasetManifest } from '../dataset.ts';
import { listed } from '../words.ts';
import type { Format } from './format.ts';

/** The params of the stage type `ingest`. */
export interface IngestParams {
  readonly format: Format | 'auto';
  /** Name of the column to predict. */
  readonly target?: string;
  /** The columns to keep; all where absent. */
  readonly columns?: readonly string[];
  /** Kinds that are asked for instead of inferred. */
  readonly types: Readonly<Record<string, AskedKind>>;
  /** Texts that mean a missing value. */
  readonly missing: readonly string[];
  /** Only so many first rows of each official split. */
  readonly subset?: number;
}

export type AskedKind = 'number' | 'category' | 'text';

export interface Ingested {
  readonly manifest: DatasetManifest;
  readonly summaries: ColumnSummary[];
}

/** Checks that the columns that the params name exist, and returns those to keep, in the source's order. */
export const keptColumns = (found: readonly string[], { columns, target, types }: IngestParams): string[] => {
  for (const [param, names] of Object.entries({
    columns: columns ?? [],
    types: Object.keys(types),
    target: target === undefined ? [] : [target],
  })) {
    const unknown = names.find((name) => !found.includes(name));
    if (unknown !== undefined) {
      throw new StageError(
        `params.${param} names the column "${unknown}", and the source has none of that name`,
        `it has ${listed(found.slice(0, 30))}`,
      );
    }
  }
  if (target !== undefined && columns !== undefined && !columns.includes(target)) {
    throw new StageError(`params.columns leaves out the target "${target}"`);
  }
  return found.filter((name) => columns === undefined || columns.includes(name));
};
