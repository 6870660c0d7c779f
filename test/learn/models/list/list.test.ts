import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../../src/learn/backends/backend.ts';
import { StageError } from '../../../../src/learn/error.ts';
import { buildList } from '../../../../src/learn/models/list/build.ts';
import type { LayerItem, ListParams, NetworkShape } from '../../../../src/learn/models/list/items.ts';
import declaration from '../../../../stages/train/stage.json' with { type: 'json' };
import { choices } from '../../backends/on-backend.ts';
import { listParams } from '../../training/defaults.ts';

beforeAll(async () => {
  await startBackend(choices.cpu);
});

type List = Partial<ListParams> & { readonly layers: readonly LayerItem[] };

const build = (list: List, shape: NetworkShape) => buildList(listParams(list), shape, { seed: 1, step: 0 });
const digits: NetworkShape = { features: [28, 28, 1], outputs: 10 };
const shapesOf = (list: List, shape: NetworkShape) =>
  build(list, shape).layers.map(({ name, outputShape }) => [name, (outputShape as number[]).slice(1)]);

const refused = (list: List, shape: NetworkShape = digits): StageError => {
  try {
    build(list, shape);
  } catch (error) {
    if (error instanceof StageError) return error;
    throw error;
  }
  throw new Error('the list was taken');
};

const firstLine = ({ message }: Error): string => message.split('\n')[0]!;

describe('a list of layers', () => {
  test('is sequential, with Keras’s names and a head of its own', () => {
    const layers = [
      { type: 'Conv2D', filters: 8, kernel_size: 3, activation: 'relu', kernel_regularizer: { l2: 1e-4 } },
      { type: 'MaxPooling2D' },
      { type: 'Flatten' },
      { type: 'Dense', units: 16, activation: 'relu' },
    ];
    expect(shapesOf({ layers }, digits)).toEqual([
      ['features', [28, 28, 1]],
      ['conv2d_1', [26, 26, 8]],
      ['max_pooling2d_1', [13, 13, 8]],
      ['flatten_1', [1352]],
      ['dense_1', [16]],
      ['head', [10]],
    ]);
    const network = build({ layers }, digits);
    expect(network.countParams()).toBe(80 + 1352 * 16 + 16 + 170);
    expect(network.layers[1]!.getConfig()).toMatchObject({
      kernelRegularizer: { className: 'L1L2', config: { l2: expect.closeTo(1e-4, 9) } },
      kernelInitializer: { className: 'VarianceScaling', config: { mode: 'fanAvg', distribution: 'uniform' } },
    });
  });

  test('has branches by names', () => {
    const layers = [
      { type: 'Dense', units: 4, name: 'a' },
      { type: 'Dense', units: 4, name: 'b', inputs: 'a' },
      { type: 'Dense', units: 4, name: 'c', inputs: 'a' },
      { type: 'Add', inputs: ['b', 'c'], name: 'sum' },
      { type: 'Concatenate', inputs: ['sum', 'a'] },
    ];
    expect(shapesOf({ layers }, { features: [3], outputs: 2 }).at(-2)).toEqual(['concatenate_1', [8]]);
  });

  test('has several inputs and outputs by names', () => {
    const layers = [
      { type: 'Input', name: 'image' },
      { type: 'Flatten', name: 'flat' },
      { type: 'Input', name: 'text' },
      { type: 'Embedding', output_dim: 4, mask_zero: true },
      { type: 'GRU', units: 5, name: 'read' },
      { type: 'Concatenate', inputs: ['flat', 'read'], name: 'both' },
      { type: 'Dense', units: 3, inputs: 'read', name: 'side' },
    ];
    const inputs = { text: { features: [6], vocabulary: 12 }, image: { features: [2, 2, 1] } };
    const shape = { features: [], inputs, outputs: [10, 2] };
    const network = build({ layers, outputs: ['both', 'side'] }, shape);
    expect(network.inputs.map(({ sourceLayer }) => sourceLayer.name)).toEqual(['text', 'image']);
    expect(network.outputs.map(({ shape: of }) => of)).toEqual([[null, 10], [null, 2]]); // biome-ignore format: one line
    expect(refused({ layers, outputs: ['both', 'side'] }).message).toContain('the data set has the features');
  });

  test('without a head ends as the target wants it', () => {
    const ending = (last: LayerItem) => ({ layers: [{ type: 'Flatten' }, last], head: false });
    expect(shapesOf(ending({ type: 'Dense', units: 10 }), digits).at(-1)).toEqual(['dense_1', [10]]);
    expect(firstLine(refused(ending({ type: 'Dense', units: 9 })))).toBe(
      'the target takes [10]; layer 2, "dense_1" (Dense) gives [9]',
    );
    expect(refused(ending({ type: 'Dense', units: 10, activation: 'softmax' })).message).toContain('with softmax');
  });
});

