import { expect, test } from 'vitest';
import type { Sweep } from '../../src/run/sweep/sweep.ts';
import { createPaint } from '../../src/ui/paint.ts';
import { renderSweep } from '../../src/ui/sweep-view.ts';

const cell = (setting: readonly number[], more: object) => ({
  ...{ pipeline: 'p--sweep-0', file: 'f', setting, runs: [], seconds: 1, ran: 1, restored: 0, ...more },
});

const sweep: Sweep = {
  pipeline: 'p',
  objective: { metric: 'accuracy', mode: 'max' },
  metric: 'val_accuracy',
  on: 'validation',
  seeds: [1, 2],
  outcome: 'failed',
  axes: ['train.batch_size', 'train.optimizer.rate'],
  cells: [
    cell([16, 0.1], { value: 0.9, half: 0.012, examplesPerSecond: 1234.5, peakMemory: 5e8, executionSeconds: 12 }),
    cell([64, 0.1], { value: 0.9, half: 0.02, examplesPerSecond: 4000, peakMemory: 6e8, executionSeconds: 4 }),
    cell([64, 9], { failure: 'stage "train" failed: the training has diverged' }),
  ],
};

test('a sweep is a table that marks all that are best, and says why a cell failed', () => {
  expect(renderSweep(sweep, { paint: createPaint({ color: false }), columns: 100 })).toMatchInlineSnapshot(`
    "p, train.batch_size × train.optimizer.rate: val_accuracy (on validation; more is better), 2 seeds

      batch_size  rate   val_accuracy  examples/s    memory    time
    *         16   0.1  0.900 ± 0.012        1235  500.0 MB  12.0 s
    *         64   0.1  0.900 ± 0.020        4000  600.0 MB   4.0 s
              64     9          fails

    * the best 2 are alike; try the first: stemma run p --set stages.train.params.batch_size=16 --set
    stages.train.params.optimizer.rate=0.1
    64, 9: stage "train" failed: the training has diverged
    metrics are means over the seeds, ± the half of their 95 % interval by Student’s t
    "
  `);
});

test('the command of the best cell can be pasted into a shell', () => {
  const weights = cell([], { setting: [{ fraud: 2, ok: 1 }], value: 0.9, half: 0.01 });
  const one = { ...sweep, outcome: 'succeeded', axes: ['balance.weights'], cells: [weights] } as const;
  expect(renderSweep(one, { paint: createPaint({ color: false }), columns: 200 })).toContain(
    `stemma run p --set 'stages.balance.params.weights={"fraud":2,"ok":1}'`,
  );
});
