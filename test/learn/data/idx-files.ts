import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The bytes of an IDX file of unsigned bytes. */
export const idxBytes = (shape: readonly number[], data: Uint8Array): Buffer => {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt32BE(0x0800 + shape.length);
  for (const [axis, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * axis);
  return Buffer.concat([header, data]);
};

/** Writes a set like MNIST: images of 3 × 2 pixels. Image i of a part has pixels of the value i, and the label i % 3. */
export const writeIdxSet = async (
  folder: string,
  rows: Readonly<Partial<Record<'train' | 't10k', number>>>,
): Promise<string> => {
  await mkdir(folder, { recursive: true });
  for (const [part, count] of Object.entries(rows)) {
    const images = Uint8Array.from({ length: 6 * count }, (_, at) => Math.floor(at / 6));
    const labels = Uint8Array.from({ length: count }, (_, row) => row % 3);
    await writeFile(join(folder, `${part}-images-idx3-ubyte`), idxBytes([count, 3, 2], images));
    await writeFile(join(folder, `${part}-labels-idx1-ubyte`), idxBytes([count], labels));
  }
  return folder;
};
