import fc from 'fast-check';
import { expect, it } from 'vitest';
import { document } from '../../src/page/document.ts';
import { escapeHtml, html, raw } from '../../src/page/html.ts';
import { checkPage, textOf } from './check-html.ts';

it('escapes what is put in, and nothing that is markup', () => {
  const name = `<b>"R&D"</b>'`;
  expect(html`<p title="${name}">${name}${raw('<br>')}${html`<i>${1}</i>`}</p>`.markup).toBe(
    '<p title="&lt;b&gt;&quot;R&amp;D&quot;&lt;/b&gt;&#39;">&lt;b&gt;&quot;R&amp;D&quot;&lt;/b&gt;&#39;<br><i>1</i></p>',
  );
});

it('joins lists and leaves out what is not there', () => {
  expect(html`${['a', html`<b></b>`, 2]}${null}${undefined}${false}${[]}${0}`.markup).toBe('a<b></b>20');
});

it('lets no text out of its element or attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
      expect(escapeHtml(text)).not.toMatch(/[<>"']/);
    }),
  );
});

it('makes a page that asks for nothing', () => {
  const page = document({
    title: '<t>',
    head: html`<h1>A</h1>`,
    body: html`<p id="x">body</p>`,
    foot: html`<a href="#x">x</a>`,
  });
  checkPage(page, []);
  expect(page).toContain('default-src &#39;none&#39;');
  expect(textOf(page)).toBe(' &lt;t&gt; A body x ');
});
