/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * A line of the journal of a run under way: first what is run, then what becomes of each stage. The journal is removed when the run's record is written; that of a killed run is what the next one seals it from.
 */
export type JournalLine = JournalHead | JournalEntry;

/**
 * The first line.
 */
export interface JournalHead {
  /**
   * Format and version of this file.
   */
  format: 'stemma-journal-v1';
  /**
   * The process that runs, as it can be told from a later one with the same number.
   */
  process: {
    /**
     * Its number.
     */
    pid: number;
    /**
     * The system's note of when it started; null where the system keeps none.
     */
    started: string | null;
  };
  /**
   * The run's record as far as it is known when the run starts.
   */
  draft: {
    [k: string]: unknown;
  };
  /**
   * Names of the stages of the plan in topological order.
   */
  stages: string[];
}
/**
 * What became of a stage, or that it is executed now.
 */
export interface JournalEntry {
  /**
   * Name of the stage.
   */
  stage: string;
  /**
   * What became of it; `running` while it is executed.
   */
  state: 'running' | 'up to date' | 'restored' | 'ran' | 'failed' | 'cancelled';
  /**
   * Digest of all that decides its outs.
   */
  fingerprint?: string;
  /**
   * Digest of the record of the stage run that made its outs.
   */
  stageRun?: string;
  /**
   * Why it runs, or was restored.
   */
  because: string[];
  /**
   * Wall time in this run; 0 while it is executed.
   */
  seconds: number;
}
