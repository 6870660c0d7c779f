import { beforeAll, expect, test } from 'vitest';
import { startBackend } from '../../../../src/learn/backends/backend.ts';
import { resnet50Items } from '../../../../src/learn/models/builders/resnet50.ts';
import { vgg16Items } from '../../../../src/learn/models/builders/vgg16.ts';
import { buildList } from '../../../../src/learn/models/list/build.ts';
import { choices } from '../../backends/on-backend.ts';

// Plain JavaScript's zeros are memory that nobody has touched: the weights are counted without being there.
beforeAll(async () => {
  await startBackend(choices.cpu);
});

const imagenet = { features: [224, 224, 3], outputs: 1000 };
const masks = { seed: 1, step: 0 };

test.each([
  { name: 'resnet50', layers: resnet50Items(), parameters: 25_636_712, memory: 300 },
  { name: 'vgg16', layers: vgg16Items({ top: true }), parameters: 138_357_544, memory: 300 },
])('$name has as many parameters as Keras’s', ({ name, layers, parameters, memory }) => {
  const before = process.memoryUsage().rss;
  const network = buildList({ name, layers, head: true }, imagenet, masks);
  expect(network.countParams()).toBe(parameters);
  expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(memory);
  network.dispose();
});

test('vgg16 without its dense layers ends with its last pooling', () => {
  const layers = [...vgg16Items({ top: false }), { type: 'GlobalAveragePooling2D' }];
  const network = buildList({ layers, head: true }, { features: [32, 32, 3], outputs: 2 }, masks);
  expect(network.countParams()).toBe(14_714_688 + 512 * 2 + 2);
});
