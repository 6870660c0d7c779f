import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../../../src/fingerprint/canonical.ts';
import { listFiles } from '../../../../src/fingerprint/list-files.ts';
import { formatManifest, parseManifest } from '../../../../src/fingerprint/manifest.ts';
import { ingestImages } from '../../../../src/learn/data/ingest/images/images.ts';
import type { ImagesParams } from '../../../../src/learn/data/ingest/images/params.ts';
import { memo, memoName } from '../../../../src/run/memo.ts';
import type { Json } from '../../../../src/types/json.ts';
import type { StageContext } from '../../../../src/types/stage.ts';
import { makeFolder } from '../../../stages/context.ts';
import { digestsOf } from '../folder.ts';
import { readRows, valuesOf } from '../rows.ts';

let root: Awaited<ReturnType<typeof makeFolder>>;
let count = 0;
let folder: string;
beforeAll(async () => {
  root = await makeFolder();
});
beforeEach(() => {
  folder = join(root.path, `images${count++}`);
});
afterAll(() => root.remove());

const write = (path: string, bytes: Uint8Array | string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), bytes);
};

interface Picture {
  readonly height?: number;
  readonly width?: number;
  readonly grey?: boolean;
}

/** A picture of which the first pixel has the value, and each other one more. */
const picture = (value: number, { height = 4, width = 5, grey = true }: Picture = {}) => {
  const channels = grey ? 1 : 3;
  const data = Uint8Array.from({ length: height * width * channels }, (_, at) => (value + at) % 256);
  data[1] = value >> 8;
  return sharp(data, { raw: { height, width, channels } }).toColourspace(grey ? 'b-w' : 'srgb');
};

const png = (value: number, shape?: Picture): Promise<Buffer> => picture(value, shape).png().toBuffer();

const defaults: ImagesParams = { fit: 'fill', channels: 'auto', labels: 'folder', broken: 'fail', most_pixels: 1e8 };

/** As the stage host has it. */
const keep: StageContext['memo'] = async (key, make, options) => {
  const pieces = `${folder}-memo`;
  mkdirSync(pieces, { recursive: true });
  const name = memoName({ code: 'test', key: key as Json, like: options?.like as Json | undefined });
  return memo(join(pieces, name), { make, notice: () => undefined, alike: options !== undefined });
};

const ingest = async (params: Partial<ImagesParams> = {}, more: { subset?: number } = {}) => {
  const entries = listFiles(folder).map((path) => ({ path, hex: digestOf(readFileSync(join(folder, path))).slice(7) }));
  const files = parseManifest(formatManifest(entries));
  const out = join(root.path, `out${count++}`);
  const source = {
    folder,
    files,
    out,
    params: { ...defaults, ...params },
    asked: { types: {}, missing: [''] },
    ...more,
  };
  const ingested = await ingestImages(source, { memo: keep, progress: () => undefined });
  return { out, paths: ingested.origins.map(({ file }) => file), ...ingested };
};

