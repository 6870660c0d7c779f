import { expect } from 'vitest';

/**
 * Holds a page against what every page of ours promises: tags are balanced, attributes quoted, headings in order and
 * ids different; nothing is run, and nothing is requested from anywhere.
 *
 * @param links where links may lead, besides to the page's own ids.
 */
export const checkPage = (page: string, links: readonly string[]): void => {
  expect(page.startsWith('<!doctype html>')).toBe(true);
  const tags = tagsOf(page);
  expectBalanced(tags);
  expect(tags.map(({ name }) => name)).not.toEqual(expect.arrayContaining(['script']));
  for (const name of ['iframe', 'object', 'embed', 'form', 'base'])
    expect(tags.some((tag) => tag.name === name)).toBe(false);

  const attributes = tags.flatMap((tag) => tag.attributes);
  const valuesOf = (name: string) =>
    attributes.filter((attribute) => attribute.name === name).map(({ value }) => value);
  expect(attributes.filter(({ name }) => name.startsWith('on'))).toEqual([]);
  expect(valuesOf('src').filter((value) => !value.startsWith('data:image/png;base64,'))).toEqual([]);
  const ids = valuesOf('id');
  expect(new Set(ids).size).toBe(ids.length);
  const allowed = new Set([...links, 'data:,', ...ids.map((id) => `#${id}`)]);
  const isPicture = (href: string): boolean => href.startsWith('data:image/png;base64,');
  expect(valuesOf('href').filter((href) => !allowed.has(href) && !isPicture(href))).toEqual([]);
  // What a reader only sees may hold an address; what a browser acts on may not.
  const seen = ['title', 'alt', 'aria-label'];
  expect(attributes.filter(({ name, value }) => !seen.includes(name) && /url\(|https?:/.test(value))).toEqual([]);
  expect(/<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '').not.toMatch(/url\(|@import|https?:/);

  const levels = tags
    .filter(({ name, kind }) => kind === 'open' && /^h[1-6]$/.test(name))
    .map(({ name }) => Number(name[1]));
  expect(levels[0]).toBe(1);
  expect(levels.filter((level) => level === 1)).toHaveLength(1);
  expect(levels.filter((level, index) => level - (levels[index - 1] ?? 0) > 1)).toEqual([]);
  for (const image of tags.filter(({ name }) => name === 'img')) {
    expect(image.attributes.find(({ name }) => name === 'alt')?.value).toBeTruthy();
  }
  expect(page).not.toMatch(/undefined|NaN|\[object/);
};

/** The text that people read, without tags, in one line. */
export const textOf = (page: string): string =>
  page
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

interface Tag {
  readonly name: string;
  readonly kind: 'open' | 'close' | 'whole';
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
}

const voids = new Set(['meta', 'link', 'img', 'br', 'hr', 'input', 'wbr']);

const tagsOf = (page: string): readonly Tag[] => {
  const body = page.replace('<!doctype html>', '').replace(/<style>.*?<\/style>/s, '<style></style>');
  const pattern = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z][a-z0-9:-]*(?:="[^"<]*")?)*)\s*(\/?)>/gi;
  // Whatever is left of the page must hold no bracket: each is part of a tag, or escaped.
  expect(body.replace(pattern, '')).not.toMatch(/[<>]/);
  return [...body.matchAll(pattern)].map(([, slash, name = '', attributes = '', end]) => ({
    name: name.toLowerCase(),
    kind: slash === '/' ? 'close' : end === '/' || voids.has(name) ? 'whole' : 'open',
    attributes: [...attributes.matchAll(/([a-z][a-z0-9:-]*)(?:="([^"]*)")?/gi)].map(([, key = '', value = '']) => ({
      name: key.toLowerCase(),
      value,
    })),
  }));
};

const expectBalanced = (tags: readonly Tag[]): void => {
  const open: string[] = [];
  for (const { name, kind } of tags) {
    if (kind === 'open') open.push(name);
    if (kind === 'close') expect(open.pop()).toBe(name);
  }
  expect(open).toEqual([]);
};
