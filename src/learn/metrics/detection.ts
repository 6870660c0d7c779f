import type { Counts } from './confusion.ts';
import { type AreaName, areas, type DetectionImage, type Judged, judgeImage, thresholds } from './detection-match.ts';
import type { Interval } from './interval.ts';
import { type BootstrapOptions, bootstrap } from './resample.ts';

/** As in COCO's own summary; `ap` is what is called mAP. */
export const detectionMetricNames = [
  ...['ap', 'ap50', 'ap75', 'ap_small', 'ap_medium', 'ap_large'],
  ...['ar_1', 'ar_10', 'ar_100', 'ar_small', 'ar_medium', 'ar_large'],
] as const;
export type DetectionMetricName = (typeof detectionMetricNames)[number];

/** Which boxes, how many of an image and which thresholds a metric goes by. */
interface Summary {
  readonly of: 'precision' | 'recall';
  readonly area: AreaName;
  readonly most: number;
  /** Index of the one threshold; all where there is none. */
  readonly threshold?: number;
}

const summaries: Readonly<Record<DetectionMetricName, Summary>> = {
  ap: { of: 'precision', area: 'all', most: 100 },
  ap50: { of: 'precision', area: 'all', most: 100, threshold: 0 },
  ap75: { of: 'precision', area: 'all', most: 100, threshold: 5 },
  ap_small: { of: 'precision', area: 'small', most: 100 },
  ap_medium: { of: 'precision', area: 'medium', most: 100 },
  ap_large: { of: 'precision', area: 'large', most: 100 },
  ar_1: { of: 'recall', area: 'all', most: 1 },
  ar_10: { of: 'recall', area: 'all', most: 10 },
  ar_100: { of: 'recall', area: 'all', most: 100 },
  ar_small: { of: 'recall', area: 'small', most: 100 },
  ar_medium: { of: 'recall', area: 'medium', most: 100 },
  ar_large: { of: 'recall', area: 'large', most: 100 },
};

/**
 * COCO's metrics of boxes: average precision over the overlaps (IoU) 0.5, 0.55 … 0.95, over 101 recalls and all
 * categories; at 0.5 and 0.75 alone; of small (area below 32²), medium and large (from 96² on) boxes; and average recall with
 * 1, 10 and 100 boxes an image at most. As pycocotools' `COCOeval` for boxes. Null where no box is to be found of a kind.
 *
 * The 95 % intervals come of resamples of the images; boxes are matched once.
 *
 * @param images at least one.
 * @see T.-Y. Lin et al.: Microsoft COCO: Common Objects in Context, ECCV 2014.
 */
export const detectionMetrics = (
  images: readonly DetectionImage[],
  options: BootstrapOptions,
): Readonly<Record<DetectionMetricName, Interval | null>> => {
  const found = tableMetrics(detectionTables(images), detectionMetricNames, { ...options, rows: images.length });
  return Object.fromEntries(detectionMetricNames.map((name, at) => [name, found[at]!])) as ReturnType<
    typeof detectionMetrics
  >;
};

/**
 * Some of the metrics of boxes that are matched already: of all categories, or of those whose tables are given.
 *
 * @param options.rows number of images.
 */
export const tableMetrics = (
  tables: readonly DetectionTable[],
  names: readonly DetectionMetricName[],
  options: BootstrapOptions & { readonly rows: number },
): readonly (Interval | null)[] => {
  const values = summariesOf(tables, names);
  const known = names.filter((_, at) => !Number.isNaN(values[at]));
  const intervals = bootstrap((counts) => summariesOf(tables, known, counts), {
    ...options,
    of: known.map(() => ({ range: 'share' })),
  });
  return names.map((name) => (known.includes(name) ? intervals[known.indexOf(name)]! : null));
};

/** Without intervals; NaN where no box is to be found of a kind. */
export const detectionValues = (images: readonly DetectionImage[]): Readonly<Record<DetectionMetricName, number>> => {
  const values = summariesOf(detectionTables(images), detectionMetricNames);
  return Object.fromEntries(detectionMetricNames.map((name, at) => [name, values[at]!])) as ReturnType<
    typeof detectionValues
  >;
};

