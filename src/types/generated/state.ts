/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * What stands in the workspace for one stage: one file a stage, so that a thousand stages share no lock file.
 */
export interface StageStateFile {
  /**
   * Format and version of this file.
   */
  format: 'stemma-state-v1';
  /**
   * Fingerprint of the outs that were put into the workspace last.
   */
  fingerprint: string;
  /**
   * The outs by name.
   */
  outs: {
    [k: string]: PlacedOut;
  };
  /**
   * Digest of the record of the stage run that made them.
   */
  stageRun: string;
  /**
   * Wall time of that stage run.
   */
  seconds: number;
  /**
   * One line for people.
   */
  summary?: string;
  /**
   * The stage's metrics.
   */
  metrics?: {
    [k: string]: unknown;
  };
  gate?: PlacedGate;
}
export interface PlacedOut {
  /**
   * Path in the stage's folder.
   */
  path: string;
  /**
   * Digest of the content.
   */
  digest: string;
}
/**
 * Of a gate: what it has come to.
 */
export interface PlacedGate {
  /**
   * Whether it accepts the candidate.
   */
  accepted: boolean;
  /**
   * Why not; empty where it accepts.
   */
  reasons: string[];
}
