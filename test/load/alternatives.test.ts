import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fillDefaults } from '../../src/load/fill-defaults.ts';
import type { JsonDocument } from '../../src/load/finding.ts';
import { compileParams } from '../../src/load/params-ajv.ts';
import { explainSchemaErrors } from '../../src/load/schema-errors.ts';
import type { JsonObject } from '../../src/types/json.ts';

const read = (type: string) => {
  const file = join(import.meta.dirname, `../../stages/${type}/stage.json`);
  const root: JsonObject = JSON.parse(readFileSync(file, 'utf8')).params;
  const compiled = compileParams(root);
  if (compiled.kind === 'broken') throw new Error(compiled.message);
  return { root, compiled };
};

/** To compile the params of `train` takes most of a second. */
const typeOf = (type: string): ReturnType<typeof read> => {
  const known = types.get(type) ?? read(type);
  types.set(type, known);
  return known;
};

const types = new Map<string, ReturnType<typeof read>>();

/** What is told of params of a stage of one of Stemma's types, a line each: code, place, message, hint. */
const told = (type: string, params: JsonObject): readonly string[] => {
  const { root, compiled } = typeOf(type);
  const base = ['stages', type, 'params'];
  const value = { stages: { [type]: { params } } };
  const document: JsonDocument = { file: 'p.json', text: JSON.stringify(value), value, overrides: [] };
  const errors = compiled.validate(fillDefaults(root, structuredClone(params)) as JsonObject);
  return explainSchemaErrors(errors, { document, root, base, stage: type }).map(({ code, message, hint, spot }) => {
    const place = spot?.kind === 'json' ? spot.path.slice(base.length).join('/') : '';
    return `${code} ${place}: ${message}${hint === undefined ? '' : ` | ${hint}`}`;
  });
};

const dense = { type: 'Dense', units: 8 };
const layers = (...list: readonly JsonObject[]): JsonObject => ({ model: { layers: list } });
const activations =
  '"linear", "relu", "relu6", "elu", "selu", "gelu", "tanh", "sigmoid", "hard_sigmoid", "softmax", "softplus", "softsign", "swish" or "mish"';

