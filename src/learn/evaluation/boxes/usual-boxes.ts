import type { UsualBox } from '../../../types/generated/evaluation.ts';
import { type Box, type DetectionImage, overlap } from '../../metrics/detection-match.ts';
import { evenly } from '../baselines.ts';
import { rounded } from '../rounding.ts';
import { type BoxSet, nameIn } from './match.ts';
import type { BoxFile } from './read.ts';
import type { About } from './row.ts';

/** The boxes that are there most often, answered to every image. */
export interface UsualBoxes {
  readonly unit: 'pixels' | 'share';
  readonly answer: readonly UsualBox[];
  /** Images that they were chosen by. */
  readonly rows: number;
}

/** How many boxes a label has in the answer, at most; and how many are tried, of how many that there are. */
const [mostOfLabel, mostTried, mostCounted] = [10, 500, 2000];
/** From which overlap on a box finds another: that of `ap50`. */
const finding = 0.5;

/**
 * Chooses for each label the boxes that find the most of its boxes: first the one that finds most, then the one that finds
 * most of the rest, until one finds nothing but itself, or there are 10. A box's score is how many it finds an image. Crowds
 * are left out. Where the size of every image is known, here and where they are answered, boxes are shares of it.
 *
 * Of boxes that find equally many the one farthest to the left is taken, of those the topmost, so that the order of a file
 * changes nothing. Where a label has many boxes, 2,000 of them at even steps are counted, and 500 tried. No chance in it.
 *
 * @param learned the boxes that they are chosen by.
 * @param set what they are answered to: boxes of other labels are not looked at.
 */
export const usualBoxes = (learned: BoxFile, set: BoxSet): UsualBoxes => {
  const called = nameIn(learned);
  const images = [...new Set(learned.rows.map(({ row }) => row.image))];
  const sizes = new Map(learned.rows.flatMap(({ row }) => [[row.image, sizeIn(row.about)] as const]).filter(([, size]) => size !== undefined)); // biome-ignore format: one line
  const isKnown = images.every((image) => sizes.has(image)) && set.about.every((about) => sizeIn(about) !== undefined);
  const answer = set.labels.flatMap((label) => {
    const boxes = learned.rows.flatMap(({ row }) => {
      if (row.label === undefined || row.crowd === true || called(row.label) !== label) return [];
      return [isKnown ? shareOf(row.box!, sizes.get(row.image)!) : row.box!];
    });
    return ofLabel(boxes.toSorted(byPlace), images.length).map(({ box, score }) => ({
      label,
      box: roundedBox(box),
      score: rounded(score),
    }));
  });
  return { unit: isKnown ? 'share' : 'pixels', answer, rows: images.length };
};

const byPlace = (a: Box, b: Box): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3];

const roundedBox = ([left, top, width, height]: Box): UsualBox['box'] => [
  rounded(left),
  rounded(top),
  rounded(width),
  rounded(height),
];

/** The images of a set with these boxes as what was predicted. */
export const answeredWith = (set: BoxSet, { unit, answer }: UsualBoxes): readonly DetectionImage[] =>
  set.images.map(({ actual }, at) => ({
    actual,
    predicted: answer.map(({ label, box, score }) => ({
      category: set.labels.indexOf(label),
      box: unit === 'share' ? scaled(box, sizeIn(set.about[at])!) : box,
      score,
    })),
  }));

type Size = readonly [width: number, height: number];

/** An image's size in pixels, as COCO says it. */
const sizeIn = ({ width, height }: About = {}): Size | undefined =>
  typeof width === 'number' && typeof height === 'number' && width > 0 && height > 0 ? [width, height] : undefined;

const scaled = ([left, top, width, height]: Box, [byWidth, byHeight]: Size): Box => [
  left * byWidth,
  top * byHeight,
  width * byWidth,
  height * byHeight,
];

const shareOf = (box: Box, [width, height]: Size): Box => scaled(box, [1 / width, 1 / height]);

const ofLabel = (boxes: readonly Box[], images: number): { readonly box: Box; readonly score: number }[] => {
  const counted = evenly(boxes.length, mostCounted).map((at) => boxes[at]!);
  const tried = evenly(counted.length, mostTried).map((at) => counted[at]!);
  const finds = tried.map((box) => counted.flatMap((other, at) => (overlap(box, other, false) >= finding ? [at] : [])));
  const isFound = new Set<number>();
  const chosen: { box: Box; score: number }[] = [];
  while (chosen.length < mostOfLabel) {
    const fresh = finds.map((found) => found.reduce((sum, at) => sum + (isFound.has(at) ? 0 : 1), 0));
    const best = fresh.reduce((most, count, at) => (count > fresh[most]! ? at : most), 0);
    if (tried.length === 0 || fresh[best]! < (chosen.length === 0 ? 1 : 2)) break;
    for (const at of finds[best]!) isFound.add(at);
    const share = (fresh[best]! / counted.length) * (boxes.length / images);
    chosen.push({ box: tried[best]!, score: Math.min(1, share) });
  }
  return chosen;
};
