import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { type Examples, examplesOf } from '../../../src/learn/data/examples.ts';
import type { LayerItem } from '../../../src/learn/models/list/items.ts';
import { outputsOf } from '../../../src/learn/models/predict.ts';
import { buildNetwork } from '../../../src/learn/models/presets.ts';
import { networkShapeFor } from '../../../src/learn/models/shape-for.ts';
import { refuseMixing } from '../../../src/learn/training/altered-input.ts';
import { chanceOf } from '../../../src/learn/training/chance.ts';
import { taskFor } from '../../../src/learn/training/task-for.ts';
import { validateTargets } from '../../../src/learn/training/validate-targets.ts';
import { choices } from '../backends/on-backend.ts';
import { listParams } from './defaults.ts';
import { expectRecorded, leftOut, takeSteps, ways } from './recorded.ts';
import keras from './tags.json' with { type: 'json' };

const { rows, batch, length, words } = keras;
const categories = ['A', 'B', 'C'];

const loaded = ({ ids, tags }: { readonly ids: readonly number[]; readonly tags: readonly (readonly number[])[] }, weighted = false): Examples =>
  examplesOf(
    {
      ...{ format: 'stemma-dataset-v1', rows, target: 'tags', shards: [] },
      columns: [
        { name: 'words', kind: 'tensor', dtype: 'int32', shape: [length], vocabulary: words },
        { name: 'tags', kind: 'labels', dtype: 'string', categories, each: 'words' },
      ],
      ...(weighted && {
        row_weights: { column: '__weight' as const },
        weights: Object.fromEntries(categories.map((tag, at) => [tag, keras.tag_weights[at]!])),
      }),
    },
    [
      {
        ids: Array.from({ length: rows }, (_, row) => `row-${row}`),
        official: null,
        ...(weighted && { weights: Float64Array.from(keras.row_weights) }),
        columns: new Map([
          ['words', { kind: 'tensor', shape: [length], values: Int32Array.from(ids) }],
          ['tags', { kind: 'label', values: tags.map((list) => JSON.stringify(list.map((tag) => categories[tag]))) }],
        ]),
      },
    ],
    { targets: 'any' },
  ); // biome-ignore format: a data set

const layers: readonly LayerItem[] = [
  { type: 'Embedding', name: 'words', output_dim: 4, mask_zero: true },
  { type: 'LSTM', name: 'states', units: 5, return_sequences: true },
];

const built = (train: Examples, items: readonly LayerItem[] = layers, head = true) =>
  buildNetwork(listParams({ layers: items, head }), networkShapeFor(train, taskFor(train).outputs), {
    seed: 1,
    step: 0,
  });

const take = async (name: 'plain' | 'weighted', compile: boolean) => {
  const recorded = keras[name];
  const train = loaded(recorded, name === 'weighted');
  const [network, task] = [built(train), taskFor(train)];
  const optimizer = { name: 'adam', rate: 0.02 } as const;
  return { network, train, task, ...(await takeSteps({ recorded, network, task, train, optimizer, batch, compile })) };
};

describe.each(ways)('on %s', (_, backend, compile) => {
  test.skipIf(backend === undefined).each(['plain', 'weighted'] as const)(
    `20 steps are Keras's: tags, %s${leftOut(backend)}`,
    async (which) => {
      await startBackend(backend!);
      const taken = await take(which, compile);
      expect(taken.way).toBe(compile ? 'compiled' : 'eager');
      expectRecorded(taken, keras[which]);
    },
  );
});