describe('mistakes', () => {
  const message = (layers: readonly LayerItem[], shape?: NetworkShape) => firstLine(refused({ layers }, shape));

  test('in names and inputs are told all at once', () => {
    const layers = [
      { type: 'Dense', units: 4, name: 'a' },
      { type: 'Dense', units: 4, name: 'a' },
      { type: 'Add', inputs: ['a'], name: 'sum' },
      { type: 'Dense', units: 4, inputs: ['sum', 'nobody'] },
    ];
    expect(message(layers).split('; ')).toEqual([
      'the list of layers does not fit together: layer 2, "a" (Dense) has the name of another',
      'layer 3, "sum" (Add) merges, and needs two inputs at least',
      'layer 4, "dense_1" (Dense) takes "nobody", which is no layer above it',
      'layer 4, "dense_1" (Dense) takes one input, not 2',
    ]);
  });

  test('a layer that leads nowhere', () => {
    const layers = [
      { type: 'Flatten', name: 'flat' },
      { type: 'Dense', units: 4 },
      { type: 'Dense', units: 4, inputs: 'flat' },
    ];
    expect(message(layers)).toContain('layer 2, "dense_1" (Dense) leads nowhere');
  });

  test.each([
    {
      layers: [{ type: 'Flatten' }, { type: 'Conv2D', filters: 4, kernel_size: 3 }],
      said: 'layer 2, "conv2d_1" (Conv2D) takes images [height, width, channels]; it gets [784]',
    },
    {
      layers: [{ type: 'LSTM', units: 4 }],
      said: 'layer 1, "lstm_1" (LSTM) takes sequences [length, width]; it gets [28, 28, 1]',
    },
    {
      layers: [
        { type: 'MaxPooling2D', pool_size: 20 },
        { type: 'Conv2D', filters: 4, kernel_size: 3 },
      ],
      said: 'layer 2, "conv2d_1" (Conv2D) leaves nothing of [1, 1, 1]: it gives [-1, -1, 4]',
    },
    {
      layers: [{ type: 'Conv2D', filters: 4, kernel_size: 3 }],
      said: 'the head takes vectors [width]; layer 1, "conv2d_1" (Conv2D) gives [26, 26, 4]',
    },
    {
      layers: [{ type: 'Flatten' }, { type: 'Dense', units: 10, activation: 'softmax' }],
      said: 'layer 2, "dense_1" (Dense) ends the list with softmax, and a head comes after it',
    },
    {
      layers: [{ type: 'Reshape', target_shape: [5, 5] }],
      said: 'layer 1, "reshape_1" (Reshape) cannot make [5, 5] of [28, 28, 1]: 25 elements of 784',
    },
  ])('$said', ({ layers, said }) => {
    expect(message(layers)).toBe(said);
  });

  test('an embedding needs ids whose number is known, all of them', () => {
    const layers = [{ type: 'Embedding', output_dim: 4 }, { type: 'Flatten' }];
    const shape = { features: [6], outputs: 2 };
    expect(message(layers, shape)).toContain('needs "input_dim"');
    expect(message([{ ...layers[0]!, input_dim: 5 }, layers[1]!], { ...shape, vocabulary: 12 })).toContain(
      'has 5 ids; the data has 12',
    );
    expect(build({ layers }, { ...shape, vocabulary: 12 }).countParams()).toBe(48 + 24 * 2 + 2);
  });
});

test('every layer of the schema can be made', () => {
  const { definitions } = declaration.params;
  const types = definitions.layer.oneOf.map(({ $ref }) => $ref.replace('#/definitions/layer_', ''));
  const flat: LayerItem = { type: 'Flatten' };
  const rank: Readonly<Record<string, readonly number[]>> = { 1: [6], 2: [6, 4], 3: [6, 6, 2], 4: [4, 4, 4, 2] };
  const needed: Readonly<Record<string, object>> = {
    ...{ units: 4, filters: 3, kernel_size: 2, rate: 0.2, activation: 'relu', n: 3, axes: -1, output_dim: 4 },
    ...{ num_heads: 2, key_dim: 3, intermediate_dim: 5, dims: [2, 1], target_shape: [2, 12] },
  } as never;
  for (const type of types) {
    if (type === 'Input') continue;
    const schema = definitions[`layer_${type}` as 'layer_Dense'];
    const given = schema.required.filter((key) => !['type', 'layer'].includes(key));
    const inner = type === 'Bidirectional' ? 'GRU' : 'Dense';
    const wraps = schema.required.includes('layer' as never) ? { layer: { type: inner, units: 3 } } : {};
    const groups = type === 'GroupNormalization' ? { groups: 2 } : {};
    const item = {
      type,
      ...Object.fromEntries(given.map((key) => [key, needed[key]])),
      ...wraps,
      ...groups,
    } as LayerItem;
    const merging = ['Add', 'Average', 'Maximum', 'Minimum', 'Multiply', 'Concatenate', 'Dot'].includes(type);
    const axes = /3D/.test(type) ? 4 : /2D/.test(type) ? 3 : ['Embedding', 'RepeatVector', 'Dense'].includes(type) || merging ? 1 : 2; // biome-ignore format: one line
    const before = merging ? [{ type: 'Dense', units: 6, name: 'x' }, { type: 'Dense', units: 6, name: 'y' }] : []; // biome-ignore format: one line
    const made = merging ? { ...item, inputs: ['x', 'y'] } : item;
    const shape = { features: rank[axes]!, outputs: 2, vocabulary: type === 'Embedding' ? 9 : undefined };
    const ranks = new Map([['Flatten', 1], ['GlobalAveragePooling1D', 1], ['GlobalMaxPooling1D', 1], ['LSTM', 1], ['GRU', 1], ['SimpleRNN', 1], ['Bidirectional', 1], ['GlobalAveragePooling2D', 1], ['GlobalMaxPooling2D', 1]]); // biome-ignore format: one list
    const isFlat = ranks.has(type) || merging || type === 'Dense';
    const network = build({ layers: [...before, made, ...(isFlat ? [] : [flat])] }, shape);
    expect(network.outputs[0]!.shape, type).toEqual([null, 2]);
  }
});
