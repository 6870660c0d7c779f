/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * Which model: the most frequent class, tag or labels, the mean, one that learns from the features, or the tag that each word has most often.
 */
export type DiagnosisBaselineName =
  'majority' | 'mean' | 'nearest neighbours' | 'logistic regression' | 'linear regression' | 'tag of each word';

/**
 * Whether a training overfits or underfits, with the evidence, and what could be changed about it: diagnosis.json, the out of the stage type diagnose.
 */
export interface Diagnosis {
  /**
   * Format and version of this file.
   */
  format: 'stemma-diagnosis-v1';
  /**
   * What the training is, on the whole. "overfitting": the loss on validation rises while that on train falls. "standing-gap": the model does better on train than on validation, and that does not grow. "underfitting": it has not learnt what can be learnt. "unclear": there is too little to tell by. "sound": none of these.
   */
  verdict: 'overfitting' | 'standing-gap' | 'underfitting' | 'unclear' | 'sound';
  /**
   * Name of the target that it is about, where the model predicts several.
   */
  target?: string;
  /**
   * The verdict in one sentence, with its main number.
   */
  sentence: string;
  /**
   * How many examples were predicted with the weights that were kept.
   */
  rows: {
    /**
     * Of train, without augmentation.
     */
    train: number;
    /**
     * Of validation.
     */
    validation: number;
  };
  /**
   * Epochs that were trained.
   */
  epochs: number;
  /**
   * The epoch whose weights the model has.
   */
  kept: number;
  /**
   * By how much the model does worse on validation than on train, by loss first, then by a metric.
   *
   * @minItems 1
   */
  gaps: [DiagnosisGap, ...DiagnosisGap[]];
  course: DiagnosisCourse;
  /**
   * What simpler models reach on validation that were given the same examples of train; the model has to be better.
   */
  baselines: DiagnosisBaseline[];
  /**
   * Which of them were not made for these examples, and why.
   */
  left_out?: DiagnosisLeftOut[];
  memorization?: DiagnosisMemorization;
  /**
   * What was found, the gravest first.
   */
  findings: DiagnosisFinding[];
}
/**
 * One measure on train and on validation, with the weights that were kept.
 */
export interface DiagnosisGap {
  /**
   * `loss` (cross entropy in nats, or squared error; without penalties and smoothed labels), `accuracy`, of lists of labels `binary_accuracy`, or `mae`.
   */
  measure: string;
  /**
   * Which way is better.
   */
  better: 'less' | 'more';
  /**
   * On train.
   */
  train: number;
  /**
   * On validation.
   */
  validation: number;
  /**
   * By how much validation is worse: above 0 where it is.
   */
  gap: Estimate;
}
/**
 * A number with the bounds of its 95 % confidence interval.
 */
export interface Estimate {
  /**
   * The number.
   */
  value: number;
  /**
   * Lower bound.
   */
  low: number;
  /**
   * Upper bound.
   */
  high: number;
}
/**
 * How the loss on validation went, by the history.
 */
export interface DiagnosisCourse {
  /**
   * The loss on validation by epoch, smoothed.
   */
  smoothed: number[];
  /**
   * The epoch at which the smoothed loss is lowest.
   */
  lowest: number;
  /**
   * Standard deviation of what changes it from epoch to epoch without a direction.
   */
  noise: number;
  /**
   * Epochs after the lowest.
   */
  after: number;
  /**
   * The last epoch before the loss on validation began to rise for good; only where it did.
   */
  onset?: number;
  /**
   * How the loss on validation changes by epoch after its lowest; from three epochs after it on.
   */
  slope?: Estimate;
  /**
   * Chance of such a slope, or a steeper one upwards, where there is none.
   */
  p_value?: number;
  /**
   * By how much the smoothed loss on validation lies above its lowest in the end.
   */
  rise?: number;
  /**
   * How the loss on train changes by epoch over the same epochs.
   */
  train_slope?: Estimate;
}
export interface DiagnosisBaseline {
  name: DiagnosisBaselineName;
  /**
   * `accuracy`, `binary_accuracy` or `mae`.
   */
  measure: string;
  /**
   * What it reaches on validation.
   */
  value: number;
  /**
   * By how much the trained model is better, on the same examples: below 0 where it is worse.
   */
  ahead: Estimate;
}
/**
 * A baseline that was not made.
 */
export interface DiagnosisLeftOut {
  name: DiagnosisBaselineName;
  /**
   * Why it was not.
   */
  reason: string;
}
/**
 * The same network, drawn anew, and trained as long on train with its targets in a random order: what it learns there, it has learnt by heart.
 */
export interface DiagnosisMemorization {
  /**
   * Examples of train that it was given.
   */
  examples: number;
  /**
   * Examples that train has.
   */
  of: number;
  /**
   * Epochs, as many as the training had.
   */
  epochs: number;
  /**
   * Steps that took.
   */
  steps: number;
  /**
   * Share of the targets, or of labels, that it tells right, or share of their variance.
   */
  measure: 'accuracy' | 'binary_accuracy' | 'r2';
  /**
   * What it reached on the targets in random order.
   */
  random: Estimate;
  /**
   * What the best constant answer reaches on them.
   */
  chance: number;
  /**
   * What the trained model reaches on train with its own targets.
   */
  actual: number;
}
export interface DiagnosisFinding {
  /**
   * "overfitting": the gap widens. "standing-gap": it only stands. "underfitting": simpler models do as well, or nothing was learnt. "undertrained": it was still learning when it ended. "too-few-epochs": nothing can be told of its course. "memorization": the network can learn as much by heart.
   */
  kind: 'overfitting' | 'standing-gap' | 'underfitting' | 'undertrained' | 'too-few-epochs' | 'memorization';
  /**
   * A warning is worth a change; a note is worth knowing.
   */
  severity: 'warning' | 'note';
  /**
   * What was found, in one sentence.
   */
  sentence: string;
  /**
   * The numbers that show it.
   */
  evidence: DiagnosisEvidence[];
  /**
   * What could help, the cheapest first: `stemma apply` tries them.
   */
  remedies: DiagnosisRemedy[];
}
export interface DiagnosisEvidence {
  /**
   * Its name, as `gap_loss`.
   */
  name: string;
  /**
   * What it is, for people.
   */
  what: string;
  /**
   * The number.
   */
  value: number;
  /**
   * Lower bound of its 95 % interval, where it has one.
   */
  low?: number;
  /**
   * Upper bound.
   */
  high?: number;
}
export interface DiagnosisRemedy {
  /**
   * What it changes, as "dropout 0.3".
   */
  title: string;
  /**
   * Why it may help.
   */
  why: string;
  /**
   * Changes to the pipeline's file: a JSON Patch (RFC 6902).
   */
  patch: PatchOperation[];
}
export interface PatchOperation {
  /**
   * What is done at the path.
   */
  op: 'add' | 'replace' | 'remove';
  /**
   * A JSON Pointer (RFC 6901) into the pipeline's file.
   */
  path: string;
  /**
   * What stands there after it; not for "remove".
   */
  value?:
    | string
    | number
    | boolean
    | null
    | unknown[]
    | {
        [k: string]: unknown;
      };
}
