import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../src/fingerprint/canonical.ts';
import { digestManifest, formatManifest, type ManifestEntry, parseManifest } from '../../src/fingerprint/manifest.ts';
import { temporaryFolder } from '../rig/project.ts';
import { sha256 } from '../rig/store.ts';

const hex = (digit: string) => digit.repeat(64);

test('a line a file, sorted by the bytes of its path, as sha256sum writes it', () => {
  const entries = [
    { path: 'b', hex: hex('1') },
    { path: 'a/b', hex: hex('2') },
    { path: 'a-b', hex: hex('3') },
    { path: 'a\nb', hex: hex('4') },
    { path: '\u{10000}', hex: hex('5') },
    { path: '\uffee', hex: hex('6') },
  ];
  expect(formatManifest(entries)).toBe(
    [
      `\\${hex('4')}  a\\nb`,
      `${hex('3')}  a-b`,
      `${hex('2')}  a/b`,
      `${hex('1')}  b`,
      `${hex('6')}  \uffee`,
      `${hex('5')}  \u{10000}`,
      '',
    ].join('\n'),
  );
  expect(digestManifest(entries)).toBe(digestOf(formatManifest([...entries].reverse())));
  expect(digestManifest([])).toBe(digestOf(''));
});

describe('the real sha256sum', () => {
  const names = [
    'plain',
    'with space',
    'a/b/c',
    'back\\slash',
    'new\nline',
    'carriage\rreturn',
    'both\\\n',
    'ä',
    '日本',
    '\u{1f600}',
    '-dash',
    '*star',
    ' lead',
  ];

  const setUp = (): { readonly folder: string; readonly manifest: string } => {
    const folder = temporaryFolder();
    const entries = names.map((path) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), `content of ${path}`);
      return { path, hex: sha256(`content of ${path}`) };
    });
    return { folder, manifest: formatManifest(entries) };
  };

  test('checks a manifest, and finds the file that is not what it was', async () => {
    const { folder, manifest } = setUp();
    const check = () =>
      execa('sha256sum', ['--check', '--strict', '--quiet'], { cwd: folder, input: manifest, reject: false });
    expect(await check()).toMatchObject({ exitCode: 0, stdout: '' });
    writeFileSync(join(folder, 'new\nline'), 'other');
    expect((await check()).exitCode).toBe(1);
  });

  test('writes the same manifest', async () => {
    const { folder, manifest } = setUp();
    const line = "find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum --";
    expect((await execa('sh', ['-c', line], { cwd: folder, stripFinalNewline: false })).stdout).toBe(manifest);
  });
});

const pathArbitrary = fc
  .array(
    fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
      .filter((name) => !/[/\0]/.test(name) && !/^\.\.?$/.test(name)),
    { minLength: 1, maxLength: 3 },
  )
  .map((names) => names.join('/'));

test('what was written is read again, whatever the names', () => {
  const entries = fc.uniqueArray(fc.record({ path: pathArbitrary, hex: fc.constant(hex('a')) }), {
    selector: ({ path }) => path,
  });
  const byPath = (a: ManifestEntry, b: ManifestEntry) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
  fc.assert(
    fc.property(entries, (list) => {
      expect(parseManifest(formatManifest(list))).toEqual([...list].sort(byPath));
    }),
  );
});

test.each([
  ['a digest that is too short', `${hex('a').slice(1)}  a`],
  ['one space', `${hex('a')} a`],
  ['no name', `${hex('a')}  `],
  ['a path from the root', `${hex('a')}  /etc/passwd`],
  ['a path that leads out', `${hex('a')}  a/../../b`],
  ['a path that leads out, escaped', `\\${hex('a')}  ..`],
  ['half a line', `${hex('b')}  b\n${hex('a').slice(9)}`],
])('%s is refused', (_, text) => {
  expect(() => parseManifest(text)).toThrow(/manifest line \d is damaged/);
});
