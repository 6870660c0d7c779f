/** A box: left, top, width, height, in pixels. */
export type Box = readonly [x: number, y: number, width: number, height: number];

/** An image's boxes, as they are and as they were predicted. */
export interface DetectionImage {
  readonly actual: readonly ActualBox[];
  readonly predicted: readonly PredictedBox[];
}

export interface ActualBox {
  readonly category: number;
  readonly box: Box;
  /** In square pixels, of the object rather than the box where that is known; without it, the box's. */
  readonly area?: number;
  /** A group of objects that nobody has told apart: found or not, it counts for nothing, nor do predictions on it. */
  readonly crowd?: boolean;
}

export interface PredictedBox {
  readonly category: number;
  readonly box: Box;
  readonly score: number;
}

/** Overlaps from which on a box counts as found: 0.5, 0.55 … 0.95. */
export const thresholds: readonly number[] = Array.from({ length: 10 }, (_, at) =>
  at === 9 ? 0.95 : 0.5 + at * ((0.95 - 0.5) / 9),
);

/** Boxes by area in square pixels, both ends inclusive. */
export const areas = {
  all: [0, 1e10],
  small: [0, 32 ** 2],
  medium: [32 ** 2, 96 ** 2],
  large: [96 ** 2, 1e10],
} as const;
export type AreaName = keyof typeof areas;

export type Verdict = 'hit' | 'alarm' | 'ignored';

/** An image's boxes of one category and area, matched. */
export interface Judged {
  /** Of the predicted boxes, the highest first, 100 at most. */
  readonly scores: readonly number[];
  /** Of each threshold and predicted box, in that order. */
  readonly verdicts: readonly (readonly Verdict[])[];
  /** How many boxes are to be found. */
  readonly wanted: number;
}

const mostBoxes = 100;

/** An image's boxes of one category and area, put beside each other. */
export interface Beside {
  /** Boxes that count first, then those that count for nothing. */
  readonly wanted: readonly Wanted[];
  /** The highest score first, 100 at most. */
  readonly found: readonly PredictedBox[];
  /** Of each box that was found, by those that are wanted. */
  readonly overlaps: readonly (readonly number[])[];
}

/** An actual box, and whether it counts for nothing. */
export interface Wanted extends ActualBox {
  readonly ignored: boolean;
}

export const besideEachOther = ({ actual, predicted }: DetectionImage, category: number, area: AreaName): Beside => {
  const wanted = actual
    .filter((each) => each.category === category)
    .map((each) => ({ ...each, ignored: each.crowd === true || isOutside(each.area ?? sizeOf(each.box), area) }))
    .toSorted((a, b) => Number(a.ignored) - Number(b.ignored));
  const found = predicted
    .filter((each) => each.category === category)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, mostBoxes);
  return {
    ...{ wanted, found },
    overlaps: found.map(({ box }) => wanted.map((each) => overlap(box, each.box, each.crowd === true))),
  };
};

/** For each predicted box the place of the actual one that it takes; -1: none. From the highest score on. */
export const matchesAt = ({ wanted, overlaps }: Beside, threshold: number): readonly number[] => {
  const isTaken = new Array<boolean>(wanted.length).fill(false);
  return overlaps.map((of) => {
    const match = bestMatch(of, wanted, { isTaken, threshold });
    if (match >= 0) isTaken[match] = true;
    return match;
  });
};

/**
 * Matches predicted with actual boxes, for each threshold. From the highest score on, each takes the free actual box that it
 * overlaps most; one that counts is preferred to one that does not. Crowds, and boxes of another area, count for nothing,
 * and a crowd can be taken several times. A predicted box of another area that finds none is no false alarm.
 */
export const judgeImage = (image: DetectionImage, category: number, area: AreaName): Judged => {
  const beside = besideEachOther(image, category, area);
  const { wanted, found } = beside;
  return {
    scores: found.map(({ score }) => score),
    verdicts: thresholds.map((threshold) =>
      matchesAt(beside, threshold).map((match, at) => {
        if (match < 0) return isOutside(sizeOf(found[at]!.box), area) ? 'ignored' : 'alarm';
        return wanted[match]!.ignored ? 'ignored' : 'hit';
      }),
    ),
    wanted: wanted.filter(({ ignored }) => !ignored).length,
  };
};

const isOutside = (size: number, area: AreaName): boolean => size < areas[area][0] || size > areas[area][1];

/** Index of the box that is taken; -1: none. Those that count stand first; of equal overlaps the last is taken. */
const bestMatch = (
  overlaps: readonly number[],
  wanted: readonly Wanted[],
  { isTaken, threshold }: { readonly isTaken: readonly boolean[]; readonly threshold: number },
): number => {
  let least = Math.min(threshold, 1 - 1e-10);
  let match = -1;
  for (const [at, { ignored, crowd }] of wanted.entries()) {
    if (isTaken[at] === true && crowd !== true) continue;
    if (match >= 0 && !wanted[match]!.ignored && ignored) break;
    if (overlaps[at]! < least) continue;
    least = overlaps[at]!;
    match = at;
  }
  return match;
};

const sizeOf = ([, , width, height]: Box): number => width * height;

/** Intersection over union; with a crowd, over the predicted box alone. */
export const overlap = (predicted: Box, actual: Box, isCrowd: boolean): number => {
  const width = Math.min(predicted[0] + predicted[2], actual[0] + actual[2]) - Math.max(predicted[0], actual[0]);
  const height = Math.min(predicted[1] + predicted[3], actual[1] + actual[3]) - Math.max(predicted[1], actual[1]);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (isCrowd ? sizeOf(predicted) : sizeOf(predicted) + sizeOf(actual) - both);
};
