/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * What a model reached on a data set that it was not trained on: evaluation.json, from predictions of the whole set.
 */
export type Evaluation = ClassificationEvaluation | RegressionEvaluation | LabelsEvaluation | BoxesEvaluation;
/**
 * Format and version of this file.
 */
export type Format = 'stemma-evaluation-v1';
/**
 * Number of examples that were predicted.
 */
export type Rows = number;
/**
 * Digest of the model's folder that was judged: thresholds are taken for this one alone.
 */
export type Model = string;
/**
 * Name of the column that was predicted.
 */
export type Target = string;
/**
 * The example as a picture, where it is one.
 */
export type Image = string;
/**
 * The model beside each baseline, on the same examples.
 */
export type Comparisons = Comparison[];
/**
 * Baselines that were not made, and why.
 */
export type LeftOut = BaselineLeftOut[];
/**
 * A metric, or null where there is nothing to divide by.
 */
export type Maybe = MetricInterval | null;
/**
 * The metrics of parts of the examples.
 */
export type Slices = Slicing[];
/**
 * False alarms as a share of all others, found as a share of the class, threshold; from the highest threshold, up to 200 points. Empty where the class has no example, or all of them.
 */
export type Curve = [number, number, number][];
/**
 * Recall, precision, threshold; likewise.
 */
export type Curve1 = [number, number, number][];
/**
 * Of the class's examples.
 */
export type HistogramCounts = number[];
/**
 * Of all others.
 */
export type HistogramCounts1 = number[];
/**
 * What speaks against how the model was judged.
 */
export type Findings = MetricFinding[];
/**
 * Examples by their value.
 */
export type HistogramCounts2 = number[];
/**
 * Examples by the value that was predicted.
 */
export type HistogramCounts3 = number[];
/**
 * Left, top, width and height.
 *
 * @minItems 4
 * @maxItems 4
 */
export type Box = [number, number, number, number];

/**
 * The target is a category.
 */
export interface ClassificationEvaluation {
  format: Format;
  /**
   * The target is a category.
   */
  kind: 'classification';
  rows: Rows;
  model?: Model;
  target: Target;
  /**
   * The classes, in the order of the model's outputs, of `per_class` and of `confusion`.
   */
  classes: string[];
  metrics: Metrics;
  /**
   * Metrics of each class against all others.
   */
  per_class: ClassRow[];
  /**
   * Of `fbeta` in `per_class`: how many times as much recall counts as precision.
   */
  beta?: number;
  /**
   * Number of examples by actual class (row) and predicted class (column).
   */
  confusion: number[][];
  baseline: MajorityBaseline;
  /**
   * How many examples were predicted as another class than theirs.
   */
  wrong_rows: number;
  tags?: EvaluatedTags;
  /**
   * Some of the examples that were wrong, the most confident first.
   */
  wrong: WrongClass[];
  objective?: EvaluationObjective;
  /**
   * The class that `precision`, `recall`, `f1`, `fbeta`, `roc_auc`, `pr_auc` and `average_precision` are of, against all others. Absent where there are more than two classes and none was named.
   */
  positive?: string;
  threshold?: ChosenThreshold;
  costs?: EvaluationCosts;
  comparisons?: Comparisons;
  left_out?: LeftOut;
  slices?: Slices;
  worst_slice?: WorstSlice;
  /**
   * How often the most probable class was right, by its probability: the 15 bins of equal width that `ece` is made of, without those that have no example.
   */
  reliability?: CalibrationBin[];
  /**
   * Curves of each class against the rest, of the 20 most frequent ones at most, in the order of the classes.
   */
  curves?: ClassCurves[];
  findings?: Findings;
}
/**
 * The metrics that were asked for, by name, in the order of the params.
 */
export interface Metrics {
  [k: string]: MetricInterval;
}
/**
 * A metric with its 95 % confidence interval.
 */
export interface MetricInterval {
  /**
   * The metric, of all examples.
   */
  value: number;
  /**
   * Lower bound of its interval.
   */
  low: number;
  /**
   * Upper bound of its interval.
   */
  high: number;
}
/**
 * Metrics of one class against all others.
 */
