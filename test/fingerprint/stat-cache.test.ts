import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../src/fingerprint/canonical.ts';
import { digestSelection } from '../../src/fingerprint/digest-folder.ts';
import { digestPath, recallFile, rememberPlaced } from '../../src/fingerprint/digest-path.ts';
import { digestManifest } from '../../src/fingerprint/manifest.ts';
import { isRacy } from '../../src/fingerprint/reading.ts';
import { openStatCache, type StatCache } from '../../src/fingerprint/stat-cache.ts';
import { passTick } from '../rig/clock.ts';
import { temporaryFolder } from '../rig/project.ts';
import { sha256 } from '../rig/store.ts';

/** A folder of files that were written long ago, as the system tells: they may be remembered. */
const setUp = (files: Readonly<Record<string, string>>) => {
  const folder = join(temporaryFolder(), 'data');
  const cacheFolder = join(folder, '..', 'cache');
  mkdirSync(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  passTick(join(folder, '..'));
  return { folder, cacheFolder, cache: openStatCache(cacheFolder) };
};

const manifest = (files: Readonly<Record<string, string>>) =>
  digestManifest(Object.entries(files).map(([path, text]) => ({ path, hex: sha256(text) })));

test('a file and a folder have the digests of their content', async () => {
  const files = { a: 'a', 'sub/b': 'b', 'sub/empty': '' };
  const { folder, cache } = setUp(files);
  expect(await digestPath(join(folder, 'a'), cache)).toMatchObject({ kind: 'file', digest: digestOf('a'), bytes: 1 });
  expect(await digestPath(folder, cache)).toMatchObject({
    kind: 'folder',
    digest: manifest(files),
    bytes: 2,
    count: 3,
  });
  expect(await digestPath(join(folder, 'nothing'), cache)).toBeUndefined();
});

test('what is known is not read again, in the next process neither', async () => {
  const { folder, cacheFolder, cache } = setUp({ a: 'a', b: 'b' });
  const first = await digestPath(folder, cache);
  const file = await digestPath(join(folder, 'a'), cache);
  cache.save();
  for (const known of [cache, openStatCache(cacheFolder)]) {
    // If it were read, it would be found to be unreadable.
    const read = counted(known);
    expect((await digestPath(folder, read.cache))?.digest).toBe(first?.digest);
    expect(recallFile(join(folder, 'a'), read.cache)?.digest).toBe(file?.digest);
    expect(read.remembered).toEqual([]);
  }
});

/** A cache that tells what it is told to remember: what was hashed. */
const counted = (cache: StatCache) => {
  const remembered: string[] = [];
  const rememberFile: StatCache['rememberFile'] = (path, file) => {
    remembered.push(path);
    cache.rememberFile(path, file);
  };
  const rememberFolder: StatCache['rememberFolder'] = (key, folder) => {
    remembered.push(key);
    cache.rememberFolder(key, folder);
  };
  return { remembered, cache: { ...cache, rememberFile, rememberFolder } };
};

/** A folder of many files is kept in another way than one of few. */
const filler = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`filler/${i}`, String(i)]));

