import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { coloursOf } from '../../../../src/learn/data/ingest/images/header.ts';

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
