import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { coloursOf, isUpright } from '../../../../src/learn/data/ingest/images/header.ts';

type Space = 'b-w' | 'srgb' | 'grey16' | 'rgb16' | 'cmyk';

const picture = (channels: 1 | 2 | 3 | 4, space: Space) =>
  sharp(
    Uint8Array.from({ length: 64 * channels }, (_, at) => (at * 7) % 256),
    { raw: { width: 8, height: 8, channels } },
  ).toColourspace(space);

const grey16 = () =>
  sharp(
    Uint16Array.from({ length: 64 }, (_, at) => at * 900),
    { raw: { width: 8, height: 8, channels: 1 } },
  ).toColourspace('grey16');

const images: Readonly<Record<string, () => Promise<Buffer>>> = {
  'grey PNG': () => picture(1, 'b-w').png().toBuffer(),
  'grey PNG of 16 bits': () => grey16().png().toBuffer(),
  'PNG in colours': () => picture(3, 'srgb').png().toBuffer(),
  'grey JPEG': () => picture(1, 'b-w').jpeg().toBuffer(),
  'JPEG in colours': () => picture(3, 'srgb').jpeg().toBuffer(),
  'progressive JPEG with EXIF': () =>
    picture(3, 'srgb').withMetadata({ orientation: 6 }).jpeg({ progressive: true }).toBuffer(),
};

describe('coloursOf', () => {
  it.each(Object.keys(images))('says of a %s what the decoder says', async (name) => {
    const bytes = await (images[name] as () => Promise<Buffer>)();
    const { space, hasAlpha } = await sharp(bytes).metadata();
    expect(coloursOf(bytes)).toEqual({ grey: space === 'b-w' || space === 'grey16', hasAlpha });
  });

  it('leaves to the decoder what is not plain: alpha, palettes, CMYK, other formats', async () => {
    const others = [
      picture(2, 'b-w').png(),
      picture(4, 'srgb').png(),
      picture(3, 'srgb').png({ palette: true }),
      picture(3, 'cmyk').jpeg(),
      picture(3, 'srgb').webp(),
      picture(3, 'srgb').tiff(),
    ];
    for (const image of others) expect(coloursOf(await image.toBuffer())).toBeUndefined();
  });

  it('leaves a file that ends early, or is none, to the decoder', async () => {
    const whole = [await picture(1, 'b-w').png().toBuffer(), await picture(3, 'srgb').jpeg().toBuffer()];
    for (const bytes of whole)
      for (let length = 0; length < 40; length += 1) expect(coloursOf(bytes.subarray(0, length))).toBeUndefined();
    expect(coloursOf(Buffer.alloc(100))).toBeUndefined();
    expect(coloursOf(Buffer.from([0xff, 0xd8, ...new Array(50).fill(0xff)]))).toBeUndefined();
  });
});

/** A PNG whose EXIF stands behind its pixels, where it may stand too. */
const withLateExif = async (): Promise<Buffer> => {
  const bytes = await picture(3, 'srgb').withMetadata({ orientation: 6 }).png().toBuffer();
  const at = bytes.indexOf('eXIf') - 4;
  const end = at + 12 + bytes.readUInt32BE(at);
  const last = bytes.indexOf('IEND') - 4;
  return Buffer.concat([
    bytes.subarray(0, at),
    bytes.subarray(end, last),
    bytes.subarray(at, end),
    bytes.subarray(last),
  ]);
};

describe('isUpright', () => {
  it.each(Object.keys(images).filter((name) => !name.includes('EXIF')))('is true of a %s', async (name) => {
    expect(isUpright(await (images[name] as () => Promise<Buffer>)())).toBe(true);
  });

  it('is true of no image that the decoder would turn, and of no other format', async () => {
    for (const orientation of [2, 3, 6, 8]) {
      const turned = () => picture(3, 'srgb').withMetadata({ orientation });
      const all = [
        turned().png(),
        turned().jpeg(),
        turned().jpeg({ progressive: true }),
        turned().webp(),
        turned().tiff(),
      ];
      for (const image of all) {
        const bytes = await image.toBuffer();
        expect((await sharp(bytes).metadata()).orientation).toBe(orientation);
        expect(isUpright(bytes)).toBe(false);
      }
    }
    expect(isUpright(await withLateExif())).toBe(false);
    expect(isUpright(await picture(3, 'srgb').webp().toBuffer())).toBe(false);
    expect(isUpright(Buffer.alloc(0))).toBe(false);
  });
});
