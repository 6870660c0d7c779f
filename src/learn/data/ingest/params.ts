import type { ColumnSummary } from '../../../types/generated/data-schema.ts';
import { StageError } from '../../error.ts';
import type { DatasetManifest } from '../dataset.ts';
import type { Origins } from '../origins.ts';
import { listed } from '../words.ts';
import type { Delimiter } from './csv-header.ts';
import type { DocumentsParams, EmailsParams } from './documents/params.ts';
import type { Format } from './format.ts';
import type { ImagesParams } from './images/params.ts';

/** The params of the stage type `ingest`. */
export interface IngestParams {
  readonly format: Format | 'auto';
  /** Name of the column to predict. */
  readonly target?: string;
  /** Name of a column of numbers that says what each row counts for in training; it is no feature. */
  readonly weight?: string;
  /** Names of the source's columns, where it has none itself. */
  readonly names?: readonly string[];
  /** What stands between the fields of CSV or TSV; "auto" where absent: a tab in TSV, and what the header of a CSV has. */
  readonly delimiter?: Delimiter | 'auto';
  /** The columns to keep; all where absent. */
  readonly columns?: readonly string[];
  /** Kinds that are asked for instead of inferred. */
  readonly types: Readonly<Record<string, AskedKind>>;
  /** Texts that mean a missing value. */
  readonly missing: readonly string[];
  /** Only so many first rows of each official split. */
  readonly subset?: number;
  /** Shape of a row's tensor, where the source is a list of numbers. */
  readonly shape?: readonly number[];
  /** What becomes of a row without any element, where rows are lists; "fail" where absent. */
  readonly empty?: 'fail' | 'drop';
  /** How a folder of images is read: of that format alone. */
  readonly images?: ImagesParams;
  /** How a folder of texts is read: of that format alone. */
  readonly texts?: DocumentsParams;
  /** How a folder of e-mails is read: of that format alone. */
  readonly emails?: EmailsParams;
}

export type AskedKind = 'number' | 'category' | 'date' | 'text';

export interface Ingested {
  readonly manifest: DatasetManifest;
  readonly summaries: ColumnSummary[];
  readonly origins: Origins;
  /** What people should know and is no failure. */
  readonly notices: readonly string[];
}

/** The params that name columns. */
interface Naming {
  readonly columns?: readonly string[] | undefined;
  readonly target?: string | undefined;
  readonly weight?: string | undefined;
  readonly types: IngestParams['types'];
}

/** Checks that the columns that the params name exist, and returns those to keep, in the source's order. */
export const keptColumns = (found: readonly string[], { columns, target, types, weight }: Naming): string[] => {
  for (const [param, names] of Object.entries({
    columns: columns ?? [],
    types: Object.keys(types),
    target: target === undefined ? [] : [target],
    weight: weight === undefined ? [] : [weight],
  })) {
    const unknown = names.find((name) => !found.includes(name));
    if (unknown !== undefined) {
      throw new StageError(
        `params.${param} names the column "${unknown}", and the source has none of that name`,
        `it has ${listed(found.slice(0, 30))}`,
      );
    }
  }
  for (const [what, name] of Object.entries({ target, weight })) {
    if (name !== undefined && columns !== undefined && !columns.includes(name)) {
      throw new StageError(`params.columns leaves out the ${what} "${name}"`);
    }
  }
  if (weight !== undefined && weight === target) {
    throw new StageError(`params.target and params.weight both name the column "${weight}"`);
  }
  const kept = columns === undefined ? null : new Set(columns);
  return found.filter((name) => kept === null || kept.has(name));
};
