/** What an image's header says of its colours. */
export interface Colours {
  readonly grey: boolean;
  readonly hasAlpha: boolean;
}

/**
 * Whether nothing in a PNG or JPEG file can say that the image is to be turned: there is no EXIF, whatever its spelling. To
 * ask the decoder takes a twelfth of the time in which it decodes a small image.
 */
export const isUpright = (bytes: Buffer): boolean =>
  (isPng(bytes) || isJpeg(bytes)) &&
  !['eXIf', 'Exif', 'exif', 'EXIF'].some((name) => bytes.includes(name, 0, 'latin1'));

const isPng = (bytes: Buffer): boolean => bytes.length > 32 && bytes.readUInt32BE(0) === 0x89504e47;

const isJpeg = (bytes: Buffer): boolean => bytes.length > 4 && bytes.readUInt16BE(0) === 0xffd8;

/**
 * The colours of a PNG or JPEG file as its first bytes tell them: reading these here takes a hundredth of the time that
 * a decoder takes to be asked.
 *
 * @returns undefined where it is another format, or what is told is not plain: then the decoder has to be asked.
 * @see PNG (third edition), 11.2.1 IHDR and 11.3.1.1 tRNS; ITU-T T.81, B.2.2 frame headers.
 */
export const coloursOf = (bytes: Buffer): Colours | undefined => {
  if (isPng(bytes)) return coloursOfPng(bytes);
  if (isJpeg(bytes)) return coloursOfJpeg(bytes);
  return undefined;
};

/** Colour type 0 is grey, 2 has three channels; others have alpha, or a palette that may. */
const coloursOfPng = (bytes: Buffer): Colours | undefined => {
  const type = bytes[25];
  if (type !== 0 && type !== 2) return undefined;
  for (let at = 8; at + 8 <= bytes.length; ) {
    const name = bytes.toString('latin1', at + 4, at + 8);
    if (name === 'IDAT') return { grey: type === 0, hasAlpha: false };
    if (name === 'tRNS') return undefined;
    at += 12 + bytes.readUInt32BE(at);
  }
  return undefined;
};

const coloursOfJpeg = (bytes: Buffer): Colours | undefined => {
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] as number;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (!isFrame) {
      at += 2 + bytes.readUInt16BE(at + 2);
      continue;
    }
    const components = bytes[at + 9];
    return components === 1 || components === 3 ? { grey: components === 1, hasAlpha: false } : undefined;
  }
  return undefined;
};