describe('a mistake in a model', () => {
  it.each<readonly [JsonObject, readonly string[]]>([
    [
      layers({ type: 'Dense', unit: 8, activation: 'relu' }),
      ['unknown-param model/layers/0/unit: stage "train" has no param "unit" | did you mean "units"?'],
    ],
    [
      layers({ type: 'Dropout', rate: 1 }),
      ['out-of-range model/layers/0/rate: param "rate" of stage "train" must be below 1; found 1'],
    ],
    [
      layers({ type: 'Conv2D', filters: 4 }),
      [
        'missing-param model/layers/0: item 1 of "layers" of stage "train" needs the param "kernel_size" | "kernel_size": Size of the window.',
      ],
    ],
    [
      layers({ type: 'Dense', units: '8' }),
      ['wrong-type model/layers/0/units: param "units" of stage "train" must be an integer; found the string "8"'],
    ],
    [
      layers({ type: 'Dense' }),
      ['missing-param model/layers/0: item 1 of "layers" of stage "train" needs the param "units" | "units": Outputs.'],
    ],
    [
      { model: { layers: [] } },
      ['out-of-range model/layers: param "layers" of stage "train" must have at least 1 item; found an empty list'],
    ],
    [
      { model: { layers: [dense], heads: true } },
      ['unknown-param model/heads: stage "train" has no param "heads" | did you mean "head"?'],
    ],
    [
      { model: { preset: 'mlp', norm: 'foo' } },
      [
        'not-allowed model/norm: param "norm" of stage "train" must be "none", "batch" or "layer"; found the string "foo" | What normalizes each hidden layer before its ReLU.',
      ],
    ],
    [
      { model: { preset: 'lstm', filters: [3], norm: 'batch' } },
      [
        'unknown-param model/filters: stage "train" has no param "filters" | params: preset, units, embedding, bidirectional, dense, dropout, norm, l1, l2',
        'not-allowed model/norm: param "norm" of stage "train" must be "none" or "layer"; found the string "batch" | What normalizes the outputs of each recurrent layer.',
      ],
    ],
    // Several in one alternative, and the same again in another layer.
    [
      {
        model: { layers: [{ type: 'Dense', unit: 8, activation: 'rely' }, { type: 'Dense' }], heads: true },
      },
      [
        'unknown-param model/layers/0/unit: stage "train" has no param "unit" | did you mean "units"?',
        `not-allowed model/layers/0/activation: param "activation" of stage "train" must be ${activations}; found the string "rely" | did you mean "relu"?`,
        'missing-param model/layers/1: item 2 of "layers" of stage "train" needs the param "units" | "units": Outputs.',
        'unknown-param model/heads: stage "train" has no param "heads" | did you mean "head"?',
      ],
    ],
  ])('%j', (params, expected) => {
    expect([...told('train', params)].sort()).toEqual([...expected].sort());
  });

  it.each([layers({ type: 'Dens', units: 8 }), { model: { cut: 'conv5', layers: [{ type: 'Dens', units: 8 }] } }])(
    '%j',
    (params) => {
      const [line, ...more] = told('train', params);
      expect(more).toEqual([]);
      expect(line).toMatch(
        /^not-allowed model\/layers\/0\/type: param "type" of stage "train" must be "Input", "Dense", /,
      );
      expect(line).toMatch(/ or "Dot"; found the string "Dens" \| did you mean "Dense"\?$/);
    },
  );

  it('in the name of a layer lists them all', () => {
    const [line, ...more] = told('train', layers({ type: 'BatchNorm' }));
    expect(more).toEqual([]);
    expect(line).toMatch(
      /^not-allowed model\/layers\/0\/type: .*"BatchNormalization".*; found the string "BatchNorm" \| did you mean "BatchNormalization"\?$/,
    );
  });
});

const schedules =
  '"constant", "step", "exponential", "polynomial", "cosine", "cosine_restarts", "cyclical", "one_cycle", "inverse_sqrt" or "plateau"';
const optimizers = '"adam", "adamw", "nadam", "adamax", "sgd", "rmsprop", "adagrad", "adadelta" or "lion"';

describe('a mistaken name', () => {
  it.each<readonly [string, JsonObject, readonly string[]]>([
    [
      'train',
      {
        model: {},
        schedule: { name: 'reduce_on_plateau', monitor: 'val_loss', mode: 'min', patience: 3, factor: 0.5 },
      },
      [
        `not-allowed schedule/name: param "name" of stage "train" must be ${schedules}; found the string "reduce_on_plateau" | did you mean "plateau"?`,
      ],
    ],
    [
      'train',
      { model: {}, schedule: { name: 'cosin' } },
      [
        `not-allowed schedule/name: param "name" of stage "train" must be ${schedules}; found the string "cosin" | did you mean "cosine"?`,
      ],
    ],
    [
      'train',
      { model: {}, optimizer: { name: 'ranger' } },
      [`not-allowed optimizer/name: param "name" of stage "train" must be ${optimizers}; found the string "ranger"`],
    ],
  ])('%s %j', (type, params, expected) => {
    expect([...told(type, params)].sort()).toEqual([...expected].sort());
  });
});

