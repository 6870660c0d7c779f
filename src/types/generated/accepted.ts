/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * What stands in `artifacts/<pipeline>/accepted/`, and the run that it was accepted in: accepted.json, beside what is published.
 */
export interface AcceptedFile {
  /**
   * Format and version of this file.
   */
  format: 'stemma-accepted-v1';
  /**
   * Name of the pipeline.
   */
  pipeline: string;
  /**
   * The run in which this was accepted.
   */
  run: string;
  /**
   * Digest of that run's record, which says the same.
   */
  record: string;
  /**
   * What tells this candidate from others.
   */
  candidate: string;
  /**
   * What is published, sorted by path.
   */
  outs: AcceptedOut[];
}
export interface AcceptedOut {
  /**
   * Where it lies, relative to this file.
   */
  path: string;
  /**
   * The out, as `train.model`.
   */
  from: string;
  /**
   * Digest of the content; a folder's is that of its manifest.
   */
  digest: string;
  /**
   * A file, or a folder with a manifest.
   */
  kind: 'file' | 'folder';
  /**
   * Size of the content.
   */
  bytes: number;
  /**
   * How many files a folder holds.
   */
  files?: number;
}
