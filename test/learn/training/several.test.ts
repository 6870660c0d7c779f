import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { type Examples, examplesOf } from '../../../src/learn/data/examples.ts';
import type { ColumnData } from '../../../src/learn/data/rows.ts';
import type { LayerItem, ListParams } from '../../../src/learn/models/list/items.ts';
import { inputWishesOf } from '../../../src/learn/models/list/wishes.ts';
import { buildNetwork } from '../../../src/learn/models/presets.ts';
import { networkShapeFor } from '../../../src/learn/models/shape-for.ts';
import { batchOf } from '../../../src/learn/training/batches.ts';
import { taskFor, withLossWeights } from '../../../src/learn/training/task-for.ts';
import { validateTargets } from '../../../src/learn/training/validate-targets.ts';
import type { Column, DatasetManifest } from '../../../src/types/generated/dataset.ts';
import { choices } from '../backends/on-backend.ts';
import { listParams, type SomeOptimizer } from './defaults.ts';
import { expectRecorded, leftOut, type Recorded, takeSteps, ways } from './recorded.ts';
import keras from './several.json' with { type: 'json' };

const { rows, batch } = keras;

/** As the stage loads them: of a manifest and its rows. */
const loaded = (
  columns: readonly (readonly [Column, ColumnData])[],
  target: DatasetManifest['target'],
  model: ListParams,
): Examples =>
  // biome-ignore format: one line
  examplesOf(
    { format: 'stemma-dataset-v1', rows, target, columns: columns.map(([column]) => column), shards: [] },
    [
      {
        ids: Array.from({ length: rows }, (_, row) => `row-${row}`),
        official: null,
        columns: new Map(columns.map(([{ name }, data]) => [name, data])),
      },
    ],
    { inputs: inputWishesOf(model), targets: 'any' },
  );

const numberColumn = (name: string, values: Float64Array): readonly [Column, ColumnData] => [
  { name, kind: 'number', dtype: 'float32' },
  { kind: 'number', values },
];

const every = (values: readonly number[], from: number, step: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => values[row * step + from]!);

const trunk: readonly LayerItem[] = [
  { type: 'Input', name: 'table' },
  { type: 'Dense', name: 'body', units: 8, activation: 'relu' },
  { type: 'Input', name: 'text' },
  { type: 'Embedding', name: 'words', inputs: 'text', output_dim: 4, mask_zero: true },
  { type: 'GlobalAveragePooling1D', name: 'mean' },
  { type: 'Concatenate', name: 'both', inputs: ['body', 'mean'] },
  { type: 'Dense', name: 'trunk', units: 7, activation: 'tanh' },
];

interface Case {
  readonly model: ListParams;
  readonly train: Examples;
  readonly optimizer: SomeOptimizer;
  readonly labelSmoothing?: number;
  readonly recorded: Recorded;
}

const two = (): Case => {
  const model = listParams({ layers: trunk, outputs: { mass: 'trunk', species: 'trunk' } });
  const { inputs, species, mass } = keras.two;
  const labels = ['a', 'b', 'c'];
  const train = loaded(
    [
      numberColumn('x', every(inputs.table, 0, 3)),
      [
        { name: 'text', kind: 'tensor', dtype: 'int32', shape: [6], vocabulary: 12 },
        { kind: 'tensor', shape: [6], values: Int32Array.from(inputs.text) },
      ],
      numberColumn('mass', Float64Array.from(mass)),
      numberColumn('y', every(inputs.table, 1, 3)),
      numberColumn('z', every(inputs.table, 2, 3)),
      [
        { name: 'species', kind: 'category', dtype: 'string', categories: labels },
        { kind: 'label', values: species.map((at) => labels[at]!) },
      ],
    ],
    ['species', 'mass'],
    model,
  );
  return {
    ...{ model, train: withLossWeights(train, { mass: 0.5 }), recorded: keras.two },
    optimizer: { name: 'adam', rate: 0.01 },
  };
};

const labels = (name: 'labels' | 'smoothed', labelSmoothing: number) => (): Case => {
  const model = listParams({ layers: [{ type: 'Dense', name: 'body', units: 6, activation: 'relu' }] });
  const { features, flags } = keras[name];
  const categories = ['a', 'b', 'c'];
  const listOf = (row: number): string =>
    JSON.stringify(categories.filter((_, at) => flags[row * categories.length + at] === 1));
  const train = loaded(
    [
      ...[0, 1, 2, 3].map((at) => numberColumn(`x${at}`, every(features, at, 4))),
      [
        { name: 'genres', kind: 'labels', dtype: 'string', categories },
        { kind: 'label', values: Array.from({ length: rows }, (_, row) => listOf(row)) },
      ],
    ],
    'genres',
    model,
  );
  return { model, train, labelSmoothing, recorded: keras[name], optimizer: { name: 'sgd', rate: 0.2, momentum: 0.9 } };
};

const take = async ({ model, train, optimizer, labelSmoothing, recorded }: Case, compile: boolean) => {
  const task = taskFor(train, { labelSmoothing });
  const network = buildNetwork(model, networkShapeFor(train, task.outputs), { seed: 1, step: 0 });
  return { network, task, ...(await takeSteps({ recorded, network, task, train, optimizer, batch, compile })) };
};

describe.each(ways)('on %s', (_, backend, compile) => {
  test.skipIf(backend === undefined).each([
    ['two inputs and two targets', two],
    ['lists of labels', labels('labels', 0)],
    ['lists of labels, smoothed', labels('smoothed', 0.1)],
  ] as const)(`20 steps are Keras's: %s${leftOut(backend)}`, async (__, make) => {
    await startBackend(backend!);
    const planned = make();
    const taken = await take(planned, compile);
    expect(taken.way).toBe(compile ? 'compiled' : 'eager');
    expectRecorded(taken, planned.recorded);
  });
});

test('validation has the values of each target by its name, and their weighted sum as its loss', async () => {
  await startBackend(choices.wasm);
  const { network, trainee, task } = await take(two(), false);
  const { train } = two();
  const found = await validateTargets(network, train, 'val_mass_rmse');
  expect(Object.keys(found)).toEqual([
    ...['val_species_loss', 'val_species_accuracy', 'val_mass_loss', 'val_mass_mae', 'val_mass_rmse', 'val_loss'],
  ]);
  expect(found['val_loss']).toBeCloseTo(found['val_species_loss']! + 0.5 * found['val_mass_loss']!, 12);
  expect(found['val_mass_rmse']).toBeCloseTo(Math.sqrt(found['val_mass_loss']!), 5);
  // The very loss of a step on all rows, but for dropout, of which there is none.
  const loss = tf.tidy(() => {
    const all = batchOf(
      train,
      Int32Array.from({ length: rows }, (_, row) => row),
      1,
    );
    const x = tf.tensor(all.features, [rows, ...train.featureShape]);
    const outputs = network.apply([tf.slice(x, [0, 0], [rows, 3]), tf.slice(x, [0, 3], [rows, 6])], {
      training: false,
    }) as tf.Tensor[];
    return task.loss(tf.concat(outputs, 1), tf.tensor(all.target, [...all.targetShape])).dataSync()[0]!;
  });
  expect(found['val_loss']).toBeCloseTo(loss, 5);
  expect(Object.keys(trainee.variables).filter((name) => name.startsWith('head'))).toEqual([
    ...['head_species/kernel', 'head_species/bias', 'head_mass/kernel', 'head_mass/bias'],
  ]);
});