describe('a mistake beside alternatives', () => {
  it.each<readonly [string, JsonObject, readonly string[]]>([
    [
      'train',
      { model: { layer: [{ type: 'Dense', units: 8 }] } },
      ['unknown-param model/layer: stage "train" has no param "layer" | did you mean "layers"?'],
    ],
    [
      'train',
      { model: { layers: [{ units: 8 }] } },
      [
        'missing-param model/layers/0: item 1 of "layers" of stage "train" needs the param "type" | "type": "Dense", "SimpleRNN", "LSTM" or "GRU"',
      ],
    ],
    [
      'train',
      { model: { layers: ['Dense'] } },
      ['wrong-type model/layers/0: item 1 of "layers" of stage "train" must be an object; found the string "Dense"'],
    ],
    [
      'train',
      { model: { layers: [{ typ: 'Dense', units: 8 }] } },
      ['unknown-param model/layers/0/typ: stage "train" has no param "typ" | did you mean "type"?'],
    ],
    [
      'train',
      { model: { filters: [8] } },
      [
        'missing-param model: param "model" of stage "train" needs the param "preset" | "preset": "cnn", "resnet" or "vgg"',
      ],
    ],
    [
      'train',
      { model: { presett: 'cnn', filters: [8] } },
      ['unknown-param model/presett: stage "train" has no param "presett" | did you mean "preset"?'],
    ],
    [
      'train',
      { model: { foo: 1 } },
      [
        'unknown-param model/foo: stage "train" has no param "foo" | params: preset, filters, kernel, pool, padding, units, dropout, norm, l1, l2, vocabulary, width, and 15 more',
      ],
    ],
    [
      'train',
      { model: { cut: 'a', layers: [{ type: 'Dense', units: 8 }], units: 3 } },
      ['unknown-param model/units: stage "train" has no param "units" | params: cut, pooling, layers, head'],
    ],
    [
      'train',
      { model: { layers: [{ type: 'Bidirectional', layer: { type: 'LSMT', units: 4 } }] } },
      [
        'not-allowed model/layers/0/layer/type: param "type" of stage "train" must be "SimpleRNN", "LSTM" or "GRU"; found the string "LSMT" | did you mean "LSTM"?',
      ],
    ],
    [
      'train',
      {
        model: {
          layers: [
            { type: 'TimeDistributed', layer: { type: 'Dense', unit: 3 } },
            { type: 'Bidirectional', layer: { type: 'Dense', units: 3 } },
          ],
        },
      },
      [
        'unknown-param model/layers/0/layer/unit: stage "train" has no param "unit" | did you mean "units"?',
        'not-allowed model/layers/1/layer/type: param "type" of stage "train" must be "SimpleRNN", "LSTM" or "GRU"; found the string "Dense"',
      ],
    ],
    [
      'train',
      { model: { layers: [{ type: 'Conv2D', filters: 4, kernel_size: [3] }] } },
      [
        'out-of-range model/layers/0/kernel_size: param "kernel_size" of stage "train" must have at least 2 items; found a list',
      ],
    ],
    [
      'train',
      { model: {}, optimizer: { rate: 0.1 } },
      [
        'missing-param optimizer: param "optimizer" of stage "train" needs the param "name" | "name": "adam", "adamw", "nadam", "adamax", "sgd", "rmsprop", "adagrad", "adadelta" or "lion"',
      ],
    ],
    [
      'train',
      { model: {}, optimizer: { nam: 'adam' } },
      ['unknown-param optimizer/nam: stage "train" has no param "nam" | did you mean "name"?'],
    ],
    [
      'train',
      { model: {}, optimizer: { name: 'adam', rate: -1, beta1: 0.9 } },
      [
        'unknown-param optimizer/beta1: stage "train" has no param "beta1" | did you mean "beta_1"?',
        'out-of-range optimizer/rate: param "rate" of stage "train" must be above 0; found -1',
      ],
    ],
    [
      'train',
      { model: {}, schedule: { name: 'cyclical', mode: 'min' } },
      [
        'not-allowed schedule/mode: param "mode" of stage "train" must be "triangular", "triangular2" or "exp_range"; found the string "min" | Whether all cycles are as high, each half as high as the one before, or lower by `gamma` a step.',
      ],
    ],
    [
      'train',
      { model: {}, pretrained: { map: [{ from: 'a' }] } },
      [
        'missing-param pretrained/map/0: item 1 of "map" of stage "train" needs the param "to" | "to": The new name, with $1 for the first group; null leaves the tensor out.',
      ],
    ],
    [
      'train',
      { model: {}, pretrained: { map: [{}] } },
      [
        'missing-param pretrained/map/0: item 1 of "map" of stage "train" needs the param "from" with "to", "prefix" with "to" or "names"',
      ],
    ],
    [
      'train',
      { model: {}, early_stopping: { patiense: 3 } },
      ['unknown-param early_stopping/patiense: stage "train" has no param "patiense" | did you mean "patience"?'],
    ],
    [
      'normalize',
      { columns: { a: { method: 'onehot' } } },
      [
        'not-allowed columns/a/method: param "method" of stage "normalize" must be "one-hot", "ordinal", "hashed", "quantile", "date", "tokens", "wordpiece", "bpe", "bag", "tf-idf" or "hashed-bag"; found the string "onehot" | did you mean "one-hot"?',
      ],
    ],
    [
      'normalize',
      { columns: { a: { max_words: 10 } } },
      [
        'missing-param columns/a: param "a" of stage "normalize" needs the param "method" | "method": "tokens", "bag" or "tf-idf"',
      ],
    ],
    [
      'normalize',
      { columns: { a: { method: 'tokens', max_pieces: 10 } } },
      [
        'unknown-param columns/a/max_pieces: stage "normalize" has no param "max_pieces" | params: method, length, max_words, min_rows, lower_case',
      ],
    ],
    [
      'normalize',
      { categories: { buckets: 0 } },
      [
        'missing-param categories: param "categories" of stage "normalize" needs the param "method" | "method": "hashed"',
        'out-of-range categories/buckets: param "buckets" of stage "normalize" must be at least 1; found 0',
      ],
    ],
    [
      'clean',
      { missing: { a: 'dorp' } },
      [
        'wrong-type missing/a: param "a" of stage "clean" must be "keep", "drop", "fail" or an object; found the string "dorp" | did you mean "drop"?',
      ],
    ],
    [
      'clean',
      { missing: { a: { fil: 0 } } },
      ['unknown-param missing/a/fil: stage "clean" has no param "fil" | did you mean "fill"?'],
    ],
    [
      'clean',
      { missing: { a: { fill: true } } },
      [
        'wrong-type missing/a/fill: param "fill" of stage "clean" must be a string or a number; found true | The constant to put in. A mean or a mode would be a fit, and belongs after the split.',
      ],
    ],
    [
      'impute',
      { columns: { a: { valu: 3 } } },
      ['unknown-param columns/a/valu: stage "impute" has no param "valu" | did you mean "value"?'],
    ],
    [
      'ingest',
      { labels: { y: {} } },
      ['missing-param labels/y: param "y" of stage "ingest" needs the param "delimiter", "columns" or "each"'],
    ],
    [
      'ingest',
      { labels: { y: { columns: 'a', prefix: 'b' } } },
      [
        'unknown-param labels/y/prefix: stage "ingest" has no param "prefix" | params: columns',
        'wrong-type labels/y/columns: param "columns" of stage "ingest" must be a list; found the string "a"',
      ],
    ],
    [
      'ingest',
      { images: { labels: { file: 'a.csv', imag: 'x', label: 'y' } } },
      ['unknown-param images/labels/imag: stage "ingest" has no param "imag" | did you mean "image"?'],
    ],
    [
      'gate',
      { require: { accuracy: {} } },
      [
        'missing-param require/accuracy: param "accuracy" of stage "gate" needs the param "min" or "max" | What a metric has to be.',
      ],
    ],
    [
      'gate',
      { require: { accuracy: { mni: 1 } } },
      ['unknown-param require/accuracy/mni: stage "gate" has no param "mni" | did you mean "min"?'],
    ],
    [
      'gan',
      { discriminator: { layers: [], dropout: 0.1 } },
      [
        'unknown-param discriminator/dropout: stage "gan" has no param "dropout" | params: layers',
        'out-of-range discriminator/layers: param "layers" of stage "gan" must have at least 1 item; found an empty list',
      ],
    ],
  ])('%s %j', (type, params, expected) => {
    expect(told(type, params)).toEqual(expected);
  });
});
