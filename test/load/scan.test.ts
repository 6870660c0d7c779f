import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isSound } from '../../src/load/scan.ts';
import type { Json } from '../../src/types/json.ts';

interface Written {
  readonly text: string;
  readonly repeats: number;
}

const leaf = (value: Json): Written => ({ text: JSON.stringify(value), repeats: 0 });

const joined = (brackets: string, texts: readonly string[], parts: readonly Written[]): Written => ({
  text: `${brackets[0]}${texts.join(',')}${brackets[1]}`,
  repeats: parts.reduce((sum, { repeats }) => sum + repeats, 0),
});

/** JSON texts whose objects may have a key twice, with how many there are of these. */
const texts = fc.letrec<{ value: Written; object: Written }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('":', '\\', '\\"', '{', '": "')).map(leaf),
    fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)).map(leaf),
    fc.array(tie('value'), { maxLength: 3 }).map((items) =>
      joined(
        '[]',
        items.map(({ text }) => text),
        items,
      ),
    ),
    tie('object'),
  ),
  object: fc
    .array(
      fc.tuple(fc.constantFrom('a', 'b', 'a b', '":', '\\"', '{', ''), tie('value'), fc.constantFrom('', ' ', '\n\t')),
      { maxLength: 4 },
    )
    .map((entries) => {
      const repeats = entries.length - new Set(entries.map(([key]) => key)).size;
      const written = entries.map(([key, { text }, space]) => `${space}${JSON.stringify(key)}${space}:${space}${text}`);
      const whole = joined(
        '{}',
        written,
        entries.map(([, value]) => value),
      );
      return { ...whole, repeats: whole.repeats + repeats };
    }),
}));

it('finds keys that stand twice, and nothing else in texts that are in order', () => {
  const holds = ({ text, repeats }: Written): void => {
    const hasHalves = /\\ud[89a-f]/i.test(text);
    expect(isSound(text, JSON.parse(text) as Json)).toBe(repeats === 0 && !hasHalves);
  };
  fc.assert(fc.property(texts.object, holds), { numRuns: 1000 });
});

it.each([
  ['{"a": 1e400}', false],
  ['{"a": -1e400}', false],
  ['{"a": "\\ud83d"}', false],
  ['{"a": "\\ud83d\\ude00"}', false],
  ['{"a": "\\u00e9", "\\u0061\\"": 1.0}', true],
  ['{"a": 1, "\\u0061": 2}', false],
  ['{"__proto__": 1, "constructor": {"a": 1}}', true],
  ['{"__proto__": 1, "__proto__": 2}', false],
  [`${'['.repeat(100)}1${']'.repeat(100)}`, true],
  [`${'['.repeat(101)}1${']'.repeat(101)}`, false],
])('%s', (text, sound) => {
  expect(isSound(text, JSON.parse(text) as Json)).toBe(sound);
});
