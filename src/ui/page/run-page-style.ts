import { graphStyle } from '../graph/graph-style.ts';

/** Rules of a run's page, after those that all pages share. */
export const runPageStyle: string = `${graphStyle}
h1 .badge { font-size: .9375rem; vertical-align: .35em; letter-spacing: 0; margin-left: .35rem; }
.reports { margin-top: .75rem; font-weight: 600; }
main > .cards { margin-top: 1.5rem; }
figure.graph { margin-top: 1rem; overflow-x: auto; }
figure.graph svg { margin-inline: auto; }
figure.graph figcaption { text-align: center; }
/* Nobody scrolls on paper: the drawing, which has a least width of its own on a screen, becomes as wide as the page. */
@media print { figure.graph { overflow: visible; } figure.graph svg { display: block; min-width: 0 !important; max-width: 100%; height: auto; } }
table.stages td:nth-child(3) { min-width: 16rem; max-width: 34rem; }
table.stages .badge, table.stages code { white-space: nowrap; }
table.timeline th { white-space: nowrap; font-weight: 600; width: 1%; }
table.timeline td.number { width: 1%; }
table.timeline th, table.timeline td { vertical-align: middle; }
.track { min-width: 9rem; }
.bar { display: block; height: .95rem; border-radius: 4px; margin-left: min(var(--from), 100% - 3px); width: max(3px, var(--for)); background: var(--accent); }
.bar.broken { background: repeating-linear-gradient(135deg, var(--bad) 0 5px, transparent 5px 8px); outline: 1px solid var(--bad); }
.machine { margin-top: 1.5rem; }
.machine .callout p { margin: 0; }
.machine table.timeline .bar { min-width: 1px; }
details.stage { padding-block: .7rem; margin-top: .6rem; }
details.stage > summary { color: var(--text); }
details.stage > summary .badge { margin-left: .35rem; }
details.stage h3 { margin-top: 1.25rem; }
details.stage .scroll, details.stage dl.facts { margin-top: .5rem; }
details.stage > div { scroll-margin-top: 4rem; }
code.whole { overflow-wrap: anywhere; }
.card dl.facts { margin-top: .6rem; }
.callout pre { margin-bottom: .25rem; }
ul.columns { columns: 19rem; column-gap: 1.5rem; list-style: none; padding: 0; margin: .75rem 0 0; font-size: .875rem; }
ul.columns li { break-inside: avoid; padding-left: 1rem; text-indent: -1rem; overflow-wrap: anywhere; }
@media (max-width: 44rem) {
  table.stages thead { display: none; }
  table.stages, table.stages tbody { display: block; }
  table.stages tr { display: grid; grid-template-columns: 1fr auto auto; gap: .15rem .6rem; align-items: baseline; padding: .55rem .7rem; border-bottom: 1px solid var(--line); }
  table.stages td, table.stages th { border: 0; padding: 0; }
  table.stages th { order: -1; }
  table.stages td:nth-child(3) { grid-column: 1 / -1; order: 3; min-width: 0; }
  table.stages td:nth-child(5) { display: none; }
  table.timeline td.number { white-space: normal; }
  .track { min-width: 5rem; }
}
@media print { details.stage:not([open]) { display: none; } .machine table.timeline td.number { white-space: normal; } .bar { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;