export interface ClassRow {
  /**
   * The class.
   */
  class: string;
  /**
   * Number of its examples.
   */
  support: number;
  /**
   * Of the examples predicted as the class, the share that is it.
   */
  precision: MetricInterval | null;
  /**
   * Of the class's examples, the share that was found.
   */
  recall: MetricInterval | null;
  /**
   * Harmonic mean of precision and recall.
   */
  f1: MetricInterval | null;
  /**
   * Probability that an example of the class gets a higher probability than another one.
   */
  roc_auc?: MetricInterval | null;
  /**
   * F-beta: precision and recall in one, recall counting `beta` times as much.
   */
  fbeta?: MetricInterval | null;
  /**
   * Area under the precision-recall curve, by trapezoids.
   */
  pr_auc?: MetricInterval | null;
  /**
   * Area under the steps of the precision-recall curve.
   */
  average_precision?: MetricInterval | null;
  /**
   * Matthews' correlation coefficient of the class against the rest.
   */
  mcc?: MetricInterval | null;
  /**
   * Mean squared error of the class's probability.
   */
  brier?: MetricInterval | null;
  /**
   * Log loss of the class's probability, as of two classes, in nats.
   */
  log_loss?: MetricInterval | null;
}
/**
 * What is reached by answering the most frequent class of these examples to everything.
 */
export interface MajorityBaseline {
  /**
   * It answers the most frequent class.
   */
  name: 'majority';
  /**
   * That class.
   */
  answer: string;
  metrics: PlainMetrics;
}
/**
 * The baseline's metrics: those that were asked for, by name.
 */
export interface PlainMetrics {
  [k: string]: number;
}
/**
 * Present where the target is a tag for each word of a row: each word is an example then, padding is none, and intervals come from resamples of whole rows.
 */
export interface EvaluatedTags {
  /**
   * Rows whose words were tagged; `rows` of the evaluation counts the words.
   */
  rows: number;
  /**
   * Rows with the right tag at every word.
   */
  whole_rows: number;
}
/**
 * An example that was predicted as another class than its own.
 */
export interface WrongClass {
  /**
   * The example's id in the data set.
   */
  id: string;
  /**
   * Its class.
   */
  actual: string;
  /**
   * The class that was predicted.
   */
  predicted: string;
  /**
   * The model's probability of the predicted class.
   */
  probability: number;
  /**
   * The model's probability of the example's own class.
   */
  actual_probability: number;
  image?: Image;
  features?: Features;
}
/**
 * The example's features as the model got them, by name, where they are columns.
 */
export interface Features {
  [k: string]: number;
}
/**
 * What the pipeline is after, where it says so.
 */
export interface EvaluationObjective {
  /**
   * Name of the metric.
   */
  metric: string;
  /**
   * Whether less or more of it is better.
   */
  mode: 'min' | 'max';
  subject_to?: Bounds;
}
/**
 * Bounds of other metrics, by name.
 */
export interface Bounds {
  [k: string]: MetricBound;
}
export interface MetricBound {
  /**
   * What it has to be at least.
   */
  min?: number;
  /**
   * What it may be at most.
   */
  max?: number;
}
/**
 * From which probability on the positive class is taken, chosen on validation alone. Metrics, confusion matrix and wrong examples are at this threshold.
 */
export interface ChosenThreshold {
  /**
   * The threshold.
   */
  value: number;
  /**
   * The metric that it was chosen for.
   */
  metric: string;
  /**
   * Whether less or more of it is better.
   */
  mode: 'min' | 'max';
  /**
   * Number of validation examples.
   */
  rows: number;
  /**
   * The metric on validation, at this threshold: better than what to expect, since it was chosen so.
   */
  on_validation: number;
  /**
   * The metric on test if the most probable class were taken instead.
   */
  usual: number;
  /**
   * Bounds that the choice had to keep.
   */
  constraints: KeptConstraint[];
  /**
   * Whether some threshold keeps all bounds on validation; else the one that misses them least is taken.
   */
  reached: boolean;
}
export interface KeptConstraint {
  /**
   * Name of the metric.
   */
  metric: string;
  /**
   * What it has to be at least.
   */
  min?: number;
  /**
   * What it may be at most.
   */
  max?: number;
  /**
   * What it is on validation.
   */
  on_validation: number;
  /**
   * What it is on test.
   */
  on_test: MetricInterval | null;
}
/**
 * What wrong answers cost.
 */
export interface EvaluationCosts {
  /**
   * Cost by actual (row) and predicted class (column).
   */
  matrix: number[][];
  mean: MetricInterval1;
  cheapest: MetricInterval2;
  /**
   * For how many examples that is another class than was predicted.
   */
  changed: number;
}
/**
 * A metric with its 95 % confidence interval.
 */
export interface MetricInterval1 {
  /**
   * The metric, of all examples.
   */
  value: number;
  /**
   * Lower bound of its interval.
   */
  low: number;
  /**
   * Upper bound of its interval.
   */
  high: number;
}
/**
 * A metric with its 95 % confidence interval.
 */
