import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replaceFile, temporaryName, temporaryOwner, writeDurably } from '../../src/fingerprint/replace-file.ts';
import { temporaryFolder } from '../rig/project.ts';

test.each([replaceFile, writeDurably])(
  "%o puts text and bytes in a file's place, and leaves nothing beside it",
  (write) => {
    const folder = temporaryFolder();
    const file = join(folder, 'f');
    for (const data of ['', 'text ä', Buffer.alloc(3 << 20, 7)]) {
      write(file, data);
      expect(readFileSync(file).equals(Buffer.from(data))).toBe(true);
    }
    expect(readdirSync(folder)).toEqual(['f']);
  },
);

test.each([replaceFile, writeDurably])(
  'where %o fails, what stood there stands, and nothing is left beside it',
  (write) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'f'));
    writeFileSync(join(folder, 'f/in'), '');
    expect(() => write(join(folder, 'f'), 'x')).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(readdirSync(folder)).toEqual(['f']);
    expect(readdirSync(join(folder, 'f'))).toEqual(['in']);
  },
);

test('a durable write makes the folders that it needs', () => {
  const folder = temporaryFolder();
  writeDurably(join(folder, 'a/b/c'), 'x');
  expect(readFileSync(join(folder, 'a/b/c'), 'utf8')).toBe('x');
});

test("a temporary name is nobody else's, and tells whose it is", () => {
  const names = Array.from({ length: 100 }, () => temporaryName('/x/file.json'));
  expect(new Set(names).size).toBe(100);
  for (const name of names) expect(temporaryOwner(name)).toBe(process.pid);
  for (const name of ['file.json', 'file.tmp-', 'file.tmp-1', 'file.tmp-1-', 'a.tmp-1-2.json'])
    expect(temporaryOwner(name)).toBeUndefined();
});
