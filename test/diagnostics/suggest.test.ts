import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closest, editDistance, suggest, suggestPart } from '../../src/diagnostics/suggest.ts';

describe('the edit distance', () => {
  it.each([
    ['', '', 0],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
    ['patiense', 'patience', 1],
    ['tarin', 'train', 1],
    // Optimal string alignment edits no part twice: the unrestricted distance would be 2.
    ['ca', 'abc', 3],
  ])('of "%s" and "%s" is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it('is symmetric, zero for equal words alone, and at most the longer word', () => {
    const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      }),
    );
  });
});

describe('did you mean', () => {
  it('finds what is near, whatever its case', () => {
    expect(closest('Trian', ['test', 'train'])).toBe('train');
    expect(closest('lerning_rate', ['momentum', 'learning_rate'])).toBe('learning_rate');
    expect(closest('x', ['y', 'z'])).toBeUndefined();
    expect(closest('epochs', ['batch_size', 'metrics'])).toBeUndefined();
  });

  it('finds the only one that is a part of the word, or that has it as one', () => {
    expect(suggestPart('BatchNorm', ['Dense', 'BatchNormalization'])).toBe('did you mean "BatchNormalization"?');
    expect(suggestPart('reduce_on_plateau', ['step', 'plateau'])).toBe('did you mean "plateau"?');
    expect(suggestPart('Pooling', ['MaxPooling2D', 'AveragePooling2D'])).toBeUndefined();
    expect(suggestPart('lr_sgd', ['sgd', 'adam'])).toBeUndefined();
  });

  it('else lists what there is, as long as that is short', () => {
    expect(suggest('q', ['train', 'test'], 'splits')).toBe('splits: train, test');
    expect(suggest('q', [], 'splits')).toBe('there are no splits');
    expect(suggest('q', ['train'])).toBeUndefined();
    const many = Array.from({ length: 15 }, (_, index) => `stage-number-${index}`);
    expect(suggest('q', many, 'stages')).toMatch(/^stages: (stage-number-\d+, ){12}and 3 more$/);
  });

  it('does not compare words that are no words', () => {
    const long = 'x'.repeat(1_000_000);
    expect(suggest(long, [`${long}y`], 'stages')).toMatch(/^stages: x/);
  });
});
