import { encode } from 'fast-png';

export interface Strip {
  /** Of one image, in pixels. */
  readonly width: number;
  readonly height: number;
  /** The images one below the other, as the data URI of a PNG. */
  readonly image: string;
}

export interface StripOptions {
  /** [height, width, channels]; with 3 channels the strip is coloured, else grey by the first channel. */
  readonly shape: readonly number[];
  /** Values that are shown black and white; what lies beyond is shown as these. */
  readonly range: readonly [number, number];
}

/** Images of one size, below each other in one picture; large ones are made smaller by a whole factor. */
export const strip = (values: Float32Array, { shape, range }: StripOptions): Strip => {
  const [height, width, channels] = shape as [number, number, number];
  const depth = channels === 3 ? 3 : 1;
  const factor = Math.ceil(Math.max(height, width) / largest);
  const [high, wide] = [Math.floor(height / factor), Math.floor(width / factor)];
  const count = values.length / (height * width * channels);
  const data = new Uint8Array(count * high * wide * depth);
  const [low, top] = range;
  let to = 0;
  for (let line = 0; line < count * high; line += 1) {
    const y = Math.floor(line / high) * height + (line % high) * factor;
    for (let column = 0; column < wide; column += 1) {
      for (let channel = 0; channel < depth; channel += 1, to += 1) {
        const value = meanOf(values, {
          from: (y * width + column * factor) * channels + channel,
          factor,
          width,
          channels,
        });
        data[to] = Math.round(255 * Math.min(1, Math.max(0, (value - low) / (top - low || 1))));
      }
    }
  }
  const png = encode({ width: wide, height: count * high, data, channels: depth, depth: 8 });
  return { width: wide, height: high, image: `data:image/png;base64,${Buffer.from(png).toString('base64')}` };
};

/** Pixels along an image's longer side, at most. */
const largest = 96;

interface Square {
  readonly from: number;
  readonly factor: number;
  readonly width: number;
  readonly channels: number;
}

const meanOf = (values: Float32Array, { from, factor, width, channels }: Square): number => {
  let sum = 0;
  for (let y = 0; y < factor; y += 1) {
    for (let x = 0; x < factor; x += 1) sum += values[from + (y * width + x) * channels]!;
  }
  return sum / factor ** 2;
};
