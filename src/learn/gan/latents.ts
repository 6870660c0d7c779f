import { stream } from '../random.ts';
import type { Board } from './networks.ts';

/**
 * What a generator draws from: standard normal numbers, and after them the class one-hot.
 *
 * @param labels class of each row, [rows]; counts for nothing where images are not drawn by class.
 * @returns [rows, latent + classes], row by row: each row's numbers depend on the seed and the rows before it alone.
 */
export const latentsOf = (
  { latent, classes }: Pick<Board, 'latent' | 'classes'>,
  labels: ArrayLike<number>,
  seed: number,
): Float32Array => {
  const random = stream(seed);
  const width = latent + classes;
  const values = new Float32Array(labels.length * width);
  for (let row = 0; row < labels.length; row += 1) {
    for (let at = 0; at < latent; at += 1) values[row * width + at] = random.normal();
    if (classes > 0) values[row * width + latent + labels[row]!] = 1;
  }
  return values;
};
