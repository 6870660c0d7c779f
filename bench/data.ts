import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Files of 1 to 8 KiB in subfolders of a hundred, the same ones each time. Made once; returns their bytes together. */
export const smallFiles = (folder: string, count: number): number => {
  const random = xorshift(1);
  const sizes = Array.from({ length: count }, () => 1024 + (random() % 7169));
  makeOnce(folder, () => {
    for (const [i, size] of sizes.entries()) writeSmall(folder, size, i);
  });
  return sizes.reduce((sum, size) => sum + size, 0);
};

const writeSmall = (folder: string, size: number, i: number): void => {
  const inner = join(folder, String(Math.floor(i / 100)).padStart(4, '0'));
  if (i % 100 === 0) mkdirSync(inner);
  const at = (i * 7919) % (pool.length - size);
  writeFileSync(join(inner, `${String(i).padStart(6, '0')}.bin`), pool.subarray(at, at + size));
};

/** A few large files. Made once; returns their bytes together. */
export const largeFiles = (
  folder: string,
  { count, bytes }: { readonly count: number; readonly bytes: number },
): number => {
  makeOnce(folder, () => {
    for (let i = 0; i < count; i++) writeLarge(join(folder, `${i}.bin`), bytes, i);
  });
  return count * bytes;
};

export const writeLarge = (file: string, bytes: number, seed: number): void => {
  const handle = openSync(file, 'w');
  const chunk = Buffer.from(pool);
  for (let at = 0; at < bytes; at += chunk.length) {
    chunk.writeUInt32LE(seed, 0);
    chunk.writeUInt32LE(at / chunk.length, 4);
    writeSync(handle, chunk, 0, Math.min(chunk.length, bytes - at));
  }
  closeSync(handle);
};

/** What a broken-off run left is made again. */
const makeOnce = (folder: string, make: () => void): void => {
  if (existsSync(`${folder}.done`)) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  make();
  writeFileSync(`${folder}.done`, '');
};

/** Marsaglia (2003), "Xorshift RNGs": 32 bits. */
const xorshift = (seed: number) => (): number => {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  seed >>>= 0;
  return seed;
};

const fill = (bytes: number): Buffer => {
  const random = xorshift(2);
  const buffer = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 4) buffer.writeUInt32LE(random(), at);
  return buffer;
};

const pool = fill(1 << 20);
