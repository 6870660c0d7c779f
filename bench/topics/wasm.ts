import { join } from 'node:path';
import { call } from '../processes.ts';
import type { Report } from '../report.ts';
import type { Settings } from '../settings.ts';
import { figureOf, median } from '../side-by-side.ts';

/** Training the small CNN (28×28, conv 32, conv 64, dense 128, batch 128, Adam) on wasm, with one thread and with two. */
export const wasm = (settings: Settings): Report => {
  const rounds = Array.from({ length: settings.quick ? 1 : 7 }, () => ({
    one: imagesPerSecond(1, settings),
    two: imagesPerSecond(2, settings),
  }));
  const unit = 'images/s';
  return {
    title: 'Training on wasm',
    figures: [
      figureOf(rounds.map(({ one }) => one), { what: 'one thread', unit, bar: { atLeast: 550 } }),
      figureOf(rounds.map(({ two }) => two), { what: 'two threads', unit }),
      figureOf(rounds.map(({ one, two }) => two / one), { what: 'two threads / one', unit: 'times', bar: { atLeast: 1.4 } }),
    ], // biome-ignore format: a row a figure
    notes: [
      'A process each, in turn, through the training loop: augmentation, losses and metrics included, checkpoints left ' +
        'out; the first epoch, in which code is compiled, is not counted. A second thread needs a second core that is free.',
    ],
  };
};

const imagesPerSecond = (threads: number, { folder, quick }: Settings): number => {
  const [epochs, steps] = quick ? [2, 1] : [6, 10];
  const sizes = [threads, epochs, steps].map(String);
  const argv = [process.execPath, join(folder, 'programs', 'train-wasm.mjs'), ...sizes];
  return median(JSON.parse(call(argv, { cwd: folder })) as number[]);
};
