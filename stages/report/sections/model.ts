import type { LayerSummary, ModelSummary } from '../../../src/learn/models/summary.ts';
import { html, type Markup } from '../../../src/page/html.ts';
import type { Section } from '../section.ts';
import { count, plural } from '../words.ts';

/** What the network is made of. */
export const modelSection = ({ card, layers }: ModelSummary): Section => ({
  id: 'model',
  heading: 'Model',
  body: html`<p class="explain">${plural(card.parameters, 'parameter')} in ${plural(layers.length, 'layer')}. It takes ${features(card)} and gives ${
    card.classes === null
      ? `a value of “${card.target}”`
      : `${plural(card.classes.length, 'logit')}, one for each “${card.target}”`
  }.</p>
<div class="scroll" tabindex="0" role="group" aria-label="Layers"><table class="wide">
<caption>Layers in the order in which they are computed, with Keras’s names${layers.length > mostLayers && `, the first ${mostLayers}`}</caption>
<thead><tr><th scope="col">Layer</th><th scope="col">Kind</th><th scope="col">Settings</th><th scope="col" class="number">Parameters</th></tr></thead>
<tbody>${layers.slice(0, mostLayers).map(row)}</tbody></table></div>`,
});

const mostLayers = 200;

const features = ({ features: { shape, names } }: ModelSummary['card']): string =>
  shape.length > 1 ? `${shape.join(' × ')} numbers` : `${plural(names.length, 'column')}`;

const row = (layer: LayerSummary): Markup =>
  html`<tr><th scope="row">${layer.name}</th><td>${layer.kind}</td><td>${settings(layer)}</td><td class="number">${layer.parameters === 0 ? '–' : count(layer.parameters)}</td></tr>
`;

const settings = (layer: LayerSummary): string =>
  told
    .flatMap((name) => {
      const value = layer.settings[name];
      if (value === undefined || value === 'linear' || value === false) return [];
      return [`${name.replaceAll('_', ' ')} ${Array.isArray(value) ? value.join(' × ') : String(value)}`];
    })
    .join(', ');

/** What tells a layer from others of its kind. */
const told: readonly string[] = [
  'units',
  'filters',
  'kernel_size',
  'pool_size',
  'strides',
  'padding',
  'rate',
  'input_dim',
  'output_dim',
  'num_heads',
  'return_sequences',
  'activation',
];
