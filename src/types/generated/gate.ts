/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * The verdict of a gate on a candidate: gate.json. What was asked of it, what was found, and why it was accepted or refused.
 */
export interface Gate {
  /**
   * Format and version of this file.
   */
  format: 'stemma-gate-v1';
  /**
   * Whether no condition failed.
   */
  accepted: boolean;
  /**
   * What the candidate was held against: the last `accepted` model; `nothing accepted`: no model has been accepted before, so that no change could be judged; `not asked`: no condition is about a change.
   */
  compared: 'accepted' | 'nothing accepted' | 'not asked';
  /**
   * Every condition, in the order of the params.
   */
  conditions: GateCondition[];
  /**
   * Why it was refused, a sentence a condition that failed; empty where it was accepted.
   */
  reasons: string[];
  /**
   * What a reader should know of how it was judged, as that two models were compared by their intervals, and why.
   */
  remarks: string[];
}
/**
 * One limit that a metric has to keep.
 */
export interface GateCondition {
  /**
   * `require`: of the metric itself; `change`: of the difference to the last accepted model; `slice`: of the metric on some of the examples; `class`: of one class against all others.
   */
  kind: 'require' | 'change' | 'slice' | 'class';
  /**
   * Name of the metric, as the evaluation or the costs have it.
   */
  metric: string;
  /**
   * Name of the slice; of a `slice` alone.
   */
  slice?: string;
  /**
   * Name of the class; of a `class` alone.
   */
  class?: string;
  /**
   * What was asked: at least, at most; a fall or a rise by at most, or by at least, so much.
   */
  limit: 'min' | 'max' | 'max_drop' | 'max_rise' | 'min_drop' | 'min_rise';
  /**
   * The number that was asked for.
   */
  bound: number;
  /**
   * What has to keep the limit: the value, the worst end of its 95 % interval, or the best one (so that it fails only where the interval leaves no doubt).
   */
  by: 'value' | 'worst' | 'best';
  found?: GateFigure;
  candidate?: GateFigure1;
  before?: GateFigure2;
  /**
   * Of a change, what its interval is from: `paired`, the two models' predictions of the same examples; `intervals`, those of the two metrics, as if their examples were independent; `values`: it has none.
   */
  method?: 'paired' | 'intervals' | 'values';
  /**
   * Whether it was kept. `not judged`: there was nothing to hold it against; that refuses nobody.
   */
  outcome: 'passed' | 'failed' | 'not judged';
  /**
   * The same in words.
   */
  reason: string;
}
/**
 * The metric; of a change, the difference: candidate less accepted. Absent where there is none.
 */
export interface GateFigure {
  /**
   * The number.
   */
  value: number;
  /**
   * Lower bound of its interval.
   */
  low?: number;
  /**
   * Upper bound of its interval.
   */
  high?: number;
}
/**
 * Of a change: the candidate's metric.
 */
export interface GateFigure1 {
  /**
   * The number.
   */
  value: number;
  /**
   * Lower bound of its interval.
   */
  low?: number;
  /**
   * Upper bound of its interval.
   */
  high?: number;
}
/**
 * Of a change: the metric of the last accepted model.
 */
export interface GateFigure2 {
  /**
   * The number.
   */
  value: number;
  /**
   * Lower bound of its interval.
   */
  low?: number;
  /**
   * Upper bound of its interval.
   */
  high?: number;
}
