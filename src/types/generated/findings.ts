/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * What was looked for. The first six belong to preflight, the next six to the live doctor, the last three to a gan.
 */
export type Id =
  | 'labels'
  | 'initial-loss'
  | 'input-ignored'
  | 'gradient-flow'
  | 'overfit-batch'
  | 'shuffled-labels'
  | 'not-finite'
  | 'rate-too-high'
  | 'loss-rises'
  | 'loss-spike'
  | 'plateau'
  | 'dead-units'
  | 'mode-collapse'
  | 'discriminator-wins'
  | 'generator-wins';
/**
 * Before the first step, or while it trained.
 */
export type Phase = 'preflight' | 'training';

/**
 * What was found wrong with a training, before its first step and while it ran: the file findings.json.
 */
export interface Findings {
  /**
   * Format and version of this file.
   */
  format: 'stemma-findings-v1';
  /**
   * What was looked for, in a fixed order.
   */
  checks: FindingsCheck[];
  /**
   * Those of preflight first, then in the order in which the training gave them.
   */
  findings: Finding[];
}
export interface FindingsCheck {
  id: Id;
  phase: Phase;
  /**
   * "left out": there was nothing to look at, or it was switched off.
   */
  state: 'clean' | 'found' | 'left out';
  /**
   * What was looked at and measured, or why nothing was.
   */
  what: string;
}
/**
 * Something wrong, with what shows it and what to do about it.
 */
export interface Finding {
  id: Id;
  phase: Phase;
  /**
   * Of an error nothing good can come; it ends the training where on_trouble is "stop". A warning is worth a look.
   */
  severity: 'error' | 'warning';
  /**
   * What was found, in one sentence.
   */
  message: string;
  /**
   * What was measured, and what it was held against, by name.
   */
  evidence: {
    [k: string]: string | number;
  };
  /**
   * What to do about it.
   */
  remedy: string;
  /**
   * The step at which it was found, from 1.
   */
  step?: number;
  /**
   * The epoch after which it was found, from 1.
   */
  epoch?: number;
}
