import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, digestJson, digestOf, hexOf, isDigest, shortDigest } from '../../src/fingerprint/canonical.ts';

// Golden: a change here is a change of the cache's format.

test('the example of RFC 8785, section 3.2.2 and 3.2.3', () => {
  const value = JSON.parse(`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
    "literals": [null, true, false]
  }`) as unknown;
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test('keys are sorted by UTF-16 code units, as in RFC 8785, section 3.2.3', () => {
  const keys = ['\u20ac', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', '\u00f6'];
  const value = Object.fromEntries(keys.map((key) => [key, 0]));
  const sorted = [...canonicalJson(value).matchAll(/"((?:[^"\\]|\\.)*)":/g)].map(
    ([, key]) => JSON.parse(`"${key}"`) as string,
  );
  expect(sorted).toEqual(['\r', '1', '\u0080', '\u00f6', '\u20ac', '\u{1f600}', '\ufb33']);
});

// RFC 8785, appendix B: IEEE 754 bits and what is written for them.
const numbers: readonly (readonly [bits: string, text: string])[] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
];

test.each(numbers)('the number of bits %s is written %s', (bits, text) => {
  expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
});

test('what JSON cannot hold is refused', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined, () => 1])
    expect(() => canonicalJson(value)).toThrow();
});

test('the text stands for the value, whatever the order of its keys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      expect(canonicalJson(reversed(value))).toBe(text);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
};

test('digests are SHA-256, and of text that of its UTF-8', () => {
  expect(digestOf('')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(digestOf('abc')).toBe('sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(digestOf('ä')).toBe(digestOf(new Uint8Array([0xc3, 0xa4])));
  expect(digestJson({ b: 1, a: [] })).toBe(digestOf('{"a":[],"b":1}'));
  expect([hexOf(digestOf('abc')).length, shortDigest(digestOf('abc'))]).toEqual([64, 'ba7816bf']);
});

test('only 64 small hexadecimal digits after the name of the function are a digest', () => {
  const hex = 'a'.repeat(64);
  expect(isDigest(`sha256:${hex}`)).toBe(true);
  for (const text of [hex, `sha256:${hex}a`, `sha256:${hex.toUpperCase()}`, `md5:${hex}`, `sha256:${hex}\n`, null, 1])
    expect(isDigest(text), String(text)).toBe(false);
});
