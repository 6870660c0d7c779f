import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readIdx } from '../../../src/learn/data/idx.ts';
import { makeFolder } from '../../stages/context.ts';
import { idxBytes } from './idx-files.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

const whole = idxBytes([2, 1, 2], Uint8Array.of(1, 2, 3, 4));
const write = async (name: string, bytes: Buffer): Promise<string> => {
  await writeFile(join(folder.path, name), bytes);
  return join(folder.path, name);
};

describe('readIdx', () => {
  it('reads shape and elements, compressed or not', async () => {
    const expected = { shape: [2, 1, 2], data: Uint8Array.of(1, 2, 3, 4) };
    expect(await readIdx(await write('images', whole), 3)).toEqual(expected);
    expect(await readIdx(await write('images.gz', gzipSync(whole)), 3)).toEqual(expected);
  });

  it.each([
    [
      'a wrong magic number',
      idxBytes([4], Uint8Array.of(1, 2, 3, 4)),
      /images .*begins with 0x00000801, not 0x00000803/,
    ],
    ['something else', Buffer.from('<html>not found</html>'), /begins with 0x3c68746d/],
    ['a header cut off', whole.subarray(0, 9), 'images is cut off within its header: 9 bytes'],
    ['elements cut off', whole.subarray(0, -1), 'images is cut off: its header says 2 × 1 × 2 bytes, and 3 follow it'],
    ['elements too many', Buffer.concat([whole, whole]), 'images is too long'],
    ['nothing', Buffer.alloc(0), 'images is cut off within its header: 0 bytes'],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(readIdx(await write('images', bytes), 3)).rejects.toThrow(message);
  });

  it('refuses a compressed file that is damaged', async () => {
    const path = await write('cut.gz', gzipSync(whole).subarray(0, -10));
    await expect(readIdx(path, 3)).rejects.toThrow('cut.gz is damaged: gzip says "unexpected end of file"');
  });
});