describe('ingestImages', () => {
  it('reads PNG, lossless WebP and grey JPEG, a folder for each class, in the order of the paths', async () => {
    write('cat/a.png', await png(10));
    write('cat/b.webp', await picture(20).webp({ lossless: true }).toBuffer());
    write('dog/c.JPG', await picture(30).jpeg({ quality: 100 }).toBuffer());
    write('dog/notes.txt', 'no image');
    const { out, manifest, paths, summaries } = await ingest();
    expect(manifest).toMatchObject({ rows: 3, target: 'label' });
    expect(paths).toEqual(['cat/a.png', 'cat/b.webp', 'dog/c.JPG']);
    const rows = await readRows(out);
    expect(valuesOf(rows, 'label')).toEqual(['cat', 'cat', 'dog']);
    const image = rows.columns.get('image');
    expect(image).toMatchObject({ shape: [4, 5, 3] });
    expect(summaries[1]).toMatchObject({
      categories: [
        { label: 'cat', rows: 2 },
        { label: 'dog', rows: 1 },
      ],
    });
  });

  it('keeps the pixels of grey images as they are, and shows them grey among coloured ones', async () => {
    write('a/1.png', await png(7));
    const grey = await readRows((await ingest()).out);
    expect(grey.columns.get('image')).toMatchObject({ shape: [4, 5, 1] });
    expect(valuesOf(grey, 'image')).toEqual([7, 0, ...Array.from({ length: 18 }, (_, at) => 9 + at)]);
    write('a/2.png', await png(100, { grey: false }));
    const both = valuesOf(await readRows((await ingest()).out), 'image');
    expect(both.slice(0, 9)).toEqual([7, 7, 7, 0, 0, 0, 9, 9, 9]);
    expect(both.slice(60, 64)).toEqual([100, 0, 102, 103]);
  });

  it('turns an image as its orientation says', async () => {
    write('a/1.png', await png(0, { height: 2, width: 3 }));
    write('a/2.jpg', await picture(0, { height: 3, width: 2 }).withMetadata({ orientation: 6 }).jpeg().toBuffer());
    expect((await readRows((await ingest({ channels: 1 })).out)).columns.get('image')).toMatchObject({
      shape: [2, 3, 1],
    });
  });

  it('names all sizes where they differ, and makes them one where that is asked for', async () => {
    write('a/1.png', await png(0));
    write('a/2.png', await png(0, { height: 8, width: 8 }));
    write('a/3.png', await png(1, { height: 8, width: 8 }));
    await expect(ingest()).rejects.toThrow(
      /2 sizes \(height × width\)\n {2}8 × 8: 2 images, as a\/2.png\n {2}4 × 5: 1 image, as a\/1.png\nhint: give params.images.size/,
    );
    const { out } = await ingest({ size: [6, 7] });
    expect((await readRows(out)).columns.get('image')).toMatchObject({ shape: [6, 7, 1] });
  });

  it('names every file that cannot be decoded, and leaves them out where that is asked for', async () => {
    const whole = await png(1, { height: 64, width: 64 });
    write('a/empty.png', '');
    write('a/good.png', whole);
    write('a/text.jpg', 'this is no image');
    write('b/cut.png', whole.subarray(0, whole.length - 40));
    const jpeg = await picture(1, { height: 64, width: 64 }).jpeg().toBuffer();
    write('b/cut.jpg', jpeg.subarray(0, jpeg.length >> 1));
    const failure = await ingest().catch((error: Error) => error.message);
    expect(failure).toContain('4 files cannot be decoded');
    expect(failure).toContain('a/empty.png: the file is empty');
    expect(failure).toContain('a/text.jpg: it is no image of a known format');
    expect(failure).toMatch(/b\/cut.jpg: \S/);
    expect(failure).toMatch(/b\/cut.png: \S/);
    const { manifest, broken, paths } = await ingest({ broken: 'drop' });
    expect(manifest.rows).toBe(1);
    expect(paths).toEqual(['a/good.png']);
    expect(broken.map(({ path }) => path)).toEqual(['a/empty.png', 'a/text.jpg', 'b/cut.jpg', 'b/cut.png']);
  });

  it('tells of each its own reason, whatever is decoded beside it', async () => {
    const whole = await png(1, { height: 64, width: 64 });
    const jpeg = await picture(1, { height: 64, width: 64 }).jpeg().toBuffer();
    write('a/good.png', whole);
    for (let cut = 1; cut <= 60; cut += 1) {
      write(`b/${cut}.png`, whole.subarray(0, whole.length - 20 - cut));
      write(`b/${cut}.jpg`, jpeg.subarray(0, (jpeg.length >> 1) + cut));
    }
    const { broken } = await ingest({ broken: 'drop' });
    const reasons = new Set(broken.map(({ path, why }) => `${path.slice(-3)}: ${why}`));
    expect(broken).toHaveLength(120);
    expect([...reasons].sort()).toEqual(['jpg: premature end of JPEG image', 'png: libpng read error']);
  });

  it('does not decode an image that promises more pixels than it may have', async () => {
    const bomb = await sharp({
      create: { width: 20_000, height: 20_000, channels: 3, background: 'black' },
      limitInputPixels: false,
    })
      .png()
      .toBuffer();
    write('a/bomb.png', bomb);
    write('a/good.png', await png(1));
    await expect(ingest()).rejects.toThrow('a/bomb.png: its header says that it has more than 100000000 pixels');
  });

  it('knows the official splits of a folder with train and test alone', async () => {
    write('train/a/1.png', await png(1));
    write('test/a/1.png', await png(2));
    write('test/b/2.png', await png(3));
    const { out, manifest } = await ingest();
    expect(manifest.official).toEqual({ split: '__split' });
    const rows = await readRows(out);
    expect(rows.official).toEqual(['test', 'test', 'train']);
    expect(valuesOf(rows, 'label')).toEqual(['a', 'b', 'a']);
    expect((await ingest({}, { subset: 1 })).paths).toEqual(['test/a/1.png', 'train/a/1.png']);
  });

  it('takes labels from a table, which has to have each image once', async () => {
    write('1.png', await png(1));
    write('more/2.png', await png(2));
    write('labels.csv', 'file,breed\n1.png,poodle\n./more/2.png,"terrier, white"\n');
    const labels = { file: 'labels.csv', image: 'file', label: 'breed' };
    expect(valuesOf(await readRows((await ingest({ labels })).out), 'label')).toEqual(['poodle', 'terrier, white']);
    write('labels.csv', 'file,breed\n1.png,poodle\n3.png,pug\n');
    await expect(ingest({ labels })).rejects.toThrow(
      '1 image without a label: "more/2.png"\n1 label of images that are not there: "3.png"',
    );
    write('labels.csv', 'name,breed\n1.png,poodle\n');
    await expect(ingest({ labels })).rejects.toThrow('gives no columns "file" and "breed"');
    await expect(ingest()).rejects.toThrow('1 image in no folder of a class, as "1.png"');
  });

  it('decodes one image and changes one shard where one is added to many', async () => {
    for (let index = 0; index < 1_500; index += 1) write(`a/${String(index).padStart(5, '0')}.png`, await png(index));
    const before = await ingest();
    expect(before.decoded).toBe(1_500);
    expect(before.manifest.shards.length).toBeGreaterThan(2);
    expect((await ingest()).decoded).toBe(0);
    write('a/00700b.png', await png(5_000));
    const after = await ingest();
    expect(after.decoded).toBe(1);
    expect(after.manifest.rows).toBe(1_501);
    const [one, two] = [await digestsOf(before.out), await digestsOf(after.out)];
    const changed = Object.keys(two).filter((path) => one[path] !== two[path]);
    expect(changed.filter((path) => path.endsWith('.safetensors'))).toHaveLength(1);
    expect(changed.filter((path) => path.endsWith('.parquet')).length).toBeLessThanOrEqual(1);
    rmSync(join(folder, 'a/00003.png'));
    expect((await ingest()).decoded).toBe(0);
  });
});