/** All boxes of a category and area over the images, the highest score first; those of an image in its own order. */
export interface DetectionTable {
  readonly category: number;
  readonly area: AreaName;
  readonly images: readonly Judged[];
  /** Boxes that are to be found, by image. */
  readonly wanted: Float64Array;
  /** Image and place within it of each predicted box, for each number of boxes that counts. */
  readonly order: ReadonlyMap<number, readonly (readonly [image: number, place: number])[]>;
}

const mosts = [1, 10, 100];

/** Matches the boxes of each category that is to be found, once for all metrics and resamples. */
export const detectionTables = (images: readonly DetectionImage[]): readonly DetectionTable[] => {
  const categories = [...new Set(images.flatMap(({ actual }) => actual.map(({ category }) => category)))].sort(
    (a, b) => a - b,
  );
  return categories.flatMap((category) =>
    (Object.keys(areas) as AreaName[]).map((area): DetectionTable => {
      const judged = images.map((image) => judgeImage(image, category, area));
      return {
        ...{ category, area, images: judged, wanted: Float64Array.from(judged, ({ wanted }) => wanted) },
        order: new Map(mosts.map((most) => [most, orderOf(judged, most)])),
      };
    }),
  );
};

const orderOf = (images: readonly Judged[], most: number) =>
  images
    .flatMap(({ scores }, image) => scores.slice(0, most).map((score, place) => ({ score, image, place })))
    .toSorted((a, b) => b.score - a.score)
    .map(({ image, place }) => [image, place] as const);

/** Metrics by their names, NaN where there is nothing to find; a curve that several of them go by is made once. */
const summariesOf = (
  tables: readonly DetectionTable[],
  names: readonly DetectionMetricName[],
  counts?: Counts,
): readonly number[] => {
  const known = new Map<string, ReturnType<typeof curve>>();
  const wanted = tables.map((table) =>
    table.wanted.reduce((sum, each, image) => sum + each * (counts?.[image] ?? 1), 0),
  );
  const curveOf = (at: number, most: number, threshold: number) => {
    const key = `${at} ${most} ${threshold}`;
    const found = known.get(key) ?? curve(tables[at]!, { most, threshold, wanted: wanted[at]!, counts });
    known.set(key, found);
    return found;
  };
  return names.map((name) => {
    const { of, area, most, threshold } = summaries[name];
    const chosen = threshold === undefined ? thresholds.map((_, at) => at) : [threshold];
    const found = tables.flatMap((table, at) =>
      table.area === area && wanted[at]! > 0 ? chosen.map((each) => curveOf(at, most, each)[of]) : [],
    );
    return found.reduce((sum, value) => sum + value, 0) / found.length;
  });
};

interface Curve {
  readonly most: number;
  readonly threshold: number;
  readonly wanted: number;
  readonly counts: Counts;
}

/** Recalls at which precision is read: 0, 0.01 … 1. */
const recalls = 101;

/**
 * Recall of all boxes, and the mean over 101 recalls of the highest precision that is reached at that recall or a higher
 * one; 0 where none is.
 */
const curve = (
  { images, order }: DetectionTable,
  { most, threshold, wanted, counts }: Curve,
): { readonly precision: number; readonly recall: number } => {
  const points: { recall: number; precision: number }[] = [];
  let [hits, alarms] = [0, 0];
  for (const [image, place] of order.get(most)!) {
    const count = counts === undefined ? 1 : counts[image]!;
    const verdict = images[image]!.verdicts[threshold]![place]!;
    if (count === 0 || verdict === 'ignored') continue;
    if (verdict === 'hit') hits += count;
    else alarms += count;
    points.push({ recall: hits / wanted, precision: hits / (hits + alarms) });
  }
  for (let at = points.length - 2; at >= 0; at -= 1) {
    points[at]!.precision = Math.max(points[at]!.precision, points[at + 1]!.precision);
  }
  let [sum, at] = [0, 0];
  for (let step = 0; step < recalls; step += 1) {
    while (at < points.length && points[at]!.recall < step * 0.01) at += 1;
    if (at === points.length) break;
    sum += points[at]!.precision;
  }
  return { precision: sum / recalls, recall: hits / wanted };
};
