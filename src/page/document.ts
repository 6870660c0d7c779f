import { type Content, html, raw } from './html.ts';
import { pageStyle } from './style.ts';

export interface PageParts {
  /** The tab's title; the page's own `<h1>` is in `head`. */
  readonly title: string;
  /** What stands above the contents: eyebrow, `<h1>`, lede, navigation. */
  readonly head: Content;
  readonly body: Content;
  readonly foot: Content;
  /** Rules of this page alone, after the shared ones. */
  readonly style?: string;
}

/**
 * One self-contained page. Its content security policy forbids scripts and every request, so that nothing
 * which a data set smuggled in could run or be fetched, even if an escape were forgotten.
 */
export const document = ({ title, head, body, foot, style = '' }: PageParts): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${raw(pageStyle + style)}</style>
</head>
<body>
<header class="page-head">${head}</header>
<main>${body}</main>
<footer class="page-foot">${foot}</footer>
</body>
</html>
`.markup;

const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
