import { basename } from 'node:path';
import type { ColumnSummary } from '../../../../types/generated/data-schema.ts';
import type { StageContext } from '../../../../types/stage.ts';
import { StageError } from '../../../error.ts';
import { type Column, createDatasetWriter } from '../../dataset.ts';
import { contentDigests, identify } from '../../identity.ts';
import { originsByFile } from '../../origins.ts';
import { type Official, type Rows, takeColumn, takeRows } from '../../rows.ts';
import { counted, sortLabels } from '../../words.ts';
import { type FolderSource, firstOfEach } from '../folder.ts';
import type { Ingested } from '../params.ts';
import { rawOf } from '../raw.ts';
import { type Beside, type BesideSource, columnsBeside, nothingBeside } from './beside.ts';
import { blocksOf } from './blocks.ts';
import type { Pixels } from './decode.ts';
import { findImages, type ImageFile } from './find.ts';
import type { ImagesParams } from './params.ts';
import { type Block, decodeBlock, type Shape } from './pieces.ts';

export interface ImagesSource extends FolderSource {
  readonly params: ImagesParams;
  /** How columns beside the images are read. */
  readonly asked: BesideSource['asked'];
}

export interface IngestedImages extends Ingested {
  /** Images that were decoded now; the others have been before. */
  readonly decoded: number;
  /** Files that were left out, since they cannot be decoded: path and reason. */
  readonly broken: readonly { readonly path: string; readonly why: string }[];
}

type Watch = Pick<StageContext, 'memo' | 'progress'>;

/**
 * Reads a folder of images: the column `image`, unsigned bytes of shape [height, width, channels], and the labels as
 * categories. Shards are blocks that the files' names decide, so that one more image changes one of them.
 *
 * @throws StageError naming all files that cannot be decoded, or all sizes where they differ and none is asked for.
 */
export const ingestImages = async (source: ImagesSource, { memo, progress }: Watch): Promise<IngestedImages> => {
  const { folder, params } = source;
  const images = firstOfEach(await findImages(folder, source.files, params), source.subset);
  const parts = blocksOf(images, ({ path }) => path);
  const blocks = new Array<Block>(parts.length);
  let [decoded, done, next] = [0, 0, 0];
  const work = async (): Promise<void> => {
    for (let index = next++; index < parts.length; index = next++) {
      const after = parts[index - 1]?.at(-1)?.path ?? '';
      const part = parts[index] as ImageFile[];
      blocks[index] = await decodeBlock(part, { folder, params, memo, after, decoded: () => void decoded++ });
      done += part.length;
      progress({ done, total: images.length, unit: 'images' });
    }
  };
  // While one block is written, another one is decoded.
  await Promise.all([work(), work()]);
  const broken = brokenOf(blocks);
  refuseBroken(broken, params, folder);
  const shape = commonShape(blocks, folder);
  const beside = await besideOf(blocks, source);
  const written = await write(blocks, { ...source, shape, beside });
  return { ...written, notices: [...noticesOf(broken), ...beside.notices], decoded, broken };
};

const labelOf = ({ target, params: { labels } }: ImagesSource): string | null =>
  labels === 'none' ? null : (target ?? 'label');

const besideOf = async (blocks: readonly Block[], source: ImagesSource): Promise<Beside> => {
  const { labels: table } = source.params;
  if (typeof table === 'string' || table.columns === undefined) return nothingBeside;
  const rows = blocks.flatMap(({ images, shapes }) =>
    images.flatMap(({ row }, index) => ('why' in shapes[index]! ? [] : [row!])),
  );
  return columnsBeside({ ...source, table, label: labelOf(source)!, rows });
};

const brokenOf = (blocks: readonly Block[]): { path: string; why: string }[] =>
  blocks.flatMap(({ images, shapes }) =>
    shapes.flatMap((shape, index) =>
      'why' in shape ? [{ path: (images[index] as ImageFile).path, why: shape.why }] : [],
    ),
  );

const refuseBroken = (broken: ReturnType<typeof brokenOf>, params: ImagesParams, folder: string): void => {
  if (broken.length === 0 || params.broken === 'drop') return;
  throw new StageError(
    [`${basename(folder)}: ${counted(broken.length, 'file')} cannot be decoded`, ...linesOf(broken)].join('\n'),
    'mend or remove them, or give params.images.broken: "drop"',
  );
};

const noticesOf = (broken: ReturnType<typeof brokenOf>): string[] =>
  broken.length === 0
    ? []
    : [[`left out ${counted(broken.length, 'file')} that cannot be decoded`, ...linesOf(broken)].join('\n')];

const linesOf = (broken: ReturnType<typeof brokenOf>): string[] => [
  ...broken.slice(0, mostTold).map(({ path, why }) => `  ${path}: ${why}`),
  ...(broken.length > mostTold ? [`  and ${broken.length - mostTold} more`] : []),
];

const mostTold = 20;