describe('a change is seen', () => {
  const changes: Record<string, (folder: string) => void> = {
    'of a byte, size and time as before': (folder) => {
      const { atimeMs, mtimeMs } = statSync(join(folder, 'b'));
      writeFileSync(join(folder, 'b'), 'x');
      utimesSync(join(folder, 'b'), atimeMs / 1000, mtimeMs / 1000);
    },
    'of a size': (folder) => appendFileSync(join(folder, 'b'), 'x'),
    'of a file that is cut off': (folder) => truncateSync(join(folder, 'b')),
    'of a file that another one replaces': (folder) => {
      writeFileSync(join(folder, '../other'), 'x');
      renameSync(join(folder, '../other'), join(folder, 'b'));
    },
    'of a name': (folder) => renameSync(join(folder, 'b'), join(folder, 'd')),
    'by a file that is added': (folder) => writeFileSync(join(folder, 'd'), ''),
    'by a file that is removed': (folder) => rmSync(join(folder, 'b')),
    'by a file that is removed and one that is added': (folder) => {
      rmSync(join(folder, 'b'));
      writeFileSync(join(folder, 'd'), 'b');
    },
    'of two files that change their places': (folder) => {
      renameSync(join(folder, 'a'), join(folder, 'x'));
      renameSync(join(folder, 'b'), join(folder, 'a'));
      renameSync(join(folder, 'x'), join(folder, 'b'));
    },
    'behind a link': (folder) => writeFileSync(join(folder, '../linked'), 'M'),
    'of a folder that becomes empty': (folder) => {
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
    },
    'of a folder that becomes a file': (folder) => {
      rmSync(folder, { recursive: true });
      writeFileSync(folder, '');
    },
  };

  const cases = Object.entries(changes).flatMap(([name, change]) =>
    [3, 100].map((files) => [name, files, change] as const),
  );

  test.each(cases)('%s, in a folder of %i files', async (_, files, change) => {
    const { folder, cacheFolder, cache } = setUp({ a: 'a', b: 'b', 'sub/c': 'c', ...filler(files - 3) });
    writeFileSync(join(folder, '../linked'), 'm');
    symlinkSync('../linked', join(folder, 'link'));
    passTick(join(folder, '..'));
    const before = await digestPath(folder, cache);
    cache.save();
    change(folder);
    const fresh = await digestPath(folder, openStatCache(join(folder, '../no-cache')));
    expect(fresh?.digest).not.toBe(before?.digest);
    for (const known of [cache, openStatCache(cacheFolder)])
      expect((await digestPath(folder, known))?.digest).toBe(fresh?.digest);
  });

  test('of a file that becomes an empty folder', async () => {
    const { folder, cache } = setUp({ a: 'a' });
    await digestPath(join(folder, 'a'), cache);
    rmSync(join(folder, 'a'));
    mkdirSync(join(folder, 'a'));
    expect((await digestPath(join(folder, 'a'), cache))?.digest).toBe(manifest({}));
  });

  test('by the removal of a file that was too young to be remembered', async () => {
    const { folder, cache } = setUp({ a: 'a', b: 'b' });
    writeFileSync(join(folder, 'young'), 'young');
    expect((await digestPath(folder, cache))?.digest).toBe(manifest({ a: 'a', b: 'b', young: 'young' }));
    rmSync(join(folder, 'young'));
    expect((await digestPath(folder, cache))?.digest).toBe(manifest({ a: 'a', b: 'b' }));
  });
});

test('a file that was written in the tick in which it was hashed is not remembered', async () => {
  const { folder, cache } = setUp({});
  const file = join(folder, 'a');
  // However often: a write right after the hashing may leave size and times as they were.
  for (let i = 0; i < 200; i++) {
    writeFileSync(file, String(i % 10));
    await digestPath(file, cache);
    writeFileSync(file, String((i + 1) % 10));
    expect((await digestPath(file, cache))?.digest, `after write ${i}`).toBe(digestOf(String((i + 1) % 10)));
  }
});

test('the guard counts both times, and 20 ms', () => {
  const { folder } = setUp({ a: '' });
  const { mtimeMs } = statSync(join(folder, 'a'));
  const stat = (written: number, changed: number) => ({
    ...statSync(join(folder, 'a')),
    mtimeMs: written,
    ctimeMs: changed,
  });
  expect(isRacy(stat(mtimeMs, mtimeMs), mtimeMs + 19)).toBe(true);
  expect(isRacy(stat(mtimeMs, mtimeMs), mtimeMs + 21)).toBe(false);
  expect(isRacy(stat(0, mtimeMs), mtimeMs + 5)).toBe(true);
  expect(isRacy(stat(mtimeMs + 9999, 0), mtimeMs)).toBe(true);
});

