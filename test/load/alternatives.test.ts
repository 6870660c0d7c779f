import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fillDefaults } from '../../src/load/fill-defaults.ts';
import type { JsonDocument } from '../../src/load/finding.ts';
import { compileParams } from '../../src/load/params-ajv.ts';
import { explainSchemaErrors } from '../../src/load/schema-errors.ts';
import type { JsonObject } from '../../src/types/json.ts';

const schemaOf = (type: string): JsonObject =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../stages/${type}/stage.json`), 'utf8')).params;

/** What is told of params of a stage of one of Stemma's types, a line each: code, place, message, hint. */
const told = (type: string, params: JsonObject): readonly string[] => {
  const root = schemaOf(type);
  const compiled = compileParams(root);
  if (compiled.kind === 'broken') throw new Error(compiled.message);
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

  it('in the name of a layer that is like none of them lists them all', () => {
    const [line, ...more] = told('train', layers({ type: 'BatchNorm' }));
    expect(more).toEqual([]);
    expect(line).toMatch(/^not-allowed model\/layers\/0\/type: .*"BatchNormalization".*; found the string "BatchNorm"/);
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
        `not-allowed schedule/name: param "name" of stage "train" must be ${schedules}; found the string "reduce_on_plateau"`,
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