/** The shape that all images have: of channels the most, since grey can be shown in colours. */
const commonShape = (blocks: readonly Block[], folder: string): Shape => {
  const sizes = new Map<string, { readonly shape: Shape; count: number; readonly path: string }>();
  let channels: 1 | 3 = 1;
  for (const { images, shapes } of blocks)
    for (const [index, shape] of shapes.entries()) {
      if ('why' in shape) continue;
      if (shape.channels === 3) channels = 3;
      const size = `${shape.height} × ${shape.width}`;
      const known = sizes.get(size);
      if (known === undefined) sizes.set(size, { shape, count: 1, path: (images[index] as ImageFile).path });
      else known.count += 1;
    }
  const [first, ...others] = [...sizes].sort(([, a], [, b]) => b.count - a.count);
  if (first === undefined) throw new StageError(`${basename(folder)} has no image that can be decoded`);
  if (others.length > 0) {
    const told = [first, ...others]
      .slice(0, 5)
      .map(([size, { count, path }]) => `  ${size}: ${counted(count, 'image')}, as ${path}`);
    throw new StageError(
      [`${basename(folder)}: the images have ${sizes.size} sizes (height × width)`, ...told].join('\n'),
      'give params.images.size, as [64, 64]',
    );
  }
  return { ...first[1].shape, channels };
};

interface Writing extends ImagesSource {
  readonly shape: Shape;
  readonly beside: Beside;
}

const write = async (blocks: readonly Block[], source: Writing): Promise<Omit<Ingested, 'notices'>> => {
  const { out, params, shape, beside, asked } = source;
  const label = labelOf(source);
  const official = blocks[0]?.images[0]?.official !== null;
  const counts = new Map<string, number>();
  const range: Range = { min: 255, max: 0 };
  const columns = columnsOf(blocks, { label, shape, beside });
  const { summaries: known } = beside;
  const raw = rawOf(columns, { images: params, ...(known.length > 0 && { summaries: known, missing: asked.missing }) });
  const writer = await createDatasetWriter(out, { target: label, columns, official, raw });
  const seen = new Map<string, number>();
  const paths: string[] = [];
  for (const block of blocks) {
    const { rows, files } = await rowsOf(block, { label, shape, official, beside, at: paths.length });
    if (files.length === 0) continue;
    look(rows, range);
    for (const { path, label: name } of files) {
      paths.push(path);
      if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    await writer.append({ ...rows, ids: identify(contentDigests(rows), seen) });
    await writer.cut();
  }
  const manifest = await writer.close();
  const summaries = columns.map(
    (column) => known.find(({ name }) => name === column.name) ?? summaryOf(column, counts, range),
  );
  return { manifest, summaries, origins: originsByFile(paths) };
};

interface Layout {
  readonly label: string | null;
  readonly shape: Shape;
  readonly beside: Beside;
}

const columnsOf = (
  blocks: readonly Block[],
  { label, shape: { height, width, channels }, beside }: Layout,
): Column[] => {
  const image: Column = { name: 'image', kind: 'tensor', dtype: 'uint8', shape: [height, width, channels] };
  if (label === null) return [image];
  const labels = new Set(blocks.flatMap(({ images }) => images.flatMap((file) => file.label ?? [])));
  return [image, ...beside.columns, { name: label, kind: 'category', dtype: 'string', categories: sortLabels(labels) }];
};

const rowsOf = async (
  block: Block,
  { label, shape, official, beside, at }: Layout & { readonly official: boolean; readonly at: number },
): Promise<{ rows: Rows; files: readonly ImageFile[] }> => {
  const pixels = await block.pixels();
  const kept = pixels.flatMap((image, index) => ('data' in image ? [index] : []));
  const size = shape.height * shape.width * shape.channels;
  const values = new Uint8Array(pixels.length * size);
  for (const index of kept) place(pixels[index] as Pixels, shape.channels, values.subarray(index * size));
  const { images } = block;
  const rows: Rows = {
    ids: images.map(() => ''),
    official: official ? images.map((file) => file.official as Official) : null,
    columns: new Map([
      ['image', { kind: 'tensor', shape: [shape.height, shape.width, shape.channels], values }],
      ...(label === null
        ? []
        : [[label, { kind: 'label' as const, values: images.map((file) => file.label) }] as const]),
    ]),
  };
  const { columns, ...whole } = takeRows(rows, kept);
  // What stands beside the images has no rows for those that were left out.
  const places = kept.map((_, index) => at + index);
  const others = [...beside.data].map(([name, data]) => [name, takeColumn(data, places)] as const);
  const files = kept.map((index) => images[index] as ImageFile);
  return { rows: { ...whole, columns: new Map([...columns, ...others]) }, files };
};

/** Copies an image; a grey one among coloured ones has its value in each channel. */
export const place = ({ data, channels }: Pixels, wanted: 1 | 3, into: Uint8Array): void => {
  if (channels === wanted) {
    into.set(data);
    return;
  }
  for (let at = 0; at < data.length; at += 1) into.fill(data[at] as number, at * wanted, (at + 1) * wanted);
};

interface Range {
  min: number;
  max: number;
}

const look = ({ columns }: Rows, range: Range): void => {
  const image = columns.get('image');
  if (image?.kind !== 'tensor') return;
  for (let at = 0; at < image.values.length; at += 1) {
    const value = image.values[at] as number;
    if (value < range.min) range.min = value;
    if (value > range.max) range.max = value;
  }
};

const summaryOf = (column: Column, counts: ReadonlyMap<string, number>, range: Range): ColumnSummary => {
  if (column.kind === 'category') {
    const categories = column.categories.map((label) => ({ label, rows: counts.get(label) ?? 0 }));
    const distinct = categories.filter(({ rows }) => rows > 0).length;
    return { name: column.name, kind: 'category', missing: 0, required: true, unique: false, distinct, categories };
  }
  const { dtype, shape } = column as Extract<Column, { kind: 'tensor' }>;
  return { name: column.name, kind: 'tensor', missing: 0, dtype, shape: [...shape], ...range };
};
