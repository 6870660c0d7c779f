import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Slicing as SlicingResult } from '../../../types/generated/evaluation.ts';
import { filePath } from '../../data/duckdb.ts';
import { StageError } from '../../error.ts';
import { type DetectionTable, detectionTables, tableMetrics } from '../../metrics/detection.ts';
import type { AreaName, DetectionImage } from '../../metrics/detection-match.ts';
import type { DetectionMetricName } from '../../metrics/names.ts';
import type { BootstrapOptions } from '../../metrics/resample.ts';
import { roundedInterval } from '../rounding.ts';
import { type SliceParam, slicedRows, slicingsOf } from '../slice-values.ts';
import { judgeSlices } from '../slices.ts';
import type { Slicing } from '../slicing.ts';
import type { About } from './row.ts';

/**
 * Divides images by what is told of them, or by expressions of that: see `sliceExamples`.
 *
 * @param about of each image, [images].
 * @throws StageError where a column is not there, or an expression cannot be computed.
 */
export const sliceImages = async (
  about: readonly About[],
  params: readonly SliceParam[],
): Promise<readonly Slicing[]> => {
  if (params.length === 0) return [];
  const columns = [...new Set(about.flatMap((each) => Object.keys(each)))].filter((name) => name !== '__id');
  checkNames(columns);
  const folder = await mkdtemp(join(tmpdir(), 'stemma-slices-'));
  try {
    const path = join(folder, 'images.jsonl');
    // A line each, in their order: what says nothing of itself has all columns missing.
    const lines = about.map((each, at) => JSON.stringify({ ...Object.fromEntries(columns.map((name) => [name, each[name] ?? null])), __id: at })); // biome-ignore format: one line
    await writeFile(path, lines.join('\n'));
    const scan = `read_json(${filePath(path)}, format = 'newline_delimited', sample_size = -1)`;
    const absent = 'a row of the dep actual with "image" and without a box can say more of the image, as COCO\'s `images` do'; // biome-ignore format: one line
    const { slices, rows } = await slicedRows({ scan, columns, absent }, params);
    return slicingsOf(slices, rows.values, [...about.keys()]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** DuckDB knows no difference between upper and lower case. */
const checkNames = (columns: readonly string[]): void => {
  const known = new Map<string, string>();
  for (const name of columns) {
    const other = known.get(name.toLowerCase());
    if (other !== undefined) throw new StageError(`the columns "${other}" and "${name}" of the images differ in case alone`, 'name one of them otherwise'); // biome-ignore format: one line
    known.set(name.toLowerCase(), name);
  }
};

interface Judging {
  readonly names: readonly DetectionMetricName[];
  readonly options: BootstrapOptions;
}

/** The metrics of parts of the images, then of the boxes by their size. */
export const boxSlices = (
  images: readonly DetectionImage[],
  slicings: readonly Slicing[],
  { tables, names, options }: Judging & { readonly tables: readonly DetectionTable[] },
): SlicingResult[] => {
  const judged = judgeSlices(slicings, names, (rows) => {
    const taken = rows.map((row) => images[row]!);
    return tableMetrics(detectionTables(taken), names, { ...options, rows: taken.length });
  });
  return [...judged, ...bySize(tables, images.length, { names, options })];
};

const sizes: readonly (readonly [AreaName, string])[] = [
  ['small', 'small, below 32² pixels'],
  ['medium', 'medium, to 96² pixels'],
  ['large', 'large'],
];

/** Metrics that are of one size are left out: each is one of the parts. */
const bySize = (tables: readonly DetectionTable[], rows: number, { names, options }: Judging): SlicingResult[] => {
  const all = names.filter((name) => !/_(small|medium|large)$/.test(name));
  if (all.length === 0) return [];
  const parts = sizes.flatMap(([size, value]) => {
    const own = tables.filter(({ area }) => area === size);
    const boxes = own.reduce((sum, { wanted }) => sum + wanted.reduce((of, each) => of + each, 0), 0);
    if (boxes === 0) return [];
    // As if there were no others: the metrics of all boxes go by the tables of this size.
    const taken = own.map((table): DetectionTable => ({ ...table, area: 'all' }));
    const found = tableMetrics(taken, all, { ...options, rows });
    return [{ value, rows: boxes, metrics: Object.fromEntries(all.map((name, at) => [name, found[at] ? roundedInterval(found[at]) : null])) }]; // biome-ignore format: one line
  });
  return [{ name: 'size', of: 'boxes', parts }];
};
