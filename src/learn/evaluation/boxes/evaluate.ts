import type { BoxClassRow, BoxesEvaluation } from '../../../types/generated/evaluation.ts';
import type { Objective } from '../../../types/stage.ts';
import { StageError } from '../../error.ts';
import { type DetectionTable, detectionTables, tableMetrics } from '../../metrics/detection.ts';
import type { Interval } from '../../metrics/interval.ts';
import { type DetectionMetricName, detectionMetricNames } from '../../metrics/names.ts';
import { compareBoxes } from '../comparisons.ts';
import { lintBoxMetrics } from '../lint.ts';
import { objectiveTold, slicesTold } from '../parts.ts';
import type { Slicing } from '../slicing.ts';
import type { BoxSet } from './match.ts';
import { boxSlices } from './slices.ts';
import { answeredWith, type UsualBoxes } from './usual-boxes.ts';
import { wrongImages } from './wrong.ts';

export interface BoxesInput {
  /** Undefined: all that there is something to find for. */
  readonly metrics?: readonly DetectionMetricName[] | undefined;
  readonly objective?: Objective | undefined;
  readonly seed: number;
  /** The boxes that are answered to every image beside; `learned`: from train, and not from these images. */
  readonly usual: UsualBoxes & { readonly learned: boolean };
  /** Parts of the images that are judged by themselves. */
  readonly slicings?: readonly Slicing[];
  /** The least gain over the baseline that matters; undefined: any. */
  readonly margin?: number | undefined;
  /** How many of the images that were wrong are kept. */
  readonly wrong: number;
}

/**
 * Evaluates predicted boxes, as COCO does, with intervals from resamples of the images, beside the boxes that are there most
 * often.
 *
 * @throws StageError where a metric that was asked for is not defined, as there is no box of its size.
 */
export const evaluateBoxes = (set: BoxSet, input: BoxesInput): BoxesEvaluation => {
  const { objective, seed, slicings = [], usual } = input;
  const { images, labels } = set;
  const tables = detectionTables(images);
  const options = { seed, rows: images.length };
  const names = input.metrics ?? detectionMetricNames;
  const metrics = definedMetrics(names, tableMetrics(tables, names, options), input);
  const known = [...metrics.keys()];
  const theirs = detectionTables(answeredWith(set, usual));
  const beside = { name: 'usual_boxes' as const, ...(usual.learned && { rows: usual.rows }), set: theirs };
  const comparison = compareBoxes(tables, beside, { metrics: known, seed, images: images.length });
  const slices = boxSlices(images, slicings, { tables, names: known, options });
  const wrong = wrongImages(set, input.wrong);
  return {
    ...{ format: 'stemma-evaluation-v1', kind: 'boxes', rows: images.length, target: 'boxes', classes: [...labels] },
    metrics: Object.fromEntries(metrics),
    per_class: labels.map((label, category) => classRow(label, tables.filter((each) => each.category === category), { set, category, options })), // biome-ignore format: one line
    baseline: { name: 'usual_boxes', unit: usual.unit, answer: [...usual.answer], metrics: comparison.metrics },
    wrong_rows: wrong.count,
    wrong: wrong.kept,
    ...objectiveTold(objective),
    comparisons: [comparison],
    ...slicesTold(slices, metrics, objective),
    findings: lintBoxMetrics({
      ...{ metrics, objective, comparisons: [comparison], margin: input.margin, supports: [], classes: labels },
    }),
  };
};

/** Those that there are boxes for; one that was asked for, or that the objective is, has to be among them. */
const definedMetrics = (
  names: readonly DetectionMetricName[],
  found: readonly (Interval | null)[],
  { metrics, objective }: BoxesInput,
): ReadonlyMap<DetectionMetricName, Interval> => {
  const wanted = metrics ?? [objective?.metric, ...Object.keys(objective?.subject_to ?? {})];
  const absent = names.find((name, at) => found[at] === null && (wanted as readonly unknown[]).includes(name));
  if (absent !== undefined) {
    const hint = metrics?.includes(absent) ? 'leave it out' : 'give the pipeline another objective';
    throw new StageError(`metric "${absent}" is not defined: there is no box of its size to find`, hint);
  }
  return new Map(names.flatMap((name, at) => (found[at] ? [[name, found[at]] as const] : [])));
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