export interface MetricInterval2 {
  /**
   * The metric, of all examples.
   */
  value: number;
  /**
   * Lower bound of its interval.
   */
  low: number;
  /**
   * Upper bound of its interval.
   */
  high: number;
}
export interface Comparison {
  /**
   * `majority`, `mean` and `usual_boxes` answer the same to everything; `linear` is a logistic or ridge regression of train, `neighbours` goes by the nearest examples of train.
   */
  baseline: 'majority' | 'mean' | 'usual_boxes' | 'linear' | 'neighbours';
  /**
   * Examples of train that it has learned from: at even steps over all of them where they are many.
   */
  rows?: number;
  /**
   * From which probability on it takes the positive class, or labels: chosen on validation for the objective, as the model's own are. Absent where the model has none.
   */
  thresholds?: number[];
  metrics: PlainMetrics;
  /**
   * By metric: the model's less the baseline's, with the interval and p value of the paired bootstrap.
   */
  differences: {
    [k: string]: MetricDifference;
  };
  mcnemar?: McNemarTest;
}
export interface MetricDifference {
  /**
   * The difference.
   */
  value: number;
  /**
   * Lower bound of its 95 % interval.
   */
  low: number;
  /**
   * Upper bound of its 95 % interval.
   */
  high: number;
  /**
   * How probable a difference as far from 0 were if there were none.
   */
  p: number;
}
/**
 * Whether both are right equally often, by McNemar's test.
 */
export interface McNemarTest {
  /**
   * Examples that the model alone had right.
   */
  only_model: number;
  /**
   * Examples that the baseline alone had right.
   */
  only_baseline: number;
  /**
   * How probable so uneven a division were if both were right equally often.
   */
  p: number;
  /**
   * By the binomial distribution; else, of more than 1,000 such examples, by chi-squared.
   */
  exact: boolean;
}
export interface BaselineLeftOut {
  /**
   * Its name.
   */
  baseline: 'linear' | 'neighbours';
  /**
   * Why there is none.
   */
  reason: string;
}
export interface Slicing {
  /**
   * The column, or the name of the expression.
   */
  name: string;
  /**
   * The expression, where it is one.
   */
  sql?: string;
  /**
   * Where the parts are not of the examples: what `rows` counts.
   */
  of?: 'boxes';
  /**
   * A part for each value, or for each quarter of the numbers.
   */
  parts: SlicePart[];
}
export interface SlicePart {
  /**
   * The value, or the range of the numbers.
   */
  value: string;
  /**
   * Its examples.
   */
  rows: number;
  /**
   * The metrics that were asked for, of these examples; null where one is not defined on them.
   */
  metrics: {
    [k: string]: Maybe;
  };
}
/**
 * The part of 10 examples or more that does worst by the objective, or by the first metric.
 */
export interface WorstSlice {
  /**
   * Name of the slicing.
   */
  slice: string;
  /**
   * Its value.
   */
  value: string;
  /**
   * Its examples.
   */
  rows: number;
  /**
   * What it was judged by.
   */
  metric: string;
  of_slice: MetricInterval3;
  /**
   * The metric of all examples.
   */
  overall: number;
  /**
   * Whether the slice's whole interval is worse than the metric of all examples. Of many slices some are so by chance.
   */
  clear: boolean;
}
/**
 * A metric with its 95 % confidence interval.
 */
export interface MetricInterval3 {
  /**
   * The metric, of all examples.
   */
  value: number;
  /**
   * Lower bound of its interval.
   */
  low: number;
  /**
   * Upper bound of its interval.
   */
  high: number;
}
export interface CalibrationBin {
  /**
   * Mean probability in the bin.
   */
  probability: number;
  share: MetricInterval4;
  /**
   * Its examples.
   */
  rows: number;
}
/**
 * A metric with its 95 % confidence interval.
 */
export interface MetricInterval4 {
  /**
   * The metric, of all examples.
   */
  value: number;
  /**
   * Lower bound of its interval.
   */
  low: number;
  /**
   * Upper bound of its interval.
   */
  high: number;
}
export interface ClassCurves {
  /**
   * The class.
   */
  class: string;
  roc: Curve;
  precision_recall: Curve1;
  /**
   * How often it was the class, by its probability, in 10 bins of equal width.
   */
  calibration: CalibrationBin[];
  histogram: ProbabilityHistogram;
}
/**
 * Probabilities of the class, in 20 bins of equal width.
 */