test('padding has no part in the loss, whatever the network says there, nor in what validation measures', async () => {
  await startBackend(choices.wasm);
  const { network, train, task } = await take('plain', false);
  const outputs = await outputsOf(network, train);
  const padded = train.target.map((tag, at) => (tag < 0 ? at : -1)).filter((at) => at >= 0);
  expect(padded.length).toBeGreaterThan(50);
  const noisy = outputs.slice();
  for (const at of padded) noisy.set([1e4, -1e4, 7], at * 3);
  const lossOf = (values: Float32Array): number =>
    tf.tidy(() => task.loss(tf.tensor(values, [rows, length, 3]), tf.tensor(train.target, [rows, length])).dataSync()[0]!);
  expect(lossOf(noisy)).toBe(lossOf(outputs));
  const found = await validateTargets(network, train, 'val_macro_f1', { outputs });
  expect(await validateTargets(network, train, 'val_macro_f1', { outputs: noisy })).toEqual(found);
  expect(found['val_loss']).toBeCloseTo(lossOf(outputs), 5);
  const smoothed = taskFor(train, { labelSmoothing: 0.1 });
  const smoothLoss = tf.tidy(() => smoothed.loss(tf.tensor(outputs, [rows, length, 3]), tf.tensor(train.target, [rows, length])).dataSync()[0]!); // biome-ignore format: one line
  expect(smoothLoss).not.toBeCloseTo(lossOf(outputs), 3);
  const alike = await validateTargets(network, train, 'val_loss', { outputs, labelSmoothing: 0.1 });
  expect(alike['val_loss']).toBeCloseTo(smoothLoss, 5);
  const words = [...train.target.keys()].filter((at) => train.target[at]! >= 0);
  const hits = words.filter((at) => {
    const own = [...outputs.subarray(3 * at, 3 * at + 3)];
    return own.indexOf(Math.max(...own)) === train.target[at];
  });
  expect(found['val_accuracy']).toBeCloseTo(hits.length / words.length, 12);
  expect(found['val_macro_f1']).toBeGreaterThan(0);
  // What a network that looks at nothing can reach: the entropy of the tags of words alone.
  const shares = [0, 1, 2].map((tag) => words.filter((at) => train.target[at] === tag).length / words.length);
  expect(chanceOf(train).loss).toBeCloseTo(-shares.reduce((sum, share) => sum + share * Math.log(share), 0), 12);
}); // biome-ignore format: short lines

test('a batch without a word has the loss 0 and moves nothing', async () => {
  await startBackend(choices.wasm);
  const { task } = await take('plain', false);
  const loss = tf.tidy(() => task.loss(tf.ones([2, length, 3]), tf.fill([2, length], -1)).dataSync()[0]);
  expect(loss).toBe(0);
});

test('what pools over the steps gets no head', async () => {
  await startBackend(choices.wasm);
  const train = loaded(keras.plain);
  const [embedding] = layers;
  for (const item of [{ type: 'GlobalAveragePooling1D' }, { type: 'LSTM', units: 5 }, { type: 'Flatten' }]) {
    expect(() => built(train, [embedding!, item])).toThrow(
      /a tag for each of 7 steps, and the head takes \[7, width\]/,
    );
  }
  const whole = built(train, [...layers, { type: 'Dense', units: 3, name: 'own' }], false);
  expect(whole.outputs[0]!.shape).toEqual([null, 7, 3]);
  expect(() => built(train, [...layers, { type: 'Dense', units: 2 }], false)).toThrow(/the target takes \[7, 3\]/);
});

test('rows of tags are not mixed', () => {
  expect(() => refuseMixing(loaded(keras.plain))).toThrow(/mix whole rows, and the target is a tag for each word/);
});

test('rows whose words and tags do not fit together are refused', () => {
  const { ids, tags } = keras.plain;
  const wrong = tags.map((list, row) => (row === 3 ? [...list, 0] : list)).map((list) => list.slice(0, length));
  const short = tags.map((list, row) => (row === 3 ? list.slice(1) : list));
  for (const other of [tags[3]!.length < length ? wrong : short, short]) {
    expect(() => loaded({ ids, tags: other })).toThrow(/the row row-3 has \d tags "tags" and \d words "words"/);
  }
  // Tags of words that had no room are cut off with them.
  const full = tags.findIndex((list) => list.length === length);
  const longer = tags.map((list, row) => (row === full ? [...list, 1, 2] : list));
  expect(loaded({ ids, tags: longer }).target).toEqual(loaded({ ids, tags }).target);
});
