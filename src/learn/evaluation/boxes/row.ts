import type { Box } from '../../metrics/detection-match.ts';

/** A box of an image, as a row says it. */
export interface BoxRow {
  readonly image: string;
  /** Absent where the row says only that there is an image. */
  readonly label?: string;
  readonly box?: Box;
  readonly score?: number;
  /** In square pixels. */
  readonly area?: number;
  readonly crowd?: boolean;
  /** What a row without a box says of its image, by column; absent where that is nothing. */
  readonly about?: About;
}

export type About = Readonly<Record<string, unknown>>;

/** Names of fields that COCO's files have for the same. */
const others = { image: 'image_id', label: 'category_id', box: 'bbox', crowd: 'iscrowd' } as const;

type Found = { readonly row: BoxRow } | { readonly fault: string };

/**
 * A row of a file of boxes; or what is wrong with it, in words.
 *
 * @param kind rows of boxes as they are can also say only `image`; those of predicted ones have a score.
 */
export const boxRowOf = (value: unknown, kind: 'actual' | 'predicted'): Found => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { fault: `it is ${shown(value)}, and has to be an object` }; // biome-ignore format: one line
  const fields = value as Readonly<Record<string, unknown>>;
  const field = (name: keyof typeof others) => fields[name] ?? fields[others[name]] ?? undefined;
  const [image, label, box, crowd] = [field('image'), field('label'), field('box'), field('crowd')];
  const [score, area] = [fields['score'] ?? undefined, fields['area'] ?? undefined];
  if (!isName(image)) return { fault: `"image" is ${shown(image)}, and has to be a name or a whole number` };
  if (kind === 'actual' && label === undefined && box === undefined)
    return { row: { image: String(image), ...aboutOf(fields) } };
  if (!isName(label)) return { fault: `"label" is ${shown(label)}, and has to be a name or a whole number` };
  if (!isBox(box)) return { fault: `"box" is ${shown(box)}, and has to be four numbers: left, top, width and height, the last two not below 0` }; // biome-ignore format: one line
  if (kind === 'predicted' && !isNumber(score)) return { fault: `"score" is ${shown(score)}, and has to be a number` };
  if (area !== undefined && !(isNumber(area) && area >= 0)) return { fault: `"area" is ${shown(area)}, and has to be a number from 0 on` }; // biome-ignore format: one line
  if (crowd !== undefined && ![true, false, 0, 1].includes(crowd as boolean)) return { fault: `"crowd" is ${shown(crowd)}, and has to be true or false` }; // biome-ignore format: one line
  return {
    row: {
      ...{ image: String(image), label: String(label), box },
      ...(kind === 'predicted' && { score: score as number }),
      ...(kind === 'actual' && area !== undefined && { area: area as number }),
      ...(kind === 'actual' && crowd !== undefined && { crowd: Boolean(crowd) }),
    },
  };
};

/** All columns but those that boxes have. */
const aboutOf = (fields: About): Pick<BoxRow, 'about'> => {
  const columns = Object.entries(fields).filter(([name]) => !ofBoxes.has(name));
  return columns.length === 0 ? {} : { about: Object.fromEntries(columns) };
};

const ofBoxes = new Set(['score', 'area', ...Object.entries(others).flat()]);

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

const isName = (value: unknown): value is string | number =>
  (typeof value === 'string' && value !== '') || Number.isSafeInteger(value);

const isBox = (value: unknown): value is Box =>
  Array.isArray(value) && value.length === 4 && value.every(isNumber) && value[2]! >= 0 && value[3]! >= 0;

/** What is nested is not written out: it may be nested deeper than anything can follow. */
const shown = (value: unknown): string => {
  if (value === undefined) return 'missing';
  if (Array.isArray(value) && value.some((each) => typeof each === 'object' && each !== null)) return 'a nested list';
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return 'an object';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};
