import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../src/fingerprint/canonical.ts';
import { DamagedContent, openContentStore } from '../../src/store/content.ts';
import { temporaryFolder } from '../rig/project.ts';
import { contentFile, filesBelow } from '../rig/store.ts';

const setUp = () => {
  const folder = temporaryFolder();
  const write = (name: string, data: string | Uint8Array) => {
    writeFileSync(join(folder, name), data);
    return join(folder, name);
  };
  return {
    folder,
    write,
    store: openContentStore(join(folder, 'content-v1')),
    fileOf: (digest: string) => contentFile(folder, digest),
  };
};

test('what was put is there, under the digest of its bytes, read-only, and is got again', async () => {
  const { folder, write, store, fileOf } = setUp();
  for (const data of [
    Buffer.alloc(0),
    Buffer.from('text'),
    Buffer.alloc((1 << 20) + 1, 7),
    Buffer.alloc(3 << 20, 'ab'),
  ]) {
    const digest = digestOf(data);
    expect(await store.has(digest)).toBe(false);
    expect(await store.put(write('in', data))).toEqual({ digest, bytes: data.length });
    expect(await store.has(digest)).toBe(true);
    expect((await execa('sha256sum', [fileOf(digest)])).stdout.slice(0, 64)).toBe(digest.slice(7));
    expect(statSync(fileOf(digest)).mode & 0o777).toBe(0o444);
    await store.get(digest, join(folder, 'out'));
    expect(readFileSync(join(folder, 'out')).equals(data)).toBe(true);
    // It can be edited, and the store does not notice.
    writeFileSync(join(folder, 'out'), 'edited');
    expect(readFileSync(fileOf(digest)).equals(data)).toBe(true);
    rmSync(join(folder, 'out'));
  }
  expect(filesBelow(folder).filter((path) => path.includes('.tmp-'))).toEqual([]);
});

test('what is listed is what was put, and what was removed is gone', async () => {
  const { write, store } = setUp();
  const digests: string[] = [];
  for (let i = 0; i < 30; i++) digests.push((await store.put(write('in', String(i)))).digest);
  const listed = async () => {
    const found: string[] = [];
    for await (const digest of store.list()) found.push(digest);
    return found.toSorted();
  };
  expect(await listed()).toEqual(digests.toSorted());
  await store.remove(digestOf('3'));
  await store.remove(digestOf('3'));
  expect([await store.has(digestOf('3')), (await listed()).length]).toEqual([false, 29]);
});

test('the same content, put by many at once, is there once', async () => {
  const { folder, write, store } = setUp();
  const files = Array.from({ length: 20 }, (_, i) => write(`in${i}`, 'same'));
  expect(new Set((await Promise.all(files.map((file) => store.put(file)))).map(({ digest }) => digest))).toEqual(
    new Set([digestOf('same')]),
  );
  expect(filesBelow(join(folder, 'content-v1'))).toHaveLength(1);
});

describe('damaged content', () => {
  const damages: Record<string, (file: string) => void> = {
    'with a flipped bit': (file) => writeFileSync(file, 'gooe'),
    'cut off': (file) => truncateSync(file, 2),
    empty: (file) => truncateSync(file),
    longer: (file) => writeFileSync(file, 'goodx'),
    removed: (file) => rmSync(file),
  };

  test.each(Object.entries(damages))('%s is not handed out, and nothing is left at the target', async (_, damage) => {
    const { folder, write, store, fileOf } = setUp();
    const { digest } = await store.put(write('in', 'good'));
    chmodSync(fileOf(digest), 0o644);
    damage(fileOf(digest));
    const got = store.get(digest, join(folder, 'out'));
    await expect(got).rejects.toThrow(DamagedContent);
    await expect(got).rejects.toMatchObject({ digest, found: existsSync(fileOf(digest)) ? 'other bytes' : 'nothing' });
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  test.each(['cut off', 'longer', 'removed'])('%s is made good by the same bytes', async (name) => {
    const { folder, write, store, fileOf } = setUp();
    const { digest } = await store.put(write('in', 'good'));
    chmodSync(fileOf(digest), 0o644);
    damages[name]!(fileOf(digest));
    await store.put(write('in', 'good'));
    await store.get(digest, join(folder, 'out'));
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('good');
  });
});

test("a file that cannot be read is the file system's error, and leaves nothing", async () => {
  const { folder, store } = setUp();
  await expect(store.put(join(folder, 'nothing'))).rejects.toThrow(/ENOENT/);
  mkdirSync(join(folder, 'folder'));
  await expect(store.put(join(folder, 'folder'))).rejects.toThrow(/EISDIR/);
  expect(readdirSync(join(folder, 'content-v1'))).toEqual([]);
});

test('a target that exists is not written over', async () => {
  const { write, store } = setUp();
  const { digest } = await store.put(write('in', 'good'));
  await expect(store.get(digest, write('out', 'precious'))).rejects.toThrow(/EEXIST/);
});
