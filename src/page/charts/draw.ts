import type { TopLevelSpec } from 'vega-lite';
import { html, type Markup, raw } from '../html.ts';
import { theme } from './theme.ts';

/**
 * Draws a Vega-Lite spec as SVG, in the page's colours, with nothing that runs. The same spec gives the same bytes:
 * widths of texts are estimated by our own rule, since Vega would measure them where a package `canvas` happens to be
 * installed, and nothing in a drawing has an id, since those are counted through the life of a process.
 */
export const drawSpec = async (
  spec: TopLevelSpec,
  { heading, description }: { readonly heading: string; readonly description: string },
): Promise<Markup> => {
  // A tenth of a second to load, which a page without charts does not pay.
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  (vega as unknown as Measuring).textMetrics.width = estimateWidth;
  const compiled = vegaLite.compile(spec, { config: theme, logger: silent }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logLevel: vega.Error });
  const svg = await view.toSVG();
  view.finalize();
  return html`${raw(openingTag(svg))}<title>${heading}</title><desc>${description}</desc>${raw(drawingOf(svg))}`;
};

/** Vega-Lite warns of what it decides; what a chart should look like is held by the tests. */
const silent = (() => {
  const logger = {
    level: () => logger,
    error: () => logger,
    warn: () => logger,
    info: () => logger,
    debug: () => logger,
  };
  return logger;
})();

interface Measuring {
  readonly textMetrics: { width: (item: { readonly fontSize?: number }, text: unknown) => number };
}

/** Most letters of system fonts are narrower than 0.58 of their height. */
const estimateWidth: Measuring['textMetrics']['width'] = ({ fontSize = 11 }, text) =>
  Math.round(0.58 * String(text ?? '').length * fontSize);

/** The page's style sets the size; namespaces are for files. */
const openingTag = (svg: string): string => {
  const viewBox = /viewBox="([\d. -]+)"/.exec(svg)?.[1];
  if (viewBox === undefined) throw new Error('Vega has drawn no SVG');
  return `<svg class="chart" viewBox="${viewBox}" role="img">`;
};

const drawingOf = (svg: string): string => {
  const drawing = svg
    .slice(svg.indexOf('>') + 1)
    // Groups have a path for a background, which ours have not.
    .replace(/<path class="(?:background|foreground)"[^>]*?(?:\/>|><\/path>)/g, '')
    .replace(/<[^>]*>/g, shorten);
  if (/<[^>]*\sid="/.test(drawing)) throw new Error('a chart must hold no id: they are counted from chart to chart');
  return drawing;
};

/** A tag without what says nothing here, and with two decimals: finer than any screen shows. */
const shorten = (tag: string): string =>
  tag
    .replace(/ (?:role|aria-[a-z]+|font-family|pointer-events)="[^"]*"| opacity="1"/g, '')
    .replace(/-?\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100));
