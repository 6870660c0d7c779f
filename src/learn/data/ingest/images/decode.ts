import { readFileSync } from 'node:fs';
import type { Sharp } from 'sharp';
import { type Colours, coloursOf, isUpright } from './header.ts';
import type { ImagesParams } from './params.ts';

/** A decoded image. */
export interface Pixels {
  readonly height: number;
  readonly width: number;
  /** 1: grey; 3: sRGB. */
  readonly channels: 1 | 3;
  /** height × width × channels bytes, row by row. */
  readonly data: Uint8Array;
}

/** Why a file is no image that can be used, in a few words. */
export interface Broken {
  readonly why: string;
}

type Library = typeof import('sharp')['default'];

/** Loaded with the first image: who ingests a table does not wait for it. */
const loadLibrary = async (): Promise<Library> => {
  const { default: library } = await import('sharp');
  // libvips would share out one small image over all cores; whole images side by side are faster. Its cache keeps
  // open files and results, of which none is asked for twice.
  library.concurrency(1);
  library.cache(false);
  return library;
};

let loaded: Library | undefined;

/**
 * Decodes JPEG, PNG, WebP, GIF (its first frame), TIFF and AVIF to 8 bits a channel: turned as its EXIF orientation
 * says, in sRGB, transparent parts over black, and resized where a size is asked for (Lanczos, as libvips has it).
 * Nothing is decoded of a file whose header promises more than `most_pixels`, and a file that ends early is broken:
 * what a decoder would make of the rest is a guess.
 */
export const decode = async (path: string, params: Decoding): Promise<Pixels | Broken> =>
  // Read synchronously: the runner has just read the file for its digest, and to hand it to another thread and back four times, as
  // is done else, takes an eighth of the time in which a small one is decoded.
  decodeBytes(readFileSync(path), params);

/** The params that decide what an image's pixels are. */
export type Decoding = Pick<ImagesParams, 'size' | 'fit' | 'channels' | 'most_pixels'>;

/** As `decode`, of a file that has been read already. */
export const decodeBytes = async (bytes: Buffer, params: Decoding): Promise<Pixels | Broken> => {
  if (bytes.length === 0) return { why: 'the file is empty' };
  loaded ??= await loadLibrary();
  try {
    const image = loaded(bytes, { failOn: 'truncated', limitInputPixels: params.most_pixels, sequentialRead: true });
    const { grey, hasAlpha } = coloursOf(bytes) ?? (await askColours(image));
    const wanted = params.channels === 'auto' ? (grey ? 1 : 3) : params.channels;
    const turned = isUpright(bytes) ? image : image.autoOrient();
    const { data, info } = await shaped(turned, params, hasAlpha)
      .toColourspace(wanted === 1 ? 'b-w' : 'srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== wanted) return { why: `it has ${info.channels} channels` };
    return { height: info.height, width: info.width, channels: wanted, data };
  } catch (error) {
    return { why: wordsOf(error, params) };
  }
};

const askColours = async (image: Sharp): Promise<Colours> => {
  const { channels = 3, hasAlpha = false, space } = await image.metadata();
  return { grey: space === 'b-w' || space === 'grey16' || channels - Number(hasAlpha) === 1, hasAlpha };
};

const shaped = (image: Sharp, { size, fit }: Decoding, hasAlpha: boolean): Sharp => {
  const opaque = hasAlpha ? image.flatten({ background: black }) : image;
  if (size === undefined) return opaque;
  const [height, width] = size;
  return opaque.resize({ height, width, fit, background: black });
};

const black = { r: 0, g: 0, b: 0 };

/** The first line of libvips's complaint, without its own prefixes. */
const wordsOf = (error: unknown, { most_pixels }: Decoding): string => {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  if (/pixel limit/.test(line)) return `its header says that it has more than ${most_pixels} pixels`;
  if (/unsupported image format/.test(line)) return 'it is no image of a known format';
  return line
    .replace(
      /^(Input buffer has corrupt header: |VipsJpeg: |vipspng: |vipsjpeg: |pngload_buffer: |webpload_buffer: )+/,
      '',
    )
    .trim();
};
