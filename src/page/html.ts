/** HTML that is safe to put into a page as it is: made by `html` or `raw`, never from a string by itself. */
export interface Markup {
  readonly markup: string;
}

/** What a template takes: text and numbers are escaped; markup stays; lists are joined; nothing else is shown. */
export type Content = Markup | string | number | false | null | undefined | readonly Content[];

/**
 * Builds HTML, with everything that is put in escaped, in text and in double-quoted attributes alike:
 *
 *     html`<td title="${name}">${value}</td>`
 *
 * Numbers are written as JavaScript writes them; format them before where people read them.
 */
export const html = (parts: TemplateStringsArray, ...contents: readonly Content[]): Markup => ({
  markup: parts.reduce((text, part, index) => text + toMarkup(contents[index - 1]) + part),
});

/** Markup from a string of our own making. Never from data. */
export const raw = (markup: string): Markup => ({ markup });

/** Escapes text for HTML's text and quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const toMarkup = (content: Content): string => {
  if (content === null || content === undefined || content === false) return '';
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return String(content);
  return 'markup' in content ? content.markup : content.map(toMarkup).join('');
};
