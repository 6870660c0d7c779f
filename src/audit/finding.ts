import type { FindingCode } from './catalogue.ts';

/** What an audit looks at, in the order in which it tells of it. */
export type CheckName =
  | 'content'
  | 'manifests'
  | 'stage runs'
  | 'runs'
  | 'cache entries'
  | 'states'
  | 'outs'
  | 'published'
  | 'leakage'
  | 'inputs'
  | 'code'
  | 'pieces'
  | 'derived files'
  | 'other files';

/** One file that is not what the records say. */
export interface AuditFinding {
  readonly check: CheckName;
  readonly code: FindingCode;
  /** Relative to the project; absolute for what lies outside of it, as a package can. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  /** What it means for the lineage. */
  readonly meaning: string;
  readonly remedy: string;
}

/** Something that an auditor should know and that is nobody's fault. */
export interface AuditNote {
  readonly check: CheckName;
  readonly path: string;
  readonly message: string;
}

/** Whom a check tells what it finds. */
export interface Listener {
  finding(code: FindingCode, path: string, what: { readonly expected: string; readonly found: string }): void;
  note(path: string, message: string): void;
  /** Of `total` files so many were looked at. */
  progress(done: number, total: number): void;
}
