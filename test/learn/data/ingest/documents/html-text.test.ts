import { describe, expect, it } from 'vitest';
import { textOfHtml } from '../../../../../src/learn/data/ingest/documents/html-text.ts';

describe('textOfHtml', () => {
  it.each([
    ['<p>A &amp; <b>B</b></p><p>C</p>', 'A & B\nC'],
    ['<title>no</title><style>p { color: red }</style><script>if (a < b) x()</script>yes', 'yes'],
    ['<!-- a <b> comment -->one<br>two', 'one\ntwo'],
    ['1 < 2 &lt; 3 &#8364; &#x20ac; &unknown; &#xd800;', '1 < 2 < 3 € € &unknown; &#xd800;'],
    ['<a href="x">never closed', 'never closed'],
    ['cut off <img src="', 'cut off'],
    ['<script>cut off', ''],
    ['', ''],
  ])('of %j is %j', (html, text) => expect(textOfHtml(html)).toBe(text));

  it('takes no time that grows faster than what is hostile', () => {
    for (const piece of ['<', '<!--', '<a ', '</', '&#'])
      expect(typeof textOfHtml(piece.repeat(200_000))).toBe('string');
  });
});
