/** A mistake of the user's, told with its place. The catalogue of codes is in `diagnostics/`. */
export interface Diagnostic {
  /** Stable and documented, as `unknown-param`. */
  readonly code: string;
  /** One line: what is wrong, with names in double quotes. */
  readonly message: string;
  readonly place?: Place;
  readonly hint?: string;
  /** For what comes from afar: the stages that it has come by, as `split.test → train (fits) → evaluate`. */
  readonly trail?: string;
  readonly severity: 'error' | 'warning';
}

export interface Place {
  /** Relative to the project. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** The line's text, and how many of its characters the place covers. */
  readonly text: string;
  readonly length: number;
}
