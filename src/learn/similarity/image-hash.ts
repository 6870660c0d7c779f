import { must } from '../matrix.ts';

/** Grayscale images of one size: bytes, row after row, image after image. */
export interface Images {
  readonly pixels: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Perceptual hashes (pHash) of 64 bits: images that look alike differ in few bits, whatever their size, contrast and
 * brightness. The image is averaged to 32 × 32; of its cosine transform the frequencies 1 to 8 in both directions are
 * taken (without the constant and pure rows and columns); a bit is 1 where its coefficient is above their median.
 * An image of one colour has hash 0.
 *
 * About 10,000 multiplications for 28 × 28 pixels. A mirrored or turned image has another hash.
 *
 * @returns two words an image: high, then low.
 * @see C. Zauner: Implementation and Benchmarking of Perceptual Image Hash Functions, 2010, section 3.2.1.
 */
export const perceptualHashes = ({ pixels, count, height, width }: Images): Uint32Array => {
  must(pixels.length === count * height * width, `${pixels.length} bytes are not ${count} × ${height} × ${width}`);
  const [down, across] = [cosinesOver(height), cosinesOver(width)];
  const hashes = new Uint32Array(2 * count);
  const half = new Float64Array(frequencies * width);
  const coefficients = new Float64Array(frequencies ** 2);
  for (let image = 0; image < count; image += 1) {
    const bytes = pixels.subarray(image * height * width, (image + 1) * height * width);
    transformRows(bytes, down, half);
    transformColumns(half, across, coefficients);
    setBits(coefficients, hashes, image);
  }
  return hashes;
};

const frequencies = 8;
const side = 32;

/** Averaging `size` pixels to 32 and transforming them is linear: one matrix of 8 × size does both. */
const cosinesOver = (size: number): Float64Array => {
  const matrix = new Float64Array(frequencies * size);
  for (let frequency = 1; frequency <= frequencies; frequency += 1) {
    for (let cell = 0; cell < side; cell += 1) {
      const cosine = Math.cos((Math.PI * frequency * (2 * cell + 1)) / (2 * side));
      const [from, to] = [(cell * size) / side, ((cell + 1) * size) / side];
      for (let pixel = Math.floor(from); pixel < to && pixel < size; pixel += 1) {
        const overlap = Math.min(to, pixel + 1) - Math.max(from, pixel);
        matrix[(frequency - 1) * size + pixel]! += (cosine * overlap) / (to - from);
      }
    }
  }
  return matrix;
};

/** half = matrix · pixels: [8, height] · [height, width]. */
const transformRows = (pixels: Uint8Array, matrix: Float64Array, half: Float64Array): void => {
  const width = half.length / frequencies;
  const height = matrix.length / frequencies;
  half.fill(0);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const value = pixels[row * width + column]!;
      if (value === 0) continue;
      for (let k = 0; k < frequencies; k += 1) half[k * width + column]! += matrix[k * height + row]! * value;
    }
  }
};

/** coefficients = half · matrixᵀ: [8, width] · [width, 8]. */
const transformColumns = (half: Float64Array, matrix: Float64Array, coefficients: Float64Array): void => {
  const width = half.length / frequencies;
  for (let k = 0; k < frequencies; k += 1) {
    for (let l = 0; l < frequencies; l += 1) {
      let sum = 0;
      for (let column = 0; column < width; column += 1) sum += half[k * width + column]! * matrix[l * width + column]!;
      // What is left of an image of one colour is rounding.
      coefficients[k * frequencies + l] = Math.abs(sum) < 1e-6 ? 0 : sum;
    }
  }
};

const setBits = (coefficients: Float64Array, hashes: Uint32Array, image: number): void => {
  const sorted = coefficients.toSorted();
  const middle = (sorted[31]! + sorted[32]!) / 2;
  for (let bit = 0; bit < 64; bit += 1) {
    if (coefficients[bit]! > middle) hashes[2 * image + (bit >> 5)]! |= 1 << (31 - (bit & 31));
  }
};

/**
 * Correlation of the pixels of two images, -1 to 1: 1 where they differ in contrast and brightness alone. Of images
 * without contrast, 1 if both have none, else 0. Equal hashes are a hint only; this tells whether two are one picture.
 */
export const pixelCorrelation = ({ pixels, height, width }: Images, first: number, second: number): number => {
  const size = height * width;
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let at = 0; at < size; at += 1) {
    const [a, b] = [pixels[first * size + at]!, pixels[second * size + at]!];
    sumA += a;
    sumB += b;
    squaresA += a * a;
    squaresB += b * b;
    products += a * b;
  }
  const [spreadA, spreadB] = [size * squaresA - sumA ** 2, size * squaresB - sumB ** 2];
  if (spreadA === 0 || spreadB === 0) return Number(spreadA === spreadB);
  return (size * products - sumA * sumB) / Math.sqrt(spreadA * spreadB);
};
