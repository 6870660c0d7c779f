import { stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import sharp from 'sharp';
import type { BoxesPicture } from '../../../types/generated/evaluation.ts';
import { decode } from '../../data/ingest/images/decode.ts';
import { StageError } from '../../error.ts';

/** A page holds dozens of them: pictures are no larger than this. */
const longestSide = 320;
/** Small ones are few bytes anyway, and a JPEG's blocks would show. */
const losslessUpTo = 128;

/**
 * An image of a folder as a picture for a page, with the size that it has itself.
 *
 * @param name as the boxes have it: a path below the folder.
 * @throws StageError where there is no such file below the folder, or it is no image.
 */
export const pictureOf = async (folder: string, name: string): Promise<BoxesPicture> => {
  const path = resolve(folder, name);
  const isBelow = path.startsWith(resolve(folder) + sep);
  if (!isBelow || !(await isFile(path))) {
    throw new StageError(
      `dep images has no file "${name}", and the dep actual has an image of that name`,
      "name images as the files are called, below that folder; or say it as COCO's `file_name`",
    );
  }
  const pixels = await decode(path, { fit: 'contain', channels: 'auto', most_pixels: mostPixels });
  if ('why' in pixels) throw new StageError(`dep images: "${join(relative(resolve(folder), path))}" cannot be read: ${pixels.why}`); // biome-ignore format: one line
  const { width, height, channels, data } = pixels;
  const isSmall = Math.max(width, height) <= losslessUpTo;
  const shown = sharp(data, { raw: { width, height, channels } })
    .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true });
  const bytes = await (isSmall ? shown.png() : shown.jpeg({ quality: 80 })).toBuffer();
  return { width, height, data: `data:image/${isSmall ? 'png' : 'jpeg'};base64,${bytes.toString('base64')}` };
}; // biome-ignore format: a chain

const mostPixels = 1e8;

const isFile = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
};
