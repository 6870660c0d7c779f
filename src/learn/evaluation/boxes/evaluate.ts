import type { BoxClassRow, BoxesEvaluation, WrongBoxes } from '../../../types/generated/evaluation.ts';
import type { Objective } from '../../../types/stage.ts';
import { StageError } from '../../error.ts';
import {
  type DetectionMetricName,
  type DetectionTable,
  detectionMetricNames,
  detectionTables,
  tableMetrics,
} from '../../metrics/detection.ts';
import { objectiveTold } from '../parts.ts';
import type { BoxSet } from './match.ts';

export interface BoxesInput {
  /** Undefined: all that there is something to find for. */
  readonly metrics?: readonly DetectionMetricName[] | undefined;
  readonly objective?: Objective | undefined;
  readonly seed: number;
  /** How many of the images that were wrong are kept. */
  readonly wrong: number;
}

/**
 * Evaluates predicted boxes, as COCO does, with intervals from resamples of the images.
 *
 * @throws StageError where a metric that was asked for is not defined, as there is no box of its size.
 */
export const evaluateBoxes = (set: BoxSet, { metrics, objective, seed, wrong }: BoxesInput): BoxesEvaluation => {
  const { images, labels } = set;
  const tables = detectionTables(images);
  const options = { seed, rows: images.length };
  const names = metrics ?? detectionMetricNames;
  const found = tableMetrics(tables, names, options);
  const absent = names.find((_, at) => found[at] === null);
  if (metrics !== undefined && absent !== undefined) {
    throw new StageError(`metric "${absent}" is not defined: there is no box of its size to find`, 'leave it out');
  }
  const bad = wrongImages(set, tables);
  return {
    ...{ format: 'stemma-evaluation-v1', kind: 'boxes', rows: images.length, target: 'boxes', classes: [...labels] },
    metrics: Object.fromEntries(names.flatMap((name, at) => (found[at] ? [[name, found[at]]] : []))),
    per_class: labels.map((label, category) => classRow(label, tables.filter((each) => each.category === category), { set, category, options })), // biome-ignore format: one line
    wrong_rows: bad.length,
    wrong: bad.slice(0, wrong),
    ...objectiveTold(objective),
  };
};

const classMetrics = ['ap', 'ap50', 'ap75', 'ar_100'] as const;

interface Row {
  readonly set: BoxSet;
  readonly category: number;
  readonly options: { readonly seed: number; readonly rows: number };
}

const classRow = (label: string, tables: readonly DetectionTable[], { set, category, options }: Row): BoxClassRow => {
  const [ap, ap50, ap75, ar] = tableMetrics(tables, classMetrics, options);
  const wanted = tables.find(({ area }) => area === 'all')!.wanted.reduce((sum, each) => sum + each, 0);
  const predicted = set.images.reduce((sum, image) => sum + image.predicted.filter((each) => each.category === category).length, 0); // biome-ignore format: one line
  return { class: label, boxes: wanted, predicted, ap: ap!, ap50: ap50!, ap75: ap75!, ar_100: ar! };
};

/** Index of the overlap 0.5 among the thresholds. */
const half = 0;

/** Images with boxes that were not found, or that are none: those with the most first, of equal ones in their order. */
const wrongImages = ({ names }: BoxSet, tables: readonly DetectionTable[]): WrongBoxes[] => {
  const whole = tables.filter(({ area }) => area === 'all');
  const counts = names.map((id, image): WrongBoxes => {
    const verdicts = whole.flatMap(({ images }) => images[image]!.verdicts[half]!);
    return {
      id,
      actual: whole.reduce((sum, { wanted }) => sum + wanted[image]!, 0),
      found: verdicts.filter((verdict) => verdict === 'hit').length,
      false_alarms: verdicts.filter((verdict) => verdict === 'alarm').length,
    };
  });
  const faults = ({ actual, found, false_alarms }: WrongBoxes): number => actual - found + false_alarms;
  return counts.filter((each) => faults(each) > 0).toSorted((a, b) => faults(b) - faults(a));
};
