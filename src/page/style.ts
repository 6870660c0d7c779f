/**
 * The look that all of Stemma's pages share: one style sheet, put inline into each page.
 * System fonts only, light and dark by the reader's own setting, down to phone widths, and fit for paper.
 *
 * Colours are variables, so that a page adds no colour of its own. Charts are drawn in the same variables:
 * `--series-1` to `--series-6` tell their lines apart, which have a shape or dash of their own as well, since colour
 * alone says nothing to some readers.
 * Text on `--bg` and `--surface` has a contrast of at least 4.5 to 1 in both schemes (WCAG 2.2, 1.4.3).
 */
export const pageStyle: string = `
:root {
  color-scheme: light dark;
  --bg: #f6f7f9; --surface: #ffffff; --sunken: #eef0f4;
  --text: #1a2130; --muted: #566072; --line: #d9dee7; --line-strong: #b4bccb;
  --accent: #1f5fae; --accent-soft: #e4eefa;
  --good: #1c7a4a; --good-soft: #e0f3e8; --warn: #8a5a00; --warn-soft: #fbf0d5; --bad: #b3261e; --bad-soft: #fce6e4;
  --series-1: #1f5fae; --series-2: #c2570c; --series-3: #1c7a4a; --series-4: #8a3ab9; --series-5: #8a6d00; --series-6: #0f7f8c;
  --hit: 31 95 174; --miss: 205 92 12;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --radius: 10px; --gap: 1rem;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #12151b; --surface: #1a1f28; --sunken: #232935;
    --text: #e7eaf0; --muted: #a3adbd; --line: #313948; --line-strong: #4c576b;
    --accent: #82b4f5; --accent-soft: #1d2f49;
    --good: #6fce9b; --good-soft: #173326; --warn: #e9b949; --warn-soft: #382c10; --bad: #ff9d94; --bad-soft: #43201d;
    --series-1: #82b4f5; --series-2: #f59b57; --series-3: #6fce9b; --series-4: #cf9bf0; --series-5: #dcc055; --series-6: #62cbd8;
    --hit: 96 158 240; --miss: 232 120 45;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--bg); color: var(--text); font: 1rem/1.55 var(--sans); font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
main, .page-head, .page-foot { max-width: 70rem; margin-inline: auto; padding-inline: clamp(1rem, 4vw, 2.5rem); }
.page-head { padding-top: clamp(1.5rem, 5vw, 3.25rem); }
.page-foot { padding-block: 1rem 3rem; color: var(--muted); font-size: .875rem; }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; margin: 0; font-weight: 650; letter-spacing: -.012em; }
h1 { font-size: clamp(1.6rem, 1.2rem + 2vw, 2.35rem); }
h2 { font-size: 1.35rem; }
h3 { font-size: 1rem; }
p { margin: .5rem 0 0; max-width: 46rem; }
a { color: var(--accent); text-underline-offset: .18em; }
a:focus-visible, summary:focus-visible, .scroll:focus-visible, pre:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
code, kbd, pre, .mono { font-family: var(--mono); font-size: .875em; }
code { background: var(--sunken); padding: .08em .35em; border-radius: 4px; }
pre { background: var(--sunken); padding: .85rem 1rem; border-radius: var(--radius); overflow-x: auto; margin: .75rem 0 0; line-height: 1.5; }
pre code { background: none; padding: 0; font-size: 1em; }
.eyebrow { margin: 0 0 .5rem; color: var(--muted); font-size: .8125rem; font-weight: 600; letter-spacing: .04em; }
.lede { font-size: 1.0625rem; color: var(--muted); }
.muted { color: var(--muted); }
.small { font-size: .875rem; }
.nowrap { white-space: nowrap; }
nav.contents { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; margin-top: 1.1rem; padding-bottom: 1.1rem; border-bottom: 1px solid var(--line); font-size: .9375rem; }
section { margin-top: clamp(2rem, 5vw, 3rem); }
section > .explain { color: var(--muted); margin-bottom: 1rem; }

.cards { display: grid; gap: var(--gap); grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); margin-top: 1.25rem; }
.charts { display: grid; gap: var(--gap); grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); margin-top: 1rem; }
.charts > figure { max-width: 32rem; }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); padding: 1rem 1.15rem; min-width: 0; }
.stat { display: flex; flex-direction: column; gap: .15rem; }
.stat .label { color: var(--muted); font-size: .875rem; }
.stat .value { font-size: 1.85rem; font-weight: 650; line-height: 1.15; letter-spacing: -.02em; }
.stat .note { color: var(--muted); font-size: .875rem; }
.badge { display: inline-block; padding: .08rem .55rem; border-radius: 999px; font-size: .8125rem; font-weight: 600; background: var(--sunken); color: var(--muted); white-space: nowrap; }
.badge.good { background: var(--good-soft); color: var(--good); }
.badge.warn { background: var(--warn-soft); color: var(--warn); }
.badge.bad { background: var(--bad-soft); color: var(--bad); }
.badge.info { background: var(--accent-soft); color: var(--accent); }
.callout { border-left: 4px solid var(--line-strong); background: var(--surface); padding: .75rem 1rem; border-radius: 0 var(--radius) var(--radius) 0; margin-top: 1rem; }
.callout.good { border-color: var(--good); } .callout.warn { border-color: var(--warn); } .callout.bad { border-color: var(--bad); }

.scroll { overflow-x: auto; margin-top: 1rem; }
table { border-collapse: separate; border-spacing: 0; font-size: .9375rem; background: var(--surface); }
table.wide { width: 100%; }
caption { position: sticky; left: 0; text-align: left; max-width: min(46rem, calc(100vw - 2.5rem)); color: var(--muted); font-size: .875rem; padding: 0 0 .5rem; caption-side: top; background: var(--bg); }
.card caption { background: var(--surface); }
th, td { padding: .42rem .7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { color: var(--muted); font-weight: 600; font-size: .875rem; border-bottom-color: var(--line-strong); vertical-align: bottom; }
tbody th { font-weight: 600; }
.scroll tbody th { position: sticky; left: 0; background: var(--surface); }
.number { text-align: right; white-space: nowrap; }
.interval { color: var(--muted); font-size: .8125rem; white-space: nowrap; }
.plain { font-weight: 400; }
dl.facts { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .3rem 1.25rem; margin: 1rem 0 0; }
dl.facts dt { color: var(--muted); }
dl.facts dd { margin: 0; min-width: 0; }
@media (max-width: 30rem) { dl.facts { grid-template-columns: 1fr; gap: 0; } dl.facts dd { margin-bottom: .5rem; } }

table.heat { border-spacing: 2px; font-size: .875rem; background: none; }
table.heat th, table.heat td { border: 0; padding: .35rem .45rem; text-align: center; min-width: 3.35rem; }
table.heat tbody th, table.heat thead th:first-child { max-width: 11rem; text-align: right; background: var(--bg); }
@media (max-width: 40rem) { table.heat th, table.heat td { min-width: 2.4rem; padding-inline: .25rem; } }
table.heat th { max-width: 7rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
table.heat td { vertical-align: middle; border-radius: 5px; background: var(--sunken); color: var(--text); }
table.heat td.hit { background: rgb(var(--hit) / calc(.08 + var(--heat, 0) * .42)); font-weight: 650; }
table.heat td.miss { background: rgb(var(--miss) / calc(.08 + var(--heat, 0) * .47)); }
table.heat td.none { background: var(--sunken); color: var(--muted); opacity: 1; }

figure { margin: 0; min-width: 0; }
figcaption { color: var(--muted); font-size: .875rem; margin-top: .5rem; }
svg.chart { display: block; width: 100%; height: auto; max-width: 27rem; margin-top: .5rem; overflow: visible; }
svg.chart text { font-family: var(--sans); }
.s1 { --c: var(--series-1); } .s2 { --c: var(--series-2); } .s3 { --c: var(--series-3); }
.s4 { --c: var(--series-4); } .s5 { --c: var(--series-5); } .s6 { --c: var(--series-6); }
details.spec { margin-top: .5rem; font-size: .8125rem; }
details.spec summary { color: var(--muted); font-weight: 400; }
/* One click takes it all, to be copied. */
details.spec pre { user-select: all; -webkit-user-select: all; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 12rem; overflow-y: auto; }

.gallery { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(8.25rem, 1fr)); margin: 1rem 0 0; padding: 0; list-style: none; }
.gallery li { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); padding: .6rem; min-width: 0; }
.gallery img { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; image-rendering: pixelated; background: #000; border-radius: 5px; }
.gallery p { margin: .45rem 0 0; font-size: .875rem; line-height: 1.35; }
img.sheet { display: block; width: 100%; max-width: 36rem; height: auto; image-rendering: pixelated; border-radius: 5px; }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--accent); font-weight: 600; width: fit-content; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

@media print {
  :root {
    color-scheme: light;
    --bg: #fff; --surface: #fff; --sunken: #f1f3f6; --text: #000; --muted: #444c5a; --line: #d0d5de; --line-strong: #9aa3b3;
    --accent: #1f5fae; --accent-soft: #e4eefa;
    --good: #1c7a4a; --good-soft: #e0f3e8; --warn: #8a5a00; --warn-soft: #fbf0d5; --bad: #b3261e; --bad-soft: #fce6e4;
    --series-1: #1f5fae; --series-2: #c2570c; --series-3: #1c7a4a; --series-4: #8a3ab9; --series-5: #8a6d00; --series-6: #0f7f8c;
    --hit: 31 95 174; --miss: 205 92 12;
  }
  @page { margin: 16mm 14mm; }
  body { font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main, .page-head, .page-foot { max-width: none; padding-inline: 0; }
  .page-head { padding-top: 0; }
  nav.contents { display: none; }
  section { margin-top: 1.5rem; }
  h2, h3, caption, .explain { break-after: avoid; }
  figure, .card, .gallery li, tr, caption, table.heat, .callout { break-inside: avoid; }
  caption, .scroll tbody th { position: static; }
  .scroll { overflow: visible; }
  /* Nobody scrolls on paper. */
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  .scroll td, .scroll th { padding-inline: .4rem; }
  thead th.number { white-space: normal; }
  table { font-size: 9pt; }
  thead th { font-size: 8pt; }
  .number .interval { display: block; }
  .interval { font-size: .75em; }
  /* What has more columns than paper has room for: a block for each row, in which each cell says its column's name. */
  table.many, table.many tbody, table.many tr, table.many td, table.many th, table.many caption { display: block; }
  table.many thead { display: none; }
  table.many tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(27mm, 1fr)); gap: .35rem .6rem; padding: .4rem 0; border-bottom: 1px solid var(--line); }
  table.many tbody th { grid-column: 1 / -1; }
  table.many td, table.many tbody th { border: 0; padding: 0; text-align: left; white-space: normal; }
  table.many td::before { content: attr(data-name); display: block; color: var(--muted); font-size: .8em; }
  table.heat { font-size: min(8pt, calc(480pt / var(--ems, 40))); border-spacing: 1px; }
  table.heat th, table.heat td { min-width: 0; padding: .25em .3em; font-size: 1em; }
  table.heat th { overflow: visible; white-space: normal; overflow-wrap: anywhere; }
  table.heat tbody th, table.heat thead th:first-child { max-width: 8em; }
  table.heat.tight thead th:not(:first-child) { writing-mode: vertical-rl; max-width: none; text-align: left; }
  .charts { grid-template-columns: 1fr 1fr; gap: .6rem; }
  .gallery { grid-template-columns: repeat(5, 1fr); }
  .explain, nav { break-inside: avoid; }
  .card { padding: .7rem .8rem; }
  details.spec { display: none; }
  .page-foot { padding-block: 1rem 0; break-inside: avoid; }
  p { orphans: 3; widows: 3; }
  a { color: inherit; }
}
`;
