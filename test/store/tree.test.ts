import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../src/fingerprint/canonical.ts';
import { digestPath } from '../../src/fingerprint/digest-path.ts';
import { openStatCache } from '../../src/fingerprint/stat-cache.ts';
import { DamagedContent, openContentStore } from '../../src/store/content.ts';
import { placeTree, putTree, readStoredManifest, removeDamaged } from '../../src/store/tree.ts';
import { temporaryFolder } from '../rig/project.ts';
import { contentFile, filesBelow, snapshot } from '../rig/store.ts';

const files = { a: 'a', 'sub/b': 'b', 'sub/deep/c': '', 'sub/ä\n\\': 'odd name' };

const setUp = () => {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'tree', path)), { recursive: true });
    writeFileSync(join(folder, 'tree', path), text);
  }
  mkdirSync(join(folder, 'place'));
  return {
    folder,
    tree: join(folder, 'tree'),
    target: join(folder, 'place/it'),
    store: openContentStore(join(folder, 'content-v1')),
  };
};

test('a file and a folder are put, and placed again as they were', async () => {
  const { folder, tree, target, store } = setUp();
  const stored = await putTree(store, tree);
  const digested = await digestPath(tree, openStatCache(join(folder, 'stat')));
  expect(stored).toMatchObject({ kind: 'folder', digest: digested?.digest, files: 4, bytes: 10 });
  expect((await readStoredManifest(store, stored.digest, target)).length).toBe(4);
  await placeTree(store, stored, target);
  expect(snapshot(target)).toEqual(files);
  expect(await putTree(store, join(tree, 'a'))).toMatchObject({ kind: 'file', digest: digestOf('a'), bytes: 1 });
  expect(filesBelow(folder).filter((path) => path.includes('.tmp-'))).toEqual([]);
});

describe('what is placed takes the place of what stood there', () => {
  const before: Record<string, (target: string) => void> = {
    'a file': (target) => writeFileSync(target, 'old'),
    'a folder with other files': (target) => {
      mkdirSync(join(target, 'sub'), { recursive: true });
      writeFileSync(join(target, 'sub/old'), 'old');
    },
    'a link': (target) => symlinkSync('nowhere', target),
    nothing: () => {},
  };
  test.each(Object.entries(before))('%s', async (_, put) => {
    const { tree, target, store } = setUp();
    const [folder, file] = [await putTree(store, tree), await putTree(store, join(tree, 'a'))];
    put(target);
    await placeTree(store, folder, target);
    expect(snapshot(target)).toEqual(files);
    rmSync(target, { recursive: true });
    put(target);
    await placeTree(store, file, target);
    expect(readFileSync(target, 'utf8')).toBe('a');
    expect(filesBelow(join(target, '..'))).toEqual(['it']);
  });
});

test('an empty folder is one', async () => {
  const { folder, target, store } = setUp();
  mkdirSync(join(folder, 'empty'));
  const stored = await putTree(store, join(folder, 'empty'));
  expect(stored).toMatchObject({ kind: 'folder', digest: digestOf(''), files: 0, bytes: 0 });
  await placeTree(store, stored, target);
  expect(filesBelow(target)).toEqual([]);
});

describe('a folder of which something is damaged', () => {
  const setDamaged = async (damage: (file: string) => void, what: string) => {
    const made = setUp();
    const stored = await putTree(made.store, made.tree);
    const file = contentFile(made.folder, what === 'manifest' ? stored.digest : digestOf(what));
    chmodSync(file, 0o644);
    damage(file);
    return { ...made, stored };
  };
  const cases = ['manifest', 'b', 'odd name'].flatMap((what) => [
    { what, how: 'other bytes', damage: (file: string) => writeFileSync(file, 'x') },
    { what, how: 'nothing', damage: (file: string) => rmSync(file) },
  ]);

  test.each(cases)(
    '$what holds $how: what stood at the target stands, and it can be made good',
    async ({ what, damage }) => {
      const { tree, target, store, stored } = await setDamaged(damage, what);
      writeFileSync(target, 'old');
      await expect(placeTree(store, stored, target)).rejects.toThrow(DamagedContent);
      expect(readFileSync(target, 'utf8')).toBe('old');
      expect(filesBelow(join(target, '..'))).toEqual(['it']);
      await removeDamaged(store, stored, target);
      await putTree(store, tree);
      await placeTree(store, stored, target);
      expect(snapshot(target)).toEqual(files);
    },
  );

  test('all that is damaged is removed, and nothing else', async () => {
    const { folder, target, store, tree } = setUp();
    const stored = await putTree(store, tree);
    for (const text of ['b', 'odd name']) {
      chmodSync(contentFile(folder, digestOf(text)), 0o644);
      writeFileSync(contentFile(folder, digestOf(text)), 'x');
    }
    await removeDamaged(store, stored, target);
    const there = ['a', 'b', '', 'odd name'].map((text) => existsSync(contentFile(folder, digestOf(text))));
    expect(there).toEqual([true, false, true, false]);
  });
});

test('a manifest that leads out of the folder is refused', async () => {
  const { folder, target, store } = setUp();
  const line = `${'a'.repeat(64)}  ../../outside\n`;
  writeFileSync(join(folder, 'manifest'), line);
  const { digest } = await store.put(join(folder, 'manifest'));
  await expect(placeTree(store, { digest, kind: 'folder', bytes: 1 }, target)).rejects.toThrow(DamagedContent);
  expect(existsSync(target)).toBe(false);
});
