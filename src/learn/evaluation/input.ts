import type { Objective } from '../../types/stage.ts';
import type { ClassSet } from '../metrics/class-set.ts';
import type { LabelSet } from '../metrics/label-set.ts';
import type { ChosenThresholds } from '../metrics/label-threshold.ts';
import type { ClassMetricName, LabelMetricName, MetricSettings, NumberMetricName } from '../metrics/names.ts';
import type { NumberSet } from '../metrics/regression.ts';
import type { ChosenThreshold } from '../metrics/threshold.ts';
import type { Describe } from './describe.ts';
import type { Slicing } from './slicing.ts';

/** What is predicted, and how much of it is kept. */
export interface EvaluationInput<Target, Metric extends string, Set> {
  /** Ids of the examples, [rows], at least one. */
  readonly ids: readonly string[];
  /** Name of the column that was predicted. */
  readonly targetName: string;
  /** The answers, [rows]. */
  readonly target: Target;
  readonly metrics: readonly Metric[];
  /** Seed of the resamples that the intervals come from; 0 where nothing else is said. */
  readonly seed?: number;
  readonly objective?: Objective | undefined;
  /** The parts of the examples that are judged by themselves. */
  readonly slicings?: readonly Slicing[];
  /** What learned on train beside the model, and its predictions of the same examples. */
  readonly rivals?: readonly Rival<Set>[];
  readonly leftOut?: readonly LeftOut[];
  /** The least gain over a baseline that matters; undefined: any. */
  readonly margin?: number | undefined;
  /** How many of the examples that were wrong are kept. */
  readonly wrong: number;
  /** Shows an example as people can see it. */
  readonly describe: Describe;
}

/** A baseline that has learned something. */
export interface Rival<Set> {
  readonly name: 'linear' | 'neighbours';
  /** Examples of train that it has learned from. */
  readonly rows: number;
  /** From which probability on it takes the positive class, or labels: one, or one for each. Absent: as if none was chosen. */
  readonly thresholds?: readonly number[];
  readonly set: Set;
}

export interface LeftOut {
  readonly baseline: 'linear' | 'neighbours';
  readonly reason: string;
}

export interface ClassificationInput extends EvaluationInput<Int32Array, ClassMetricName, ClassSet> {
  readonly classes: readonly string[];
  /** What metrics need to know; of two classes the second is positive where nothing else is said. */
  readonly settings?: MetricSettings;
  /** Where examples are words: the row of each. What is random is drawn by rows then. */
  readonly groups?: Int32Array | undefined;
  /** Where a threshold was chosen on validation: the examples' classes are taken by it. */
  readonly threshold?: (ChosenThreshold & { readonly rows: number }) | undefined;
}

export interface LabelsInput extends EvaluationInput<Uint8Array, LabelMetricName, LabelSet> {
  readonly labels: readonly string[];
  /** Of each label's F-beta; undefined: 2. */
  readonly beta?: number | undefined;
  /** Where thresholds were chosen on validation: labels are taken by them, and else from 0.5 on. */
  readonly thresholds?: (ChosenThresholds & { readonly rows: number; readonly per: 'one' | 'each' }) | undefined;
}

export interface RegressionInput extends EvaluationInput<Float32Array, NumberMetricName, NumberSet> {
  readonly settings?: Pick<MetricSettings, 'quantile'>;
}
