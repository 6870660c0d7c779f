import { describe, expect, it } from 'vitest';
import { messagesIn, withoutSeparator } from '../../../../../src/learn/data/ingest/documents/mbox.ts';

describe('messagesIn', () => {
  it('begins a message at "From " at the start and after an empty line, and nowhere else', () => {
    expect(messagesIn('From a\nX: 1\n\none\nFrom within\n\nFrom b\nX: 2\n\ntwo\n')).toEqual([
      'X: 1\n\none\nFrom within\n',
      'X: 2\n\ntwo',
    ]);
  });

  it('takes one ">" from quoted lines, and knows line ends of two characters', () => {
    expect(messagesIn('From a\r\nX: 1\r\n\r\n>From x\r\n>>From y\r\n\r\nFrom b\r\n\r\n')).toEqual([
      'X: 1\r\n\r\nFrom x\r\n>From y\r\n',
      '',
    ]);
  });

  it('leaves a file that is no mbox whole', () => {
    expect(messagesIn('X: 1\n\n>From a\n\nFrom b\n')).toEqual(['X: 1\n\n>From a\n\nFrom b\n']);
    expect(withoutSeparator('From a\nX: 1\n')).toBe('X: 1\n');
    expect(withoutSeparator('X: 1\nFrom a\n')).toBe('X: 1\nFrom a\n');
  });
});
