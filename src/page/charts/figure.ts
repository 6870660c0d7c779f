import type { TopLevelSpec } from 'vega-lite';
import { type Content, html, type Markup } from '../html.ts';
import { drawSpec } from './draw.ts';

export interface FigureParts {
  readonly heading: string;
  /** What the chart shows, in a sentence or two: for people who cannot see it. */
  readonly description: string;
  readonly spec: TopLevelSpec;
  /** What to make of it. */
  readonly caption?: Content;
}

/** A chart in its frame: heading, drawing, caption, and the Vega-Lite spec for people who want a chart of their own. */
export const figure = async ({ heading, description, spec, caption }: FigureParts): Promise<Markup> =>
  html`<figure class="card"><h3>${heading}</h3>
${await drawSpec(spec, { heading, description })}${caption && html`<figcaption>${caption}</figcaption>`}
<details class="spec"><summary>Vega-Lite<span class="visually-hidden"> spec of “${heading}”</span></summary><pre tabindex="0" role="group" aria-label="${`Spec of “${heading}”`}">${JSON.stringify({ $schema, ...spec })}</pre></details></figure>
`;

const $schema = 'https://vega.github.io/schema/vega-lite/v6.json';
