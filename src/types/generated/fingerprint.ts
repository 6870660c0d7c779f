/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * What the store knows under a fingerprint: the outs it stands for, and the fingerprint's own JSON, so that `why` is a difference of two files.
 */
export interface CacheEntry {
  /**
   * Format and version of this file.
   */
  format: 'stemma-fingerprint-v1';
  /**
   * Digest of the RFC 8785 form of `fields`.
   */
  fingerprint: string;
  /**
   * All that decides the outs.
   */
  fields: {
    [k: string]: unknown;
  };
  /**
   * The outs by name.
   */
  outs: {
    [k: string]: CachedOut;
  };
  /**
   * One line for people.
   */
  summary?: string;
  /**
   * The stage's metrics.
   */
  metrics: {
    [k: string]: unknown;
  };
  gate?: CachedGate;
  /**
   * Digest of the record of the stage run that made the outs.
   */
  stageRun: string;
  /**
   * Wall time of that stage run: what a restore saves.
   */
  seconds: number;
}
export interface CachedOut {
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
/**
 * Of a gate: what it has come to.
 */
export interface CachedGate {
  /**
   * Whether it accepts the candidate.
   */
  accepted: boolean;
  /**
   * Why not; empty where it accepts.
   */
  reasons: string[];
}
