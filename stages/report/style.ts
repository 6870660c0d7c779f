/** What this page has and run.html has not. */
export const reportStyle = `
.stat .value { margin-top: .2rem; }
.stat .says { margin-top: .4rem; }
svg.sheet text { font-size: 12px; fill: var(--muted); }
svg.sheet .note { font-size: 10px; }
svg.sheet .line { fill: none; stroke: var(--c); stroke-width: 1.2; }
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
.callout .about { color: var(--muted); font-size: .8125rem; margin-right: .35rem; }
.origin { color: var(--muted); font-size: .8125rem; overflow-wrap: anywhere; }
ul.objective { list-style: none; margin: .75rem 0 1rem; padding: 0; display: grid; gap: .4rem; max-width: 46rem; }
ul.texts { list-style: none; margin: 1rem 0 0; padding: 0; display: grid; gap: .75rem; }
ul.texts p { margin-top: .35rem; max-width: none; }
ul.texts details { margin-top: .35rem; }
ul.texts summary { color: var(--text); font-weight: 400; width: auto; }
p.text, span.text { overflow-wrap: anywhere; }
.text.whole { white-space: pre-wrap; border-left: 3px solid var(--line); padding-left: .75rem; max-height: 30rem; overflow-y: auto; }
.column { color: var(--muted); font-size: .8125rem; margin-right: .35rem; }
td.says { min-width: 13rem; }
.gallery.boxes { grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); }
svg.boxes { display: block; max-width: 100%; height: auto; border-radius: 5px; }
.gallery.boxes svg { width: 100%; max-height: 24rem; }
svg.boxes rect { fill: none; stroke-width: 2; vector-effect: non-scaling-stroke; }
svg.boxes rect.under { stroke: rgb(0 0 0 / .5); stroke-width: 3.5; }
svg.boxes .found { stroke: #7ddc9f; } svg.boxes .missed { stroke: #ffb057; stroke-dasharray: 7 4; }
svg.boxes .right { stroke: #8fc3ff; } svg.boxes .false_alarm { stroke: #ff9d94; stroke-dasharray: 3 2; } svg.boxes .crowd { stroke: #d0d5de; stroke-dasharray: 1 4; }
ul.legend.boxes { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem 1.1rem; margin: .75rem 0 0; padding: 0; color: var(--muted); font-size: .875rem; }
ul.legend.boxes li { display: flex; align-items: center; gap: .4rem; }
@media print { .gallery.boxes { grid-template-columns: repeat(3, 1fr); } }
.patch { overflow-wrap: anywhere; }
.callout p { margin-top: .3rem; }
`;