export interface ProbabilityHistogram {
  own: HistogramCounts;
  others: HistogramCounts1;
}
export interface MetricFinding {
  /**
   * What it is.
   */
  id:
    | 'accuracy-alone'
    | 'objective-not-measured'
    | 'unneeded-metric'
    | 'uncertain-gain'
    | 'worse-than-baseline'
    | 'constraint-not-reached';
  /**
   * Whether the result may mislead, or is only harder to read.
   */
  severity: 'warning' | 'note';
  /**
   * In a sentence, without a full stop.
   */
  message: string;
  /**
   * The numbers that it goes by.
   */
  evidence: {
    [k: string]: number | string;
  };
  /**
   * What to do about it.
   */
  remedy: string;
}
/**
 * The target is a number.
 */
export interface RegressionEvaluation {
  format: Format;
  /**
   * The target is a number.
   */
  kind: 'regression';
  rows: Rows;
  model?: Model;
  target: Target;
  /**
   * A number has no classes.
   */
  classes: null;
  metrics: Metrics;
  baseline: MeanBaseline;
  /**
   * Actual and predicted value of up to 500 examples, taken at even distances through the set.
   */
  points: number[][];
  /**
   * Some of the examples, the largest error first.
   */
  wrong: WrongValue[];
  objective?: EvaluationObjective;
  comparisons?: Comparisons;
  left_out?: LeftOut;
  slices?: Slices;
  worst_slice?: WorstSlice;
  histogram?: ValueHistogram;
  findings?: Findings;
}
/**
 * What is reached by answering the mean of these examples to everything.
 */
export interface MeanBaseline {
  /**
   * It answers the mean.
   */
  name: 'mean';
  /**
   * That mean, in the target's unit.
   */
  answer: number;
  metrics: PlainMetrics;
}
/**
 * An example and what was predicted for it.
 */
export interface WrongValue {
  /**
   * The example's id in the data set.
   */
  id: string;
  /**
   * Its value.
   */
  actual: number;
  /**
   * The value that was predicted.
   */
  predicted: number;
  image?: Image;
  features?: Features;
}
/**
 * How often the target has which values, and how often they are predicted.
 */
export interface ValueHistogram {
  /**
   * Ends of the bins, ascending, in the target's unit: one more than bins.
   */
  edges: number[];
  actual: HistogramCounts2;
  predicted: HistogramCounts3;
}
/**
 * The target is a list of labels: any number of them is right.
 */
export interface LabelsEvaluation {
  format: Format;
  /**
   * The target is a list of labels.
   */
  kind: 'labels';
  rows: Rows;
  model?: Model;
  target: Target;
  /**
   * The labels, in the order of the model's outputs and of `per_class`.
   */
  classes: string[];
  metrics: Metrics;
  /**
   * Metrics of each label: whether an example has it, against whether it was predicted.
   */
  per_class: ClassRow[];
  /**
   * Of `fbeta` in `per_class`: how many times as much recall counts as precision.
   */
  beta?: number;
  baseline: UsualLabelsBaseline;
  /**
   * How many examples got other labels than theirs.
   */
  wrong_rows: number;
  /**
   * Some of the examples that were wrong, the most confident first.
   */
  wrong: WrongLabels[];
  objective?: EvaluationObjective;
  thresholds?: ChosenThresholds;
  comparisons?: Comparisons;
  left_out?: LeftOut;
  slices?: Slices;
  worst_slice?: WorstSlice;
  /**
   * Curves of each label, of the 20 most frequent ones at most, in the order of the labels.
   */
  curves?: ClassCurves[];
  findings?: Findings;
}
/**
 * What is reached by answering to everything the labels that more than half of these examples have.
 */
export interface UsualLabelsBaseline {
  /**
   * Of each label it gives the more frequent answer.
   */
  name: 'majority';
  /**
   * Those labels.
   */
  answer: string[];
  metrics: PlainMetrics;
}
/**
 * An example that got other labels than its own.
 */
export interface WrongLabels {
  /**
   * The example's id in the data set.
   */
  id: string;
  /**
   * Its labels.
   */
  actual: string[];
  /**
   * The labels that were predicted.
   */
  predicted: string[];
  /**
   * The model's probabilities of the labels that it has wrong, by label.
   */
  probabilities: {
    [k: string]: number;
  };
  image?: Image;
  features?: Features;
}
/**
 * From which probability on a label is taken, chosen on validation alone. Metrics and wrong examples are at these thresholds.
 */
