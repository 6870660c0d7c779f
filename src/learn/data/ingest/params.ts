import type { ColumnSummary } from '../../../types/generated/data-schema.ts';
import { StageError } from '../../error.ts';
import type { DatasetManifest } from '../dataset.ts';
import type { Origins } from '../origins.ts';
import { listed } from '../words.ts';
import type { Delimiter } from './csv-header.ts';
import type { DocumentsParams, EmailsParams } from './documents/params.ts';
import type { Format } from './format.ts';
import type { ImagesParams } from './images/params.ts';
import type { SoundsParams } from './sounds/params.ts';

/** The params of the stage type `ingest`. */
export interface IngestParams {
  readonly format: Format | 'auto';
  /** Name of the column to predict, or names of several. */
  readonly target?: string | readonly string[];
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
  /** How columns of lists of labels are read, by their names; those that types alone names are JSON arrays. */
  readonly labels?: LabelsParams;
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
  /** How a folder of sounds is read: of that format alone. */
  readonly sounds?: SoundsParams;
  /** How a folder of texts is read: of that format alone. */
  readonly texts?: DocumentsParams;
  /** How a folder of e-mails is read: of that format alone. */
  readonly emails?: EmailsParams;
}

export type AskedKind = 'number' | 'category' | 'labels' | 'date' | 'text';

/**
 * By the column's name: what stands between the labels of a cell, the columns of 0 and 1 that it is made of, or the column
 * of words of which each has one of its tags.
 */
export type LabelsParams = Readonly<Record<string, DelimitedLabels | FlaggedLabels | TagLabels>>;

export interface DelimitedLabels {
  readonly delimiter: string;
}

export interface FlaggedLabels {
  readonly columns: readonly string[];
}

export interface TagLabels {
  readonly each: string;
}

/** The name that labels are to have which a source makes itself; lists of names are refused before. */
export const labelName = ({ target }: IngestParams): string | undefined =>
  typeof target === 'string' ? target : undefined;

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
  readonly target?: string | readonly string[] | undefined;
  readonly labels?: LabelsParams | undefined;
  readonly weight?: string | undefined;
  readonly types: IngestParams['types'];
}

/** Checks that the columns that the params name exist, and returns those to keep, in the source's order. */
export const keptColumns = (found: readonly string[], naming: Naming): string[] => {
  const { columns, types, weight, labels = {} } = naming;
  const targets = [naming.target ?? []].flat();
  const made = Object.entries(labels).flatMap(([name, rule]) => ('columns' in rule ? [name] : []));
  const parts = Object.values(labels).flatMap((rule) =>
    'columns' in rule ? rule.columns : 'each' in rule ? [rule.each] : [],
  );
  for (const [param, names] of Object.entries({
    columns: columns ?? [],
    // Before the types, which labels imply.
    labels: [...Object.keys(labels), ...parts],
    types: Object.keys(types),
    target: targets,
    weight: weight === undefined ? [] : [weight],
  })) {
    const unknown = names.find((name) => !found.includes(name) && !(param !== 'weight' && made.includes(name)));
    if (unknown !== undefined) {
      throw new StageError(
        `params.${param} names the column "${unknown}", and the source has none of that name`,
        `it has ${listed(found.slice(0, 30))}`,
      );
    }
  }
  const needed = [...targets.map((name) => ['target', name] as const), ['weight', weight] as const];
  for (const [what, name] of needed) {
    if (name !== undefined && columns !== undefined && !columns.includes(name)) {
      throw new StageError(`params.columns leaves out the ${what} "${name}"`);
    }
  }
  for (const [name, rule] of Object.entries(labels)) {
    if (!('each' in rule) || columns === undefined || !columns.includes(name) || columns.includes(rule.each)) continue;
    throw new StageError(`params.columns leaves out "${rule.each}", of whose words "${name}" has the tags`);
  }
  if (weight !== undefined && targets.includes(weight)) {
    throw new StageError(`params.target and params.weight both name the column "${weight}"`);
  }
  const kept = columns === undefined ? null : new Set([...columns, ...partsOf(columns, labels)]);
  return found.filter((name) => kept === null || kept.has(name));
};

/** The columns of which kept ones are made. */
const partsOf = (columns: readonly string[], labels: LabelsParams): readonly string[] =>
  Object.entries(labels).flatMap(([name, rule]) => ('columns' in rule && columns.includes(name) ? rule.columns : []));
