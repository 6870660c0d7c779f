/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * The accepted runs of a pipeline, in the order in which they were accepted: `.store/accepted-v1/<pipeline>.json`, after a line with the digest of the rest. Derived from the records, which are the truth.
 */
export interface LedgerFile {
  /**
   * Format and version of this file.
   */
  format: 'stemma-ledger-v1';
  /**
   * Digest of the end of the chain when the records were last looked through: while it is the same, there is nothing new.
   */
  head: string;
  /**
   * The pipeline's newest run whose record was taken in, or nothing: one that comes later has a later name.
   */
  through: string;
  /**
   * A run that published the same as the one before it stands here once.
   */
  accepted: AcceptedRun[];
}
export interface AcceptedRun {
  /**
   * The run.
   */
  run: string;
  /**
   * Digest of its record.
   */
  record: string;
  /**
   * What tells its candidate from others.
   */
  candidate: string;
  /**
   * Digest of the RFC 8785 form of the list of what it published.
   */
  published: string;
}
