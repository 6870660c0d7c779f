import type { LayersModel } from '@tensorflow/tfjs-layers';
import { outputsOf } from '../models/predict.ts';
import { contactSheetPng } from '../profile/contact-sheet.ts';
import { latentsOf } from './latents.ts';
import type { Board } from './networks.ts';

/**
 * Draws images as a trained generator does: nothing is dropped, and what batch normalization has kept track of counts.
 *
 * @param labels class of each, [rows].
 * @returns [rows, height · width · channels]
 */
export const drawImages = async (
  network: LayersModel,
  board: Board,
  { labels, seed }: { readonly labels: ArrayLike<number>; readonly seed: number },
): Promise<Float32Array> => {
  const { latent, classes } = board;
  const features = latentsOf(board, labels, seed);
  return outputsOf(network, { rows: labels.length, features, featureShape: [latent + classes] }, { batchSize: 64 });
};

/** Eight lines of eight; where images are drawn by class, a line for each, ten at most. */
export const sheetLabels = ({ classes }: Board): Int32Array => {
  const lines = classes === 0 ? 8 : Math.min(classes, 10);
  return Int32Array.from({ length: lines * perLine }, (_, at) => (classes === 0 ? 0 : Math.floor(at / perLine)));
};

const perLine = 8;

/** A sheet of drawn images as the bytes of a PNG; black is the least value of the real ones, white their greatest. */
export const sheetOf = (images: Float32Array, { image, range: [least, greatest] }: Board): Uint8Array => {
  const size = image[0] * image[1] * image[2];
  const bytes = Uint8Array.from(images, (value) =>
    Math.round(255 * Math.min(1, Math.max(0, (value - least) / (greatest - least)))),
  );
  const pictures = Array.from({ length: bytes.length / size }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
  const lines = Array.from({ length: Math.ceil(pictures.length / perLine) }, (_, line) =>
    pictures.slice(line * perLine, (line + 1) * perLine),
  );
  return contactSheetPng({ shape: image, rows: lines });
};
