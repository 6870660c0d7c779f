import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { entriesOf, isSameRow } from '../../src/fingerprint/file-table.ts';
import { hashFile, hashFiles } from '../../src/fingerprint/hash-files.ts';
import { stream } from '../../src/learn/random.ts';
import { temporaryFolder } from '../rig/project.ts';

const KiB = 1 << 10;
const MiB = 1 << 20;

/** Files around the sizes at which something changes: chunks of 128 KiB, batches, threads from 32 MiB on. */
const setUp = (sizes: readonly number[]) => {
  const folder = temporaryFolder();
  const random = stream(1);
  const noise = Buffer.from(Uint32Array.from({ length: 1 << 18 }, () => random.uint32()).buffer);
  return sizes.map((bytes, i) => {
    const path = join(folder, `f${i}`);
    const from = i % 7;
    const content =
      bytes < MiB - 7 ? noise : Buffer.concat(Array.from({ length: Math.ceil(bytes / MiB) + 1 }, () => noise));
    writeFileSync(path, content.subarray(from, from + bytes));
    return path;
  });
};

const openssl = async (paths: readonly string[]): Promise<string[]> =>
  (await execa('openssl', ['dgst', '-sha256', '-r', ...paths])).stdout.split('\n').map((line) => line.slice(0, 64));

test.each([
  ['on this thread', [0, 1, 1000, 128 * KiB - 1, 128 * KiB, 128 * KiB + 1, 256 * KiB, 3 * MiB]],
  ['on many threads', [...Array.from({ length: 60 }, (_, i) => i * 10_000), 0, MiB - 7, MiB, 2 * MiB, 40 * MiB]],
  ['of large files among others', [1, 70 * MiB, 2, 70 * MiB, 3, ...Array.from({ length: 40 }, (_, i) => i)]],
  ['of very many files', Array.from({ length: 1500 }, (_, i) => i % 50)],
])('digests %s are those of openssl, in the order given', async (_, sizes) => {
  const paths = setUp(sizes);
  const table = await hashFiles(paths);
  expect(entriesOf(table).map(({ hex }) => hex)).toEqual(await openssl(paths));
  for (const [row, path] of paths.entries()) expect(isSameRow(table, row, statSync(path)), path).toBe(true);
});

test('a file that grows or shrinks is hashed as it is', () => {
  const [file] = setUp([5 * MiB]);
  writeFileSync(file!, 'short');
  expect(hashFile(file!)).toBe('f9b0078b5df596d2ea19010c001bbd009e651de2c57e8fb7e355f31eb9d3f739');
});

test.each([
  ['on this thread', [1, 1]],
  ['on many threads', Array.from({ length: 1500 }, () => 1)],
])('a file that cannot be read is named, %s', async (_, sizes) => {
  const paths = setUp(sizes);
  rmSync(paths[1]!);
  await expect(hashFiles(paths)).rejects.toMatchObject({ code: 'ENOENT', message: expect.stringContaining(paths[1]!) });
});

test('no file, no digest', async () => {
  expect((await hashFiles([])).paths).toEqual([]);
});
