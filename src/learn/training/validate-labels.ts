import type { Examples } from '../data/examples.ts';
import type { TargetPart } from '../data/target-parts.ts';
import { StageError } from '../error.ts';
import { labelAimOf } from '../evaluation/aim.ts';
import { type LabelSet, usualThreshold } from '../metrics/label-set.ts';
import { chooseLabelThresholds } from '../metrics/label-threshold.ts';
import { labelValues } from '../metrics/multi-label.ts';
import { isLabelMetric, type LabelMetricName } from '../metrics/names.ts';
import { sigmoid } from '../models/predict.ts';
import type { ValidationOptions } from './validation.ts';

interface Asked {
  readonly part: TargetPart;
  /** A key, as `val_macro_f1`. */
  readonly monitor: string;
  readonly options: ValidationOptions;
}

/**
 * The metrics of lists of labels that are monitored, labels being taken from 0.5 on; of an objective that has bounds to
 * keep, that of the best threshold for all labels that keeps them, and the worst value there is where none does.
 *
 * @throws StageError where one is not defined on these examples.
 */
export const labelMetricsOf = (
  logits: Float32Array,
  { target }: Examples,
  { part, monitor, options: { also = [], objective } }: Asked,
): Record<string, number> => {
  const names = [monitor, ...also].map((key) => key.replace(/^val_/, '')).filter(isLabelMetric);
  if (names.length === 0) return {};
  const set: LabelSet = {
    actual: Uint8Array.from(target),
    probabilities: logits.map(sigmoid),
    labels: part.width,
    threshold: usualThreshold,
  };
  const values = labelValues(set, names);
  return Object.fromEntries(
    names.map((name, at) => {
      const isBound = objective?.metric === name && objective.subject_to !== undefined;
      return [name, isBound ? bestWithin(set, objective) : defined(name, values[at]!)];
    }),
  );
};

const bestWithin = (set: LabelSet, objective: NonNullable<ValidationOptions['objective']>): number => {
  const { reached, value } = chooseLabelThresholds(set, labelAimOf(objective), 'one');
  return reached ? value : objective.mode === 'min' ? 1 : 0;
};

const defined = (name: LabelMetricName, value: number): number => {
  if (!Number.isNaN(value)) return value;
  throw new StageError(
    `"val_${name}" is not defined: of no label has validation both examples that have it and others`,
    'give split a larger share for validation',
  );
};
