import type { Counts } from './confusion.ts';
import { type AreaName, areas, type DetectionImage, type Judged, judgeImage, thresholds } from './detection-match.ts';
import type { Interval } from './interval.ts';
import { type DetectionMetricName, detectionMetricNames } from './names.ts';
import { type BootstrapOptions, bootstrap } from './resample.ts';

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
  const values = tableValues(tables, names);
  const known = names.filter((_, at) => !Number.isNaN(values[at]));
  const intervals = bootstrap((counts) => tableValues(tables, known, counts), {
    ...options,
    of: known.map(() => ({ range: 'share' })),
  });
  return names.map((name) => (known.includes(name) ? intervals[known.indexOf(name)]! : null));
};

/** Without intervals; NaN where no box is to be found of a kind. */
export const detectionValues = (images: readonly DetectionImage[]): Readonly<Record<DetectionMetricName, number>> => {
  const values = tableValues(detectionTables(images), detectionMetricNames);
  return Object.fromEntries(detectionMetricNames.map((name, at) => [name, values[at]!])) as ReturnType<
    typeof detectionValues
  >;
};

/** All boxes of a category and area over the images. */
export interface DetectionTable {
  readonly category: number;
  readonly area: AreaName;
  readonly images: readonly Judged[];
  /** Boxes that are to be found, by image. */
  readonly wanted: Float64Array;
  /** Of each number of boxes that counts, by threshold. */
  readonly ranked: ReadonlyMap<number, readonly RankedBoxes[]>;
}

/** Predicted boxes that count, the highest score first; those of an image in its own order. */
interface RankedBoxes {
  /** The image of each. */
  readonly image: Int32Array;
  /** 1 where it is a hit, 0 where it is a false alarm. */
  readonly hit: Uint8Array;
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
        ranked: rankedOf(judged),
      };
    }),
  );
};

/** Where no image has more boxes than count, the lists are the very same: their curves are made once. */
const rankedOf = (images: readonly Judged[]): DetectionTable['ranked'] => {
  const longest = images.reduce((most, { scores }) => Math.max(most, scores.length), 0);
  const known = new Map<number, readonly RankedBoxes[]>();
  return new Map(
    mosts.map((most) => {
      const reached = Math.min(most, longest);
      const lists = known.get(reached) ?? listsOf(images, reached);
      known.set(reached, lists);
      return [most, lists] as const;
    }),
  );
};

const listsOf = (images: readonly Judged[], most: number): readonly RankedBoxes[] => {
  const order = images
    .flatMap(({ scores }, image) => scores.slice(0, most).map((score, place) => ({ score, image, place })))
    .toSorted((a, b) => b.score - a.score);
  return thresholds.map((_, threshold) => {
    const verdictOf = ({ image, place }: { image: number; place: number }) =>
      images[image]!.verdicts[threshold]![place]!;
    const counted = order.filter((each) => verdictOf(each) !== 'ignored');
    return {
      image: Int32Array.from(counted, ({ image }) => image),
      hit: Uint8Array.from(counted, (each) => (verdictOf(each) === 'hit' ? 1 : 0)),
    };
  });
};

/**
 * Metrics by their names, NaN where there is nothing to find; a curve that several of them go by is made once.
 *
 * @param counts how often each image counts; undefined: once.
 */
export const tableValues = (
  tables: readonly DetectionTable[],
  names: readonly DetectionMetricName[],
  counts?: Counts,
): readonly number[] => {
  const known = new Map<RankedBoxes, Point>();
  const longest = tables.reduce(
    (most, { ranked }) => Math.max(most, ...ranked.get(100)!.map(({ hit }) => hit.length)),
    0,
  );
  const space = { recall: new Float64Array(longest), precision: new Float64Array(longest) };
  const wanted = tables.map((table) =>
    table.wanted.reduce((sum, each, image) => sum + each * (counts?.[image] ?? 1), 0),
  );
  const curveOf = (at: number, most: number, threshold: number): Point => {
    const boxes = tables[at]!.ranked.get(most)![threshold]!;
    const found = known.get(boxes) ?? curve(boxes, { wanted: wanted[at]!, counts, space });
    known.set(boxes, found);
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

interface Point {
  readonly precision: number;
  readonly recall: number;
}

interface Counting {
  readonly wanted: number;
  readonly counts: Counts;
  /** For the points of a curve, as long as the longest list; what is in it is overwritten. */
  readonly space: Readonly<Record<keyof Point, Float64Array>>;
}

/** Recalls at which precision is read: 0, 0.01 … 1. */
const recalls = 101;

/**
 * Recall of all boxes, and the mean over 101 recalls of the highest precision that is reached at that recall or a higher
 * one; 0 where none is. False alarms lower the precision of what comes after them: by itself none is the highest.
 */
const curve = ({ image, hit }: RankedBoxes, { wanted, counts, space: { recall, precision } }: Counting): Point => {
  let [hits, alarms, points] = [0, 0, 0];
  for (let at = 0; at < hit.length; at += 1) {
    const count = counts === undefined ? 1 : counts[image[at]!]!;
    if (count === 0) continue;
    if (hit[at] === 0) {
      alarms += count;
      continue;
    }
    hits += count;
    recall[points] = hits / wanted;
    precision[points] = hits / (hits + alarms);
    points += 1;
  }
  let [sum, highest] = [0, 0];
  for (let step = recalls - 1; step >= 0; step -= 1) {
    for (; points > 0 && recall[points - 1]! >= step * 0.01; points -= 1)
      highest = Math.max(highest, precision[points - 1]!);
    sum += highest;
  }
  return { precision: sum / recalls, recall: hits / wanted };
};
