import { describe, expect, it } from 'vitest';
import { fillTemplate, parseTemplate } from '../../src/load/template.ts';

const fill = (word: string): string => fillTemplate(word, (name) => `<${name}>`);

describe('a word of a command', () => {
  it.each([
    ['', ''],
    ['plain', 'plain'],
    ['{deps.table}', '<deps.table>'],
    ['--out={outs.a-b}/x', '--out=<outs.a-b>/x'],
    ['{params.a.b}{params.c}', '<params.a.b><params.c>'],
    ['{mistyped}', '<mistyped>'],
    ['{{deps.table}}', '{deps.table}'],
    ['{{{deps.table}}}', '{{deps.table}}'],
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the shell's.
    ['${HOME}/x', '${HOME}/x'],
    ['${{HOME}}', '${{HOME}}'],
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the shell's.
    ["awk '{print $1}'", "awk '{print $1}'"],
    ['{"bins": {params.bins}, "a": {"b": {}}}', '{"bins": <params.bins>, "a": {"b": {}}}'],
    ['find -exec wc {} +', 'find -exec wc {} +'],
    ['{deps.table', '{deps.table'],
    ['{1}{a b}{.}', '{1}{a b}{.}'],
  ])('%s', (word, filled) => {
    expect(fill(word)).toBe(filled);
  });

  it('knows where its placeholders stand', () => {
    expect(parseTemplate('a {deps.x}b')).toEqual([
      { kind: 'text', text: 'a ' },
      { kind: 'placeholder', name: 'deps.x', start: 2 },
      { kind: 'text', text: 'b' },
    ]);
  });

  it('is read in time that grows with its length', () => {
    expect(fill('{'.repeat(200_000))).toHaveLength(200_000);
    expect(fill('{a'.repeat(100_000))).toHaveLength(200_000);
  });
});
