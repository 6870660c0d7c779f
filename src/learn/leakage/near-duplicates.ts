import type { Column } from '../data/dataset.ts';
import { columnOf, type LabelData, type NumberData, rowCount, type TensorColumnData } from '../data/rows.ts';
import { counted } from '../data/words.ts';
import type { Pair } from '../similarity/groups.ts';
import { hammingPairs } from '../similarity/hamming.ts';
import { type Images, perceptualHashes, pixelCorrelation } from '../similarity/image-hash.ts';
import { nearSets } from '../similarity/min-hash.ts';
import { nearRows } from '../similarity/near-rows.ts';
import { shinglesOf } from '../similarity/shingles.ts';
import { type Check, type CheckContext, type Finding, mostEvidence, short } from './check.ts';
import { featuresOf, pairsOf, type Split } from './splits.ts';

/**
 * Rows that are nearly equal, in two splits: texts by their runs of three words (MinHash), images by their perceptual
 * hash and the correlation of their pixels, rows of a table by their numbers where their categories are equal.
 *
 * In a table, rows may be near each other by nature, where there are many. Copies betray themselves since nothing is
 * a little farther away: within any density over one dimension or more, a ball of four times the radius holds four
 * times the pairs at least. So pairs count where those within the distance are more than those beyond it, up to four
 * times as far; for images likewise, by the root of what their correlation lacks to 1.
 */
export const nearDuplicates: Check = {
  kind: 'near-duplicate',
  run: (context) => {
    const pairs = pairsOf(context.splits);
    const searches = pairs.flatMap(([first, second]) =>
      featureSearches(first).map((search) => ({ first, second, search })),
    );
    if (searches.length === 0) return { what: 'no texts, images or numbers to compare', findings: null };
    const findings = searches.flatMap(({ first, second, search }) => {
      const found = search.find(first, second, context);
      return found.length === 0 ? [] : [findingOf({ first, second, search, found })];
    });
    return { what: `at most ${counted(context.params.sample, 'row')} of each split`, findings };
  },
};

interface Search {
  readonly column: string | null;
  readonly measure: string;
  readonly threshold: (context: CheckContext) => number;
  /** Pairs of a row of the first and one of the second split, both numbered in their own. */
  readonly find: (first: Split, second: Split, context: CheckContext) => readonly Pair[];
}

const featureSearches = (split: Split): Search[] => {
  const columns = featuresOf(split);
  const whole = columns.filter(({ kind }) => kind === 'tensor' || kind === 'text').map(searchIn);
  const hasNumbers = columns.some(({ kind }) => kind === 'number');
  return [...whole.filter((search) => search !== null), ...(hasNumbers ? [rowSearch(columns)] : [])];
};

const searchIn = (column: Column): Search | null => {
  if (column.kind === 'text') return textSearch(column.name);
  const isImage = column.kind === 'tensor' && column.dtype === 'uint8' && column.shape.length === 3;
  return isImage ? imageSearch(column.name) : null;
};

/** Numbers the rows of both splits through, and keeps the pairs that lie across. */
const across = (pairs: readonly Pair[], firstRows: number): Pair[] =>
  pairs
    .filter(({ first, second }) => first < firstRows && second >= firstRows)
    .map(({ first, second, measure }) => ({ first, second: second - firstRows, measure }));

const textSearch = (name: string): Search => ({
  column: name,
  measure: 'similarity of two texts',
  threshold: ({ params }) => params.thresholds.text_similarity,
  find: (first, second, { params, seed }) => {
    const texts = [first, second].map(({ rows }) => (columnOf(name)(rows!) as LabelData).values);
    const sets = texts.flat().map((text) => shinglesOf(text ?? '', { unit: 'word', size: 3 }));
    // A text of a few words is like another one by chance.
    const long = sets.map((set) => (set.length < fewestShingles ? new Uint32Array() : set));
    const threshold = params.thresholds.text_similarity;
    return across(nearSets(long, { threshold, seed }), texts[0]!.length);
  },
});

