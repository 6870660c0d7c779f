import { mkdirSync } from 'node:fs';
import { findGraphics } from '../../src/machine/graphics.ts';
import type { Figure, Report } from '../report.ts';
import type { Settings } from '../settings.ts';
import { figureOf } from '../side-by-side.ts';
import { takeTurns } from '../trainers.ts';
import { contestants, type Work } from './backends.ts';

/** How fast networks train on this machine's card, beside PyTorch with CUDA where that card is NVIDIA's. */
export const card = async (settings: Settings): Promise<Report> => {
  mkdirSync(settings.folder, { recursive: true });
  const title = 'Training, on a card';
  const { devices } = findGraphics('/');
  if (devices.length === 0) return { title, figures: [], notes: ['There is no graphics device here.'] };
  const { onCardFor, notes } = contestants(settings);
  const figures: Figure[] = [];
  const said = new Set<string>();
  for (const each of settings.quick ? work.slice(0, 1) : work) {
    const outcomes = await takeTurns(onCardFor(each), settings.quick ? 1 : 5);
    for (const [name, outcome] of outcomes) {
      said.add('missing' in outcome ? outcome.missing : `${name}: ${outcome.said}`);
      if ('missing' in outcome) continue;
      const rates = outcome.seconds.map((seconds) => (each.batch * each.steps) / seconds);
      const what = `${each.network}, batch ${each.batch}: ${name}`;
      figures.push(figureOf(rates, { what, unit: 'images/s' }));
    }
  }
  return { title, figures, notes: [howItIsMeasured, ...notes, ...said] };
};

const work: readonly Work[] = [
  ...[32, 128, 512].map((batch) => ({ network: 'cnn', batch, steps: 4096 / batch }) as const),
  { network: 'cnn-norm', batch: 128, steps: 32 },
  { network: 'mlp', batch: 128, steps: 64 },
];

const howItIsMeasured =
  'The networks of "Training, by backend", in rounds of 4,096 images (mlp: 8,192). Batches are made on the processor ' +
  'and copied to the card one by one, by PyTorch as well; its losses are read after each step, those of webgpu after ten.';
