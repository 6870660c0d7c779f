import { describe, expect, it } from 'vitest';
import { applyPatch, keysOf } from '../../../src/load/remedies/patch.ts';
import { patchText } from '../../../src/load/remedies/write-patch.ts';
import type { PatchOperation } from '../../../src/types/generated/diagnosis.ts';
import type { Json } from '../../../src/types/json.ts';

const document: Json = {
  seed: 1,
  stages: { a: { uses: 'x', params: { list: [1, 2, 3], 'k/e~y': true } }, b: { uses: 'y' } },
};

const patched = (...patch: PatchOperation[]): Json => {
  const found = applyPatch(document, patch);
  if (!found.ok) throw new Error(`${found.path}: ${found.why}`);
  return found.value;
};

const why = (...patch: PatchOperation[]): string => {
  const found = applyPatch(document, patch);
  return found.ok ? 'it fits' : found.why;
};

const params = '/stages/a/params';

describe('a patch', () => {
  it('adds, replaces and removes, one after the other, and leaves the original as it was', () => {
    const before = JSON.stringify(document);
    const value = patched(
      { op: 'add', path: '/stages/b/params', value: {} },
      { op: 'add', path: '/stages/b/params/depth', value: 2 },
      { op: 'replace', path: `${params}/list/1`, value: 9 },
      { op: 'remove', path: '/seed' },
    );
    expect(value).toEqual({
      stages: { a: { uses: 'x', params: { list: [1, 9, 3], 'k/e~y': true } }, b: { uses: 'y', params: { depth: 2 } } },
    });
    expect(JSON.stringify(document)).toBe(before);
  });

  it.each([
    ['0', [0, 1, 2, 3]],
    ['3', [1, 2, 3, 0]],
    ['-', [1, 2, 3, 0]],
  ])('adds to a list at %s', (at, list) => {
    expect(patched({ op: 'add', path: `${params}/list/${at}`, value: 0 })).toMatchObject({
      stages: { a: { params: { list } } },
    });
  });

  it('finds keys with slashes and tildes', () => {
    expect(keysOf(`${params}/k~1e~0y`).at(-1)).toBe('k/e~y');
    expect(patched({ op: 'replace', path: `${params}/k~1e~0y`, value: 0 })).toMatchObject({
      stages: { a: { params: { 'k/e~y': 0 } } },
    });
  });

  it.each<[PatchOperation, string]>([
    [{ op: 'replace', path: `${params}/depth`, value: 1 }, 'there is no stages.a.params.depth to replace'],
    [{ op: 'remove', path: '/stages/c' }, 'there is no stages.c to remove'],
    [{ op: 'add', path: '/stages/c/params/x', value: 1 }, 'there is no stages.c'],
    [{ op: 'add', path: '/stages/b/params/x', value: 1 }, 'there is no stages.b.params'],
    [{ op: 'add', path: '/stages/b', value: {} }, 'there is a stage "b" already'],
    [{ op: 'add', path: `${params}/list/7`, value: 1 }, 'stages.a.params.list has no place 7'],
    [{ op: 'add', path: '/seed/x', value: 1 }, 'seed is neither an object nor a list'],
    [{ op: 'add', path: '/__proto__', value: 1 }, 'a key "__proto__" has no place in a pipeline'],
  ])('%j does not fit', (operation, message) => {
    expect(why(operation)).toBe(message);
  });

  it('that fits in a part is not applied at all', () => {
    expect(why({ op: 'remove', path: '/seed' }, { op: 'remove', path: '/seed' })).toBe('there is no seed to remove');
  });
});

const text = `{
  "seed": 1,
  "stages": {
    "a": { "uses": "x",   "params": { "list": [1, 2, 3] } },

    "b": { "uses": "y" }
  }
}
`;

describe('a file', () => {
  it('keeps the bytes of all that is not touched', () => {
    const changed = patchText(text, [{ op: 'replace', path: `${params}/list`, value: [4] }]);
    expect(changed).toContain('"a": { "uses": "x",   "params": { "list": [');
    expect(changed.slice(0, changed.indexOf('"list"'))).toBe(text.slice(0, text.indexOf('"list"')));
    expect(changed.endsWith(text.slice(text.indexOf(' } },\n\n    "b"')))).toBe(true);
  });

  it.each<[string, PatchOperation[]]>([
    ['a value', [{ op: 'replace', path: '/seed', value: 7 }]],
    ['a key', [{ op: 'add', path: `${params}/depth`, value: { x: 1 } }]],
    [
      'a place in a list',
      [
        { op: 'add', path: `${params}/list/-`, value: 4 },
        { op: 'replace', path: `${params}/list/0`, value: 0 },
      ],
    ],
    [
      'a stage, and what reads it',
      [
        { op: 'add', path: '/stages/c', value: { uses: 'z' } },
        { op: 'replace', path: '/stages/b/uses', value: 'w' },
      ],
    ],
    ['nothing where something was', [{ op: 'remove', path: '/stages/b' }]],
  ])('holds after it what the patch makes of its JSON: %s', (_, patch) => {
    const found = applyPatch(JSON.parse(text) as Json, patch);
    if (!found.ok) throw new Error(found.why);
    for (const each of [text, text.replaceAll('\n', '\r\n'), text.replaceAll('  ', '\t')]) {
      const changed = patchText(each, patch);
      expect(JSON.parse(changed)).toEqual(found.value);
      expect(changed.includes('\r\n')).toBe(each.includes('\r\n'));
    }
  });

  it('is not written where the patch finds no place', () => {
    expect(() => patchText(text, [{ op: 'remove', path: '/none' }])).toThrow('/none finds no place');
  });
});