const fewestShingles = 8;

const imageSearch = (name: string): Search => ({
  column: name,
  measure: 'correlation of the pixels of two images',
  threshold: ({ params }) => params.thresholds.image_correlation,
  find: (first, second, { params }) => {
    const [a, b] = [first, second].map(({ rows }) => columnOf(name)(rows!) as TensorColumnData);
    const images = greyImages(a!, b!);
    const near = params.thresholds.image_correlation;
    const far = 1 - (1 - near) * 16;
    const pairs: Pair[] = [];
    let ring = 0;
    const firstRows = rowCount(first.rows!);
    hammingPairs(perceptualHashes(images), imageBits, (one, other) => {
      if (one >= firstRows || other < firstRows) return;
      const measure = pixelCorrelation(images, one, other);
      if (measure >= near) pairs.push({ first: one, second: other - firstRows, measure });
      else if (measure >= far) ring += 1;
    });
    return pairs.length > ring ? pairs : [];
  },
});

/** Bits of the perceptual hash in which two pictures of one thing may differ. */
const imageBits = 6;

const greyImages = (a: TensorColumnData, b: TensorColumnData): Images => {
  const [height, width, channels] = a.shape as [number, number, number];
  const size = height * width;
  const pixels = new Uint8Array((a.values.length + b.values.length) / channels);
  let at = 0;
  for (const { values } of [a, b])
    for (let from = 0; from < values.length; from += channels) {
      let sum = 0;
      for (let channel = 0; channel < channels; channel += 1) sum += values[from + channel] as number;
      pixels[at++] = Math.round(sum / channels);
    }
  return { pixels, count: pixels.length / size, height, width };
};

const rowSearch = (columns: readonly Column[]): Search => ({
  column: null,
  measure: 'mean difference of two rows in standard deviations',
  threshold: ({ params }) => params.thresholds.row_distance,
  find: (first, second, { params }) => {
    const radius = params.thresholds.row_distance;
    const firstRows = rowCount(first.rows!);
    const table = tableOf([first, second], columns);
    const pairs = across(nearRows(table, 4 * radius), firstRows);
    // Equal rows are another check's.
    const apart = pairs.filter(({ measure }) => measure > 0);
    const near = apart.filter(({ measure }) => measure <= radius);
    return near.length > apart.length - near.length ? near : [];
  },
});

const tableOf = (splits: readonly Split[], columns: readonly Column[]) => {
  const named = (kind: Column['kind']) => columns.filter((column) => column.kind === kind).map(({ name }) => name);
  const rows = splits.map((split) => split.rows!);
  return {
    numbers: named('number').map((name) =>
      Float64Array.from(rows.flatMap((part) => [...(columnOf(name)(part) as NumberData).values])),
    ),
    categories: named('category').map((name) => rows.flatMap((part) => (columnOf(name)(part) as LabelData).values)),
    rows: rows.reduce((sum, part) => sum + rowCount(part), 0),
  };
};

interface Found {
  readonly first: Split;
  readonly second: Split;
  readonly search: Search;
  readonly found: readonly Pair[];
}

const findingOf = ({ first, second, search, found }: Found): Finding => {
  const count = new Set(found.map((pair) => pair.second)).size;
  const of = search.column === null ? '' : `, by "${search.column}"`;
  return {
    kind: 'near-duplicate',
    certainty: 'suspect',
    between: [first.name, second.name],
    column: search.column,
    message: `${counted(count, 'row')} of ${second.name} ${count === 1 ? 'is' : 'are'} nearly in ${first.name} too${of}`,
    measure: `rows of ${second.name} that are nearly in ${first.name}`,
    value: count,
    threshold: 1,
    evidence: found.slice(0, mostEvidence).map((pair) => ({
      [first.name]: first.rows!.ids[pair.first] as string,
      [second.name]: second.rows!.ids[pair.second] as string,
      [search.measure]: Number(short(pair.measure)),
    })),
    remedy: 'find near duplicates in clean, and split by their groups',
  };
};
