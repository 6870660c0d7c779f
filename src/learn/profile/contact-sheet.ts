import { encode } from 'fast-png';

/** Images of the same size, in rows and columns. */
export interface Sheet {
  /** [height, width, channels]; with 3 channels the sheet is coloured, else grey by the first channel. */
  readonly shape: readonly number[];
  /** Rows of images, each of height × width × channels bytes. */
  readonly rows: readonly (readonly Uint8Array[])[];
}

/** A contact sheet as the data URI of a PNG: small images are enlarged by whole pixels. */
export const contactSheet = (sheet: Sheet): string =>
  `data:image/png;base64,${Buffer.from(contactSheetPng(sheet)).toString('base64')}`;

/** The same as the bytes of the PNG. */
export const contactSheetPng = ({ shape, rows }: Sheet): Uint8Array => {
  const [height, width, channels] = shape as [number, number, number];
  const depth = channels === 3 ? 3 : 1;
  const zoom = Math.max(1, Math.round(cell / Math.max(height, width)));
  const [high, wide] = [height * zoom + gap, width * zoom + gap];
  const columns = Math.max(...rows.map((row) => row.length));
  const picture = { width: columns * wide + gap, height: rows.length * high + gap, depth };
  const data = new Uint8Array(picture.width * picture.height * depth).fill(paper);
  rows.forEach((images, row) => {
    images.forEach((image, column) => {
      paint(data, { picture, left: gap + column * wide, top: gap + row * high, zoom, image, shape });
    });
  });
  return encode({ width: picture.width, height: picture.height, data, channels: depth, depth: 8 });
};

/** About how large an image is shown, the space between two, and its grey; all in pixels of the sheet. */
const cell = 56;
const gap = 4;
const paper = 128;

interface Painting {
  readonly picture: { readonly width: number; readonly depth: number };
  readonly left: number;
  readonly top: number;
  readonly zoom: number;
  readonly image: Uint8Array;
  readonly shape: readonly number[];
}

const paint = (data: Uint8Array, { picture, left, top, zoom, image, shape }: Painting): void => {
  const [height, width, channels] = shape as [number, number, number];
  for (let y = 0; y < height * zoom; y += 1) {
    for (let x = 0; x < width * zoom; x += 1) {
      const from = (Math.floor(y / zoom) * width + Math.floor(x / zoom)) * channels;
      const to = ((top + y) * picture.width + left + x) * picture.depth;
      for (let channel = 0; channel < picture.depth; channel += 1) data[to + channel] = image[from + channel] as number;
    }
  }
};
