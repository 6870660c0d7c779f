import type { DiagnosticCode } from '../diagnostics/catalogue.ts';
import type { Json } from '../types/json.ts';

/** Keys and indices from the root of a JSON document to a value in it. */
export type JsonPath = readonly (string | number)[];

/** A JSON file as it was read. Where its values stand is found out only if there is something to tell. */
export interface JsonDocument {
  /** Relative to the project, with `/`. */
  readonly file: string;
  readonly text: string;
  readonly value: Json;
  /** What `--set` changed in `value`. */
  readonly overrides: readonly Override[];
}

/** One `--set`: a value that stands on the command line and not in the file. */
export interface Override {
  readonly path: JsonPath;
  /** As it was given, after `--set `. */
  readonly text: string;
}

/** Where a mistake is. */
export type Spot =
  /** A value or key of a document; `within` are offsets within a string's text. */
  | {
      readonly kind: 'json';
      readonly document: JsonDocument;
      readonly path: JsonPath;
      readonly target: 'key' | 'value';
      readonly within?: { readonly start: number; readonly length: number };
    }
  /** A stretch of a file's text, which may be no JSON. */
  | {
      readonly kind: 'text';
      readonly file: string;
      readonly text: string;
      readonly offset: number;
      readonly length: number;
    }
  | { readonly kind: 'command line'; readonly text: string; readonly start: number; readonly length: number };

/** A mistake before its place was looked up. */
export interface Finding {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint?: string | undefined;
  /** For what comes from afar: the stages that it has come by, as `split.test → train (fits) → evaluate`. */
  readonly trail?: string | undefined;
  readonly spot?: Spot | undefined;
}

export type Report = (finding: Finding) => void;

type JsonSpot = Spot & { readonly kind: 'json' };

export const valueAt = (document: JsonDocument, ...path: JsonPath): JsonSpot => ({
  kind: 'json',
  document,
  path,
  target: 'value',
});
export const keyAt = (document: JsonDocument, ...path: JsonPath): JsonSpot => ({
  kind: 'json',
  document,
  path,
  target: 'key',
});
