import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { hashFile, hashFiles } from '../../src/fingerprint/hash-files.ts';
import { stream } from '../../src/learn/random.ts';
import { temporaryFolder } from '../rig/project.ts';

/** Files around the sizes at which something changes: chunks of 1 MiB, batches, threads from 32 MiB on. */
const setUp = (sizes: readonly number[]) => {
  const folder = temporaryFolder();
  const random = stream(1);
  const noise = Buffer.from(Uint32Array.from({ length: 1 << 18 }, () => random.uint32()).buffer);
  return sizes.map((bytes, i) => {
    const path = join(folder, `f${i}`);
    writeFileSync(
      path,
      Buffer.concat(Array.from({ length: Math.ceil(bytes / noise.length) }, () => noise)).subarray(
        i % 7,
        bytes + (i % 7),
      ),
    );
    return { path, bytes };
  });
};

const MiB = 1 << 20;

const openssl = async (paths: readonly string[]): Promise<string[]> =>
  (await execa('openssl', ['dgst', '-sha256', '-r', ...paths])).stdout.split('\n').map((line) => line.slice(0, 64));

test.each([
  ['on this thread', [0, 1, 1000, MiB - 1, MiB, MiB + 1, 3 * MiB]],
  ['on many threads', [...Array.from({ length: 60 }, (_, i) => i * 10_000), 0, MiB - 7, MiB, 2 * MiB, 40 * MiB]],
])('digests %s are those of openssl, in the order given', async (_, sizes) => {
  const files = setUp(sizes);
  expect(await hashFiles(files)).toEqual(await openssl(files.map(({ path }) => path)));
});

test('a file that grows or shrinks is hashed as it is', () => {
  const [file] = setUp([5 * MiB]);
  writeFileSync(file!.path, 'short');
  expect(hashFile(file!.path)).toBe('f9b0078b5df596d2ea19010c001bbd009e651de2c57e8fb7e355f31eb9d3f739');
});

test.each([
  ['on this thread', [1, 1]],
  ['on many threads', [40 * MiB, 1]],
])('a file that cannot be read is named, %s', async (_, sizes) => {
  const files = setUp(sizes);
  rmSync(files[1]!.path);
  await expect(hashFiles(files)).rejects.toThrow(files[1]!.path);
});

test('no file, no digest', async () => {
  expect(await hashFiles([])).toEqual([]);
});