test('what was just placed with a time in the past is known at once, and a write after it is seen', async () => {
  const { folder, cache } = setUp({});
  const file = join(folder, 'a');
  writeFileSync(file, 'placed');
  rememberPlaced(file, { digest: digestOf('placed') }, cache);
  expect(recallFile(file, cache)).toBeUndefined();
  utimesSync(file, Date.now() / 1000 - 2, Date.now() / 1000 - 2);
  rememberPlaced(file, { digest: digestOf('placed') }, cache);
  expect(recallFile(file, cache)?.digest).toBe(digestOf('placed'));
  writeFileSync(file, 'edited');
  expect(recallFile(file, cache)).toBeUndefined();
});

test('two globs of one folder do not push each other out', async () => {
  const { folder, cache } = setUp({ a: 'a', b: 'b', c: 'c' });
  const globs = { 'a|b': ['a', 'b'], 'b|c': ['b', 'c'] };
  const digestAll = async (into: StatCache) => {
    const all = Object.entries(globs).map(([rule, paths]) => digestSelection({ root: folder, rule, paths }, into));
    return (await Promise.all(all)).map(({ digest }) => digest);
  };
  const first = await digestAll(cache);
  expect(first).toEqual([manifest({ a: 'a', b: 'b' }), manifest({ b: 'b', c: 'c' })]);
  const again = counted(cache);
  expect([await digestAll(again.cache), again.remembered]).toEqual([first, []]);
});

test('a link to a folder above is an error, and not a walk without end', async () => {
  const { folder, cache } = setUp({ a: 'a' });
  symlinkSync('.', join(folder, 'loop'));
  await expect(digestPath(folder, cache)).rejects.toThrow(/ELOOP|nested too deeply/);
});

describe('a damaged cache counts as absent', () => {
  const many = filler(100);
  const damages: Record<string, (file: string) => void> = {
    removed: (file) => rmSync(file),
    'cut off': (file) => truncateSync(file, statSync(file).size - 9),
    empty: (file) => writeFileSync(file, ''),
    garbage: (file) => writeFileSync(file, Buffer.from([0xff, 0, 1, 2])),
    'one bit': (file) => {
      const bytes = readFileSync(file);
      bytes[bytes.length - 20]! ^= 1;
      writeFileSync(file, bytes);
    },
  };

  test.each(Object.entries(damages))('%s', async (_, damage) => {
    const { folder, cacheFolder, cache } = setUp(many);
    await digestPath(folder, cache);
    await digestPath(join(folder, 'filler/1'), cache);
    cache.save();
    expect(readdirSync(cacheFolder)).toHaveLength(2);
    for (const name of readdirSync(cacheFolder)) damage(join(cacheFolder, name));
    const opened = openStatCache(cacheFolder);
    expect((await digestPath(folder, opened))?.digest).toBe(manifest(many));
    expect(recallFile(join(folder, 'filler/1'), opened)).toBeUndefined();
    opened.save();
    expect(openStatCache(cacheFolder).recallFolder(folder)?.table.paths).toHaveLength(100);
  });
});

test('a cache whose numbers and digests are objects without a text counts as absent', async () => {
  const { folder, cacheFolder, cache } = setUp({ a: 'a', b: 'b' });
  const right = await digestPath(folder, cache);
  await digestPath(join(folder, 'a'), cache);
  cache.save();
  const file = join(cacheFolder, 'small.json');
  const body = JSON.parse(readFileSync(file, 'utf8').split('\n').slice(1).join('\n')) as {
    files: Record<string, unknown[]>;
    folders: Record<string, { readings: unknown[] }>;
  };
  const strange = { toString: null, valueOf: null };
  for (const remembered of Object.values(body.files)) remembered[5] = strange;
  for (const { readings } of Object.values(body.folders)) readings[0] = strange;
  const text = JSON.stringify(body);
  writeFileSync(file, `sha256:${sha256(text)}\n${text}`);
  const again = openStatCache(cacheFolder);
  expect((await digestPath(folder, again))?.digest).toBe(right?.digest);
  expect((await digestPath(join(folder, 'a'), again))?.kind).toBe('file');
});