export interface ChosenThresholds {
  /**
   * Whether all labels have one threshold, or each its own.
   */
  per: 'one' | 'each';
  /**
   * The threshold of each label.
   */
  values: number[];
  /**
   * The metric that they were chosen for.
   */
  metric: string;
  /**
   * Whether less or more of it is better.
   */
  mode: 'min' | 'max';
  /**
   * Number of validation examples.
   */
  rows: number;
  /**
   * The metric on validation, at these thresholds: better than what to expect, since they were chosen so.
   */
  on_validation: number;
  /**
   * The metric on test if labels were taken from 0.5 on instead.
   */
  usual: number;
  /**
   * Bounds that the choice had to keep.
   */
  constraints: KeptConstraint[];
  /**
   * Whether some thresholds keep all bounds on validation; else those that miss them least are taken.
   */
  reached: boolean;
}
/**
 * What is found in images, and where: boxes.
 */
export interface BoxesEvaluation {
  format: Format;
  /**
   * What is found in images are boxes.
   */
  kind: 'boxes';
  /**
   * Number of images.
   */
  rows: number;
  /**
   * What was predicted.
   */
  target: 'boxes';
  /**
   * The labels of boxes that are to be found, in the order of `per_class`.
   */
  classes: string[];
  metrics: Metrics;
  /**
   * Metrics of each label's boxes.
   */
  per_class: BoxClassRow[];
  baseline?: UsualBoxesBaseline;
  /**
   * How many images have a box that was not found, or one that is none, at an overlap of 0.5.
   */
  wrong_rows: number;
  /**
   * Some of those images, the ones with the most such boxes first.
   */
  wrong: WrongBoxes[];
  objective?: EvaluationObjective;
  comparisons?: Comparisons;
  slices?: Slices;
  worst_slice?: WorstSlice;
  findings?: Findings;
}
/**
 * Metrics of the boxes of one label.
 */
export interface BoxClassRow {
  /**
   * The label.
   */
  class: string;
  /**
   * Number of its boxes that are to be found.
   */
  boxes: number;
  /**
   * Number of boxes that were predicted.
   */
  predicted: number;
  /**
   * A metric, or null where there is nothing to divide by.
   */
  ap: MetricInterval | null;
  /**
   * A metric, or null where there is nothing to divide by.
   */
  ap50: MetricInterval | null;
  /**
   * A metric, or null where there is nothing to divide by.
   */
  ap75: MetricInterval | null;
  /**
   * A metric, or null where there is nothing to divide by.
   */
  ar_100: MetricInterval | null;
}
/**
 * What is reached by answering the same boxes to every image.
 */
export interface UsualBoxesBaseline {
  /**
   * It answers the boxes that are there most often.
   */
  name: 'usual_boxes';
  /**
   * What its boxes are measured in: pixels; or, where the size of every image is known, shares of an image's width and height.
   */
  unit: 'pixels' | 'share';
  /**
   * Those boxes, up to 10 of each label.
   */
  answer: UsualBox[];
  metrics: PlainMetrics;
}
export interface UsualBox {
  /**
   * Its label.
   */
  label: string;
  box: Box;
  /**
   * How many boxes of its label it finds in an image, at an overlap of 0.5, beside those that the boxes before it find: 1 at most.
   */
  score: number;
}
/**
 * An image whose boxes were not all found, or that got more.
 */
export interface WrongBoxes {
  /**
   * The image.
   */
  id: string;
  /**
   * Boxes that are to be found.
   */
  actual: number;
  /**
   * Those that were found, at an overlap of 0.5.
   */
  found: number;
  /**
   * Boxes that were predicted where there is none.
   */
  false_alarms: number;
  picture?: BoxesPicture;
  /**
   * Its boxes, those that were missed first; of more than 50 the rest is left out.
   */
  actual_boxes?: ShownBox[];
  /**
   * The boxes that were predicted, the highest score first; of more than 50 the rest is left out.
   */
  predicted_boxes?: ShownPrediction[];
}
/**
 * The image itself, where it was given.
 */
export interface BoxesPicture {
  /**
   * Its own width, in pixels: boxes are in these.
   */
  width: number;
  /**
   * Its own height.
   */
  height: number;
  /**
   * The picture, made smaller where it is large.
   */
  data: string;
}
export interface ShownBox {
  /**
   * Its label.
   */
  label: string;
  box: Box;
  /**
   * Whether it was found at an overlap of 0.5. A crowd counts for nothing.
   */
  verdict: 'found' | 'missed' | 'crowd';
}
export interface ShownPrediction {
  /**
   * Its label.
   */
  label: string;
  box: Box;
  /**
   * Its score.
   */
  score: number;
  /**
   * Whether it finds a box at an overlap of 0.5; what finds a crowd is ignored.
   */
  verdict: 'right' | 'false_alarm' | 'ignored';
}
