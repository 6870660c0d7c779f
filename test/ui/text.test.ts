import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, oneLine, padEnd, padStart, printable, widthOf, wrap } from '../../src/ui/text.ts';

const words = fc
  .array(fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('数据', '🎉', 'é', 'naïve', 'zu\u0308')))
  .map((list) => oneLine(list.join(' ')));

describe('widthOf', () => {
  it.each([
    ['abc', 3],
    ['', 0],
    ['数据', 4],
    ['🎉', 2],
    ['zu\u0308', 2],
    ['→ 16', 4],
    ['\x1b[31mred\x1b[39m', 3],
    ['한글', 4],
  ])('of %j is %i', (text, width) => expect(widthOf(text)).toBe(width));
});

describe('clip', () => {
  it('cuts with an ellipsis and never goes past the width', () => {
    expect(clip('val_loss 0.041', 10)).toBe('val_loss…');
    expect(clip('数据数据', 5)).toBe('数据…');
    expect(clip('abc', 0)).toBe('');
    fc.assert(fc.property(words, fc.nat(30), (text, width) => widthOf(clip(text, width)) <= width));
  });

  it('leaves alone what fits', () => {
    fc.assert(fc.property(words, (text) => clip(text, widthOf(text)) === text));
  });
});

describe('wrap', () => {
  it('breaks between words, and words only where they are too long', () => {
    expect(wrap('because deps train, validation changed', 16)).toEqual([
      'because deps',
      'train,',
      'validation',
      'changed',
    ]);
    expect(wrap('artifacts/mnist/report', 10)).toEqual(['artifacts/', 'mnist/repo', 'rt']);
    expect(wrap('short', Number.POSITIVE_INFINITY)).toEqual(['short']);
  });

  it('loses nothing and keeps to the width', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 40 }), (text, width) => {
        const lines = wrap(text, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('what stages print', () => {
  it('cannot move the cursor, set a title, ring or reorder text', () => {
    const evil = 'a\x1b[2Jb\x1b]0;title\x07c\rd\u202ee\x00f\x9b31mg\th';
    expect(printable(evil)).toBe('abcdefg    h');
    expect(oneLine(' a\n\tb\r\n c ')).toBe('a b c');
  });

  it('keeps line ends and ordinary characters of all languages', () => {
    expect(printable('ä→数\n✓')).toBe('ä→数\n✓');
  });

  it('is free of control characters, whatever it was', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => /^[^\x00-\x1f\x7f-\x9f]*$/.test(oneLine(text))));
  });
});

describe('padding', () => {
  it('counts cells, not characters', () => {
    expect(padEnd('数', 4)).toBe('数  ');
    expect(padStart('0.4 s', 8)).toBe('   0.4 s');
    expect(padEnd('longer', 3)).toBe('longer');
  });
});
