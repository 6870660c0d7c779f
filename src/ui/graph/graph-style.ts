/** Rules of the drawing; its colours are the page's variables. */
export const graphStyle: string = `
svg.graph { display: block; max-width: 100%; height: auto; }
svg.graph text { font-family: var(--sans); text-anchor: middle; fill: var(--text); }
svg.graph .name { font-size: 14px; font-weight: 600; }
svg.graph .state { font-size: 12px; fill: var(--tone); }
svg.graph .edge { fill: none; stroke: var(--muted); stroke-width: 1.2; opacity: .75; }
svg.graph .arrow { fill: var(--muted); }
svg.graph .out { font-size: 11px; fill: var(--muted); paint-order: stroke; stroke: var(--surface); stroke-width: 4px; stroke-linejoin: round; }
svg.graph .box { fill: var(--surface); stroke: var(--tone); stroke-width: 1.5; }
svg.graph .tone-good { --tone: var(--good); } svg.graph .tone-info { --tone: var(--accent); }
svg.graph .tone-warn { --tone: var(--warn); } svg.graph .tone-bad { --tone: var(--bad); }
svg.graph .tone-plain { --tone: var(--muted); }
svg.graph .tone-bad .box { stroke-width: 2.5; }
svg.graph .dashed .box { stroke-dasharray: 5 3; }
svg.graph a:hover .box { fill: var(--accent-soft); }
`;
