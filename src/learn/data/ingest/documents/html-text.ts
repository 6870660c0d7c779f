/**
 * The text of an HTML message: without tags, comments, scripts and styles, with a line end for each block, its named
 * and numbered characters written out. Takes time in proportion to its length, whatever the HTML is.
 */
export const textOfHtml = (html: string): string => {
  const parts: string[] = [];
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf('<', at);
    if (open < 0) {
      parts.push(html.slice(at));
      break;
    }
    parts.push(html.slice(at, open));
    const { end, becomes } = tagAt(html, open);
    parts.push(becomes);
    at = end;
  }
  const lines = writeOut(parts.join('')).split('\n');
  return lines
    .map((line) => line.replaceAll(/[^\S\n]+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');
};

const tagAt = (html: string, open: number): { end: number; becomes: string } => {
  if (html.startsWith('<!--', open)) return { end: after(html, '-->', open), becomes: '' };
  const [, slash, name] = /^<(\/?)([a-z][a-z0-9]*)/i.exec(html.slice(open, open + 20)) ?? [];
  if (name === undefined) {
    // "a < b" is no tag; "<!DOCTYPE …>" and "</>" are nothing to read.
    return /^<[!?/]/.test(html.slice(open, open + 2))
      ? { end: after(html, '>', open), becomes: '' }
      : { end: open + 1, becomes: '<' };
  }
  const lower = name.toLowerCase();
  const end = after(html, '>', open);
  if (slash === '' && unread.has(lower)) {
    const close = html.slice(end).search(new RegExp(`</${lower}`, 'i'));
    return { end: close < 0 ? html.length : after(html, '>', end + close), becomes: '' };
  }
  return { end, becomes: inline.has(lower) ? '' : '\n' };
};

const after = (html: string, text: string, from: number): number => {
  const at = html.indexOf(text, from);
  return at < 0 ? html.length : at + text.length;
};

const unread: ReadonlySet<string> = new Set(['script', 'style', 'title']);
const inline: ReadonlySet<string> = new Set(
  'a abbr b big em font i img q s small span strike strong sub sup tt u'.split(' '),
);

const writeOut = (text: string): string =>
  text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/gi, (all, decimal, hex, name) => {
    if (name !== undefined) return named.get(name.toLowerCase()) ?? all;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? all : String.fromCodePoint(code);
  });

const named: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['copy', '©'],
  ['reg', '®'],
]);
