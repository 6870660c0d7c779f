/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * What a training recorded by epoch: the file history.json. There is no time in it: times are telemetry.
 */
export interface TrainingHistory {
  /**
   * Format and version of this file.
   */
  format: 'stemma-history-v1';
  /**
   * The epochs in order.
   */
  epochs: EpochRecord[];
  /**
   * The epoch that was best by what was monitored.
   */
  best: {
    /**
     * Its number, from 1.
     */
    epoch: number;
    /**
     * What was monitored, as `val_loss`.
     */
    monitor: string;
    /**
     * Whether less or more of it is better.
     */
    mode: 'min' | 'max';
    /**
     * What was monitored, in that epoch.
     */
    value: number;
  };
  /**
   * The epoch whose weights the model has: the best one; the last one where there is no validation, or where `restore_best` is false.
   */
  kept: number;
  /**
   * Whether all epochs were trained, or early stopping ended it.
   */
  stopped: 'finished' | 'early';
  /**
   * What ended it early, by the param of `early_stopping`; absent where it was finished.
   */
  stopped_by?: 'patience' | 'stopping_threshold' | 'divergence_threshold' | 'check_finite';
}
/**
 * One epoch. Losses are means over the examples: softmax cross entropy in nats for classes, squared error for numbers, with smoothed labels and penalties of weights where these are asked for. Those without `val_` were taken while the weights changed, on the batches as trained (augmented, with dropout).
 */
export interface EpochRecord {
  /**
   * Its number, from 1.
   */
  epoch: number;
  /**
   * The phase of the training that it belongs to, from 1; absent where the training has no phases.
   */
  phase?: number;
  /**
   * The learning rate of its last step.
   */
  rate: number;
  /**
   * Mean loss on train.
   */
  loss: number;
  /**
   * Share of train's examples predicted right; classes only.
   */
  accuracy?: number;
  /**
   * Mean absolute error on train; numbers only.
   */
  mae?: number;
  /**
   * Mean loss on validation.
   */
  val_loss?: number;
  /**
   * Share of validation's examples predicted right; classes only.
   */
  val_accuracy?: number;
  /**
   * Mean over the classes of their precision on validation; classes only.
   */
  val_macro_precision?: number;
  /**
   * Mean over the classes of their recall on validation; classes only.
   */
  val_macro_recall?: number;
  /**
   * Mean over the classes of their F1 on validation; classes only.
   */
  val_macro_f1?: number;
  /**
   * Mean over the classes that occur of their recall on validation; classes only.
   */
  val_balanced_accuracy?: number;
  /**
   * Precision of the positive class on validation; classes only.
   */
  val_precision?: number;
  /**
   * Recall of the positive class on validation; where the objective has bounds, at the best threshold that keeps them; classes only.
   */
  val_recall?: number;
  /**
   * F1 of the positive class on validation; classes only.
   */
  val_f1?: number;
  /**
   * F-beta of the positive class on validation; classes only.
   */
  val_fbeta?: number;
  /**
   * Mean over the classes of their F-beta on validation; classes only.
   */
  val_macro_fbeta?: number;
  /**
   * Precision of all answers on validation, which is the accuracy; classes only.
   */
  val_micro_precision?: number;
  /**
   * Recall of all answers on validation, which is the accuracy; classes only.
   */
  val_micro_recall?: number;
  /**
   * F1 of all answers on validation, which is the accuracy; classes only.
   */
  val_micro_f1?: number;
  /**
   * F-beta of all answers on validation, which is the accuracy; classes only.
   */
  val_micro_fbeta?: number;
  /**
   * Precision on validation, averaged over the classes by their examples; classes only.
   */
  val_weighted_precision?: number;
  /**
   * Recall on validation, averaged over the classes by their examples; classes only.
   */
  val_weighted_recall?: number;
  /**
   * F1 on validation, averaged over the classes by their examples; classes only.
   */
  val_weighted_f1?: number;
  /**
   * F-beta on validation, averaged over the classes by their examples; classes only.
   */
  val_weighted_fbeta?: number;
  /**
   * Matthews' correlation coefficient on validation; classes only.
   */
  val_mcc?: number;
  /**
   * Cohen's kappa on validation; classes only.
   */
  val_kappa?: number;
  /**
   * Cohen's kappa on validation, with linear weights; classes only.
   */
  val_kappa_linear?: number;
  /**
   * Cohen's kappa on validation, with quadratic weights; classes only.
   */
  val_kappa_quadratic?: number;
  /**
   * Area under the ROC curve of the positive class on validation; classes only.
   */
  val_roc_auc?: number;
  /**
   * Mean over the classes of the area under their ROC curve on validation; classes only.
   */
  val_macro_roc_auc?: number;
  /**
   * The same, averaged by the examples of the classes; classes only.
   */
  val_weighted_roc_auc?: number;
  /**
   * Area under the precision-recall curve of the positive class on validation, by trapezoids; classes only.
   */
  val_pr_auc?: number;
  /**
   * Mean over the classes of that area on validation; classes only.
   */
  val_macro_pr_auc?: number;
  /**
   * The same, averaged by the examples of the classes; classes only.
   */
  val_weighted_pr_auc?: number;
  /**
   * Average precision of the positive class on validation; classes only.
   */
  val_average_precision?: number;
  /**
   * Mean over the classes of their average precision on validation; classes only.
   */
  val_macro_average_precision?: number;
  /**
   * The same, averaged by the examples of the classes; classes only.
   */
  val_weighted_average_precision?: number;
  /**
   * Share of validation's examples whose class is among the k most probable; classes only.
   */
  val_top_k_accuracy?: number;
  /**
   * Mean log loss on validation, without smoothed labels and penalties; classes only.
   */
  val_log_loss?: number;
  /**
   * Brier score on validation; classes only.
   */
  val_brier?: number;
  /**
   * Expected calibration error on validation; classes only.
   */
  val_ece?: number;
  /**
   * Mean absolute error on validation; numbers only.
   */
  val_mae?: number;
  /**
   * Root of the mean squared error on validation; numbers only.
   */
  val_rmse?: number;
  /**
   * Share of the target's variance that is explained on validation; numbers only, and only where the target varies.
   */
  val_r2?: number;
  /**
   * Mean absolute error on validation as a share of the target's own value; numbers only.
   */
  val_mape?: number;
  /**
   * Pinball loss on validation; numbers only.
   */
  val_pinball?: number;
}
