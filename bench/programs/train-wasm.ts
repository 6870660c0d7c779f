import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBackend } from '../../src/learn/backends/backend.ts';
import type { Examples } from '../../src/learn/data/examples.ts';
import { initialize } from '../../src/learn/models/initialize.ts';
import { buildNetwork } from '../../src/learn/models/presets.ts';
import { stream } from '../../src/learn/random.ts';
import { makeOptimizer, nothingAround } from '../../src/learn/training/optimizers/make.ts';
import { taskOf } from '../../src/learn/training/tasks.ts';
import { train } from '../../src/learn/training/train.ts';

// node train-wasm.mjs THREADS EPOCHS STEPS: trains the small CNN through the training loop, STEPS an epoch, and prints the
// images a second of each epoch after the first as JSON. The checkpoint between two epochs does not count.

const [threads, epochs, steps] = process.argv.slice(2).map(Number) as [number, number, number];
const batchSize = 128;
const rows = steps * batchSize;

const noise = (): Examples => {
  const random = stream(1);
  return {
    ...{ ids: Array.from({ length: rows }, (_, row) => `${row}`), rows, featureShape: [28, 28, 1] },
    ...{ featureNames: ['image'], features: Float32Array.from({ length: rows * 784 }, () => random.next()) },
    ...{ target: Int32Array.from({ length: rows }, () => random.int(10)), targetName: 'digit' },
    ...{ classes: [...'0123456789'], augment: null },
  };
};

await startBackend({ name: 'wasm', version: '4.22.0', device: 'cpu', threads, deterministic: true });
const examples = noise();
const task = taskOf(examples.classes);
const masks = { seed: 1, step: 0 };
const cnn = {
  filters: [32, 64],
  kernel: 3,
  pool: 2,
  padding: 'valid',
  units: [128],
  dropout: 0,
  norm: 'none',
  l1: 0,
  l2: 0,
} as const;
const shape = { features: examples.featureShape, outputs: task.outputs };
const network = buildNetwork({ preset: 'cnn', ...cnn }, shape, masks);
initialize(network, 1);
const scratch = mkdtempSync(join(tmpdir(), 'stemma-bench-'));
const rates: number[] = [];
let since = performance.now();
await train(
  {
    ...{ network, task, masks, train: examples, validation: null, scratch, checkpointSeconds: 300, epochs, batchSize },
    optimizer: makeOptimizer({
      name: 'adam',
      rate: 0.001,
      beta_1: 0.9,
      beta_2: 0.999,
      epsilon: 1e-7,
      amsgrad: false,
      ...nothingAround,
    }),
    schedule: { shareAt: () => 1, plan: 'constant' },
    monitor: { name: 'loss', mode: 'min', minDelta: 0, patience: undefined },
    ...{ keep: 'last', shuffleSeed: 1, compile: false },
  },
  {
    signal: new AbortController().signal,
    tell: ({ type }) => {
      if (type === 'stepped') rates.push((rows / (performance.now() - since)) * 1000);
      if (type === 'began' || type === 'checkpoint written') since = performance.now();
    },
  },
);
rmSync(scratch, { recursive: true, force: true });
console.log(JSON.stringify(rates.slice(1)));
