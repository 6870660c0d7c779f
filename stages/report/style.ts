/** What this page has and run.html has not. */
export const reportStyle = `
.stat .value { margin-top: .2rem; }
.stat .says { margin-top: .4rem; }
svg .faint circle { fill-opacity: .45; stroke: none; }
.answer { font-weight: 650; }
.answer .arrow { color: var(--muted); font-weight: 400; }
.beside { display: flex; flex-wrap: wrap; gap: 1.25rem; align-items: start; margin-top: 1rem; }
.beside > .scroll { margin-top: 0; max-width: 100%; }
.beside > .card { flex: 1 1 14rem; max-width: 24rem; }
.beside ol { margin: .6rem 0 0; padding-left: 1.4rem; }
.beside li + li { margin-top: .4rem; }
svg.mini { display: block; min-width: 120px; }
svg.mini rect { fill: var(--series-1); }
svg.mini path { stroke: var(--line-strong); }
.kind { display: block; color: var(--muted); font-weight: 400; font-size: .8125rem; }
figure.sheet { max-width: 38.5rem; }
.after { margin-top: 1.5rem; }
.callout details { margin-top: .5rem; }
.callout p { margin-top: .3rem; }
`;
