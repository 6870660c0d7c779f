import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differences, phrases, shown } from '../../src/fingerprint/differences.ts';
import type { Json, JsonObject } from '../../src/types/json.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const say = (before: JsonObject, after: JsonObject) => phrases(differences(before, after));

test('the fields that differ, and no other, by their paths', () => {
  const before = { params: { rate: 0.1, same: [1, { a: 1 }], deep: { x: 1 }, gone: null }, code: 'x' };
  const after = { params: { rate: 0.2, same: [1, { a: 1 }], deep: { x: 2 }, fresh: false }, code: 'x' };
  expect(differences(before, after)).toEqual([
    { field: 'params.deep.x', before: 1, after: 2 },
    { field: 'params.fresh', before: undefined, after: false },
    { field: 'params.gone', before: null, after: undefined },
    { field: 'params.rate', before: 0.1, after: 0.2 },
  ]);
});

test('nothing differs between equal fields, whatever the order of their keys; something does between others', () => {
  const object = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue() as fc.Arbitrary<Json>);
  const turned = (value: JsonObject): JsonObject => Object.fromEntries(Object.entries(value).reverse());
  fc.assert(
    fc.property(object, object, (a, b) => {
      expect(differences(a, turned(a))).toEqual([]);
      const isSame = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
      expect(differences(a, b).length === 0).toBe(isSame);
    }),
  );
});

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
};

test('phrases gather deps and programs, and tell values', () => {
  const dep = (letter: string, name = 'x.csv') => ({ digest: digest(letter), name });
  expect(
    say(
      { deps: { a: dep('1'), b: dep('1'), c: dep('1') } },
      { deps: { a: dep('2'), b: dep('1', 'y.csv'), d: dep('1') } },
    ),
  ).toEqual(['deps a, b changed', 'dep d added', 'dep c removed']);
  expect(
    say({ programs: { 'a.py': digest('1') } }, { programs: { 'a.py': digest('2'), 'b.py': digest('2') } }),
  ).toEqual(['a.py changed', 'b.py added']);
  expect(say({ code: digest('1') }, { code: digest('2') })).toEqual(['code changed']);
  expect(say({ seed: { seed: 1, stage: 's' } }, { seed: { seed: 2, stage: 's' } })).toEqual(['seed: 1 → 2']);
  expect(say({ params: { method: 'standard' } }, { params: { method: 'min-max' } })).toEqual([
    'params.method: "standard" → "min-max"',
  ]);
  const backend = (name: string) => ({ name, version: '4.22.0', device: 'cpu', threads: 1 });
  expect(say({ backend: backend('wasm') }, { backend: backend('cpu') })).toEqual(['backend: wasm 4.22.0 → cpu 4.22.0']);
});

test('arguments that are swapped are shown as they stand', () => {
  expect(say({ run: ['a', 'b'] }, { run: ['b', 'a'] })).toEqual(['run: ["a","b"] → ["b","a"]']);
});

test('a long value is cut, and a digest is short', () => {
  expect(shown('x'.repeat(99))).toHaveLength(58);
  expect([shown(undefined), shown(null), shown(digest('a'))]).toEqual(['absent', 'null', 'aaaaaaaa']);
});
