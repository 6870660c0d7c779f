import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { StageContext } from '../../../../types/stage.ts';
import { type Broken, decode, type Pixels } from './decode.ts';
import type { ImageFile } from './find.ts';
import type { ImagesParams } from './params.ts';

/** A block of images that have been decoded, in order. */
export interface Block {
  readonly images: readonly ImageFile[];
  /** What is known of each without its pixels. */
  readonly shapes: readonly (Shape | Broken)[];
  /** The pixels of each; what is broken stands in its place. */
  pixels(): Promise<readonly (Pixels | Broken)[]>;
}

export type Shape = Omit<Pixels, 'data'>;

export interface Decoding {
  /** Folder of the source. */
  readonly folder: string;
  readonly params: ImagesParams;
  readonly memo: StageContext['memo'];
  /** Told after each image that was really decoded. */
  readonly decoded: () => void;
}

/**
 * The pixels of a block of images. A block is a kept piece of work, so that images that were decoded once are not
 * decoded again: neither where the block is as it was, nor, but for those that are new, where it is not.
 *
 * @param after path of the last image before the block: it stays, whatever comes into the block.
 */
export const decodeBlock = async (
  images: readonly ImageFile[],
  { after, ...decoding }: Decoding & { readonly after: string },
): Promise<Block> => {
  const { params, memo } = decoding;
  const how = { size: params.size ?? null, fit: params.fit, channels: params.channels, most: params.most_pixels };
  const piece = await memo(
    { how, images: images.map(({ hex }) => hex) },
    (folder, earlier) => makePiece(folder, { images, earlier, decoding }),
    { like: { how, after } },
  );
  const known = await readPiece(piece);
  return {
    images,
    shapes: images.map(({ hex }) => withoutData(known.get(hex) as Pixels | Broken)),
    pixels: async () => {
      const again = await readPiece(piece);
      return images.map(({ hex }) => again.get(hex) as Pixels | Broken);
    },
  };
};

const withoutData = (image: Pixels | Broken): Shape | Broken => {
  const { data: _, ...shape } = image as Pixels & Broken;
  return shape;
};

/** An image in `pixels.bin`, or why there is none. */
interface Entry {
  readonly hex: string;
  readonly height?: number;
  readonly width?: number;
  readonly channels?: 1 | 3;
  readonly why?: string;
}

interface Making {
  readonly images: readonly ImageFile[];
  readonly earlier: string | undefined;
  readonly decoding: Decoding;
}

const makePiece = async (folder: string, { images, earlier, decoding }: Making): Promise<void> => {
  const known = earlier === undefined ? new Map<string, Pixels | Broken>() : await readPiece(earlier);
  const found = new Map<string, Pixels | Broken>();
  const each = [...new Map(images.map((image) => [image.hex, image])).values()];
  const waiting = [...each];
  const work = async (): Promise<void> => {
    for (let image = waiting.pop(); image !== undefined; image = waiting.pop()) {
      const before = known.get(image.hex);
      found.set(image.hex, before ?? (await decode(join(decoding.folder, image.path), decoding.params)));
      if (before === undefined) decoding.decoded();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  // libvips keeps one text of what went wrong for all that is decoded at a time: what is broken is asked again alone, lest
  // it be told, and kept, with the reason of another image.
  for (const image of each) {
    if (known.has(image.hex) || !('why' in found.get(image.hex)!)) continue;
    found.set(image.hex, await decode(join(decoding.folder, image.path), decoding.params));
  }
  await writePiece(folder, [...new Set(images.map(({ hex }) => hex))], found);
};

/** Images that are decoded at a time: libuv's threads do the work, of which the runner gives one a processor. */
const atOnce = 2 * Math.max(4, availableParallelism());

const writePiece = async (
  folder: string,
  hexes: readonly string[],
  found: ReadonlyMap<string, Pixels | Broken>,
): Promise<void> => {
  const entries = hexes.map((hex): Entry => ({ hex, ...withoutData(found.get(hex) as Pixels | Broken) }));
  const pixels = hexes.flatMap((hex) => {
    const image = found.get(hex);
    return image !== undefined && 'data' in image ? [image.data] : [];
  });
  await writeFile(join(folder, 'images.json'), JSON.stringify(entries));
  await writeFile(join(folder, 'pixels.bin'), Buffer.concat(pixels));
};

const readPiece = async (folder: string): Promise<Map<string, Pixels | Broken>> => {
  const entries = JSON.parse(await readFile(join(folder, 'images.json'), 'utf8')) as Entry[];
  const bytes = await readFile(join(folder, 'pixels.bin'));
  let at = 0;
  return new Map(
    entries.map(({ hex, height, width, channels, why }): [string, Pixels | Broken] => {
      if (height === undefined || width === undefined || channels === undefined) return [hex, { why: why ?? '' }];
      const data = new Uint8Array(bytes.buffer, bytes.byteOffset + at, height * width * channels);
      at += data.length;
      return [hex, { height, width, channels, data }];
    }),
  );
};
