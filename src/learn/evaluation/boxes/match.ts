import { isDeepStrictEqual } from 'node:util';
import { counted, listed, sortLabels } from '../../data/words.ts';
import { StageError } from '../../error.ts';
import type { ActualBox, DetectionImage, PredictedBox } from '../../metrics/detection-match.ts';
import type { BoxFile } from './read.ts';
import type { About } from './row.ts';

/** Images with the boxes that they have, and those that were predicted. */
export interface BoxSet {
  /** Names of the images, in the order of `sortLabels`. */
  readonly names: readonly string[];
  readonly images: readonly DetectionImage[];
  /** What is told of each image beside its boxes, [images]. */
  readonly about: readonly About[];
  /** The labels of boxes that there are; a category is a place among them. */
  readonly labels: readonly string[];
  /** Predicted boxes with other labels: they count for nothing, as in COCO. */
  readonly strange: ReadonlyMap<string, number>;
}

/**
 * Puts boxes together by their images.
 *
 * @throws StageError where there is nothing to find, or a predicted box is of an image that nothing is known of.
 */
export const boxSetOf = (actual: BoxFile, predicted: BoxFile): BoxSet => {
  const called = nameIn(actual);
  const boxes = actual.rows.flatMap(({ row }) => (row.label === undefined ? [] : [called(row.label)]));
  if (boxes.length === 0) throw new StageError(`${actual.name} has no box, so there is nothing to find`);
  const labels = sortLabels(new Set(boxes));
  const places = new Map(labels.map((label, at) => [label, at]));
  const names = sortLabels(new Set(actual.rows.map(({ row }) => row.image)));
  const images = new Map(names.map((name) => [name, { actual: [] as ActualBox[], predicted: [] as PredictedBox[] }]));
  for (const { row } of actual.rows) {
    if (row.label === undefined) continue;
    const { box, area, crowd } = row;
    const category = places.get(called(row.label))!;
    images.get(row.image)!.actual.push({ category, box: box!, ...(area !== undefined && { area }), ...(crowd !== undefined && { crowd }) }); // biome-ignore format: one line
  }
  const about = aboutImages(actual);
  const strange = new Map<string, number>();
  for (const { place, row } of predicted.rows) {
    const image = images.get(row.image);
    if (image === undefined) throw unknownImage({ file: predicted.name, place, image: row.image }, actual.name, names);
    const label = called(row.label!);
    const category = places.get(label);
    if (category === undefined) strange.set(label, (strange.get(label) ?? 0) + 1);
    else image.predicted.push({ category, box: row.box!, score: row.score! });
  }
  return {
    ...{ names, labels, strange },
    images: names.map((name) => images.get(name)!),
    about: names.map((name) => about.get(name)?.about ?? {}),
  };
};

/** What a label is called: in COCO's files it is a number. */
export const nameIn =
  ({ names }: BoxFile) =>
  (label: string): string =>
    names?.get(label) ?? label;

/** @throws StageError where an image is told of twice, and not alike. */
const aboutImages = ({
  name,
  rows,
}: BoxFile): ReadonlyMap<string, { readonly about: About; readonly place: string }> => {
  const known = new Map<string, { readonly about: About; readonly place: string }>();
  for (const { place, row } of rows) {
    if (row.about === undefined) continue;
    const before = known.get(row.image);
    if (before !== undefined && !isDeepStrictEqual(before.about, row.about)) {
      throw new StageError(
        `${name}, ${place}: image "${row.image}" is told of otherwise than in ${before.place}`,
        'say what is known of an image once',
      );
    }
    known.set(row.image, before ?? { about: row.about, place });
  }
  return known;
};

const unknownImage = (
  { file, place, image }: { readonly file: string; readonly place: string; readonly image: string },
  actual: string,
  names: readonly string[],
): StageError =>
  new StageError(
    `${file}, ${place}: image "${image}" is none of the ${counted(names.length, 'image')} in ${actual}, as ${listed(names.slice(0, 3))}`,
    `name it as ${actual} does; an image without a box stands there as a row with "image" alone`,
  );
