import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/types/json.ts';
import { codesOf, load, loadRight } from './temporary-project.ts';

const typeWith = (params: JsonObject): Readonly<Record<string, unknown>> => ({
  'stages/t/stage.json': { summary: 'T.', version: 1, params },
  'stages/t/run.mjs': '',
});

const messages = async (schema: JsonObject, params: unknown): Promise<readonly string[]> => {
  const result = await load({ stages: { a: { uses: 't', params } } }, typeWith(schema));
  return result.ok ? [] : result.diagnostics.map(({ code, message }) => `${code}: ${message}`);
};

describe('params of a stage type', () => {
  it('may be a schema that says which draft it is of, and be of two types with one $id', async () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      $id: 'x',
      type: 'object',
      properties: { n: { type: 'integer', default: 3 } },
    };
    const files = {
      ...typeWith(schema),
      'stages/u/stage.json': { summary: 'U.', version: 1, params: schema },
      'stages/u/run.mjs': '',
    };
    const { stages } = await loadRight({ stages: { a: { uses: 't' }, b: { uses: 'u', params: { n: 4 } } } }, files);
    expect([...stages.values()].map(({ params }) => params)).toEqual([{ n: 3 }, { n: 4 }]);
  });

  it('of the wrong form are told with the form to write', async () => {
    const files = { 'x.csv': 'a\n1\n' };
    const stages = {
      a: { uses: 'ingest', deps: { source: { path: 'x.csv' } } },
      b: { uses: 'split', deps: { examples: 'a.examples' }, params: { time: 't', gap: 'a week' } },
    };
    const result = await load({ stages }, files);
    expect(result.ok ? [] : result.diagnostics.map(({ hint }) => hint)).toEqual([
      'rows, as 10, or a duration, as "7 days": a number, a space, and seconds, minutes, hours, days, weeks or units',
    ]);
  });

  it('of Stemma itself get their defaults without ajv, and are explained with it', async () => {
    const files = { 'x.csv': 'a\n1\n' };
    const stages = { a: { uses: 'ingest', deps: { source: { path: 'x.csv' } }, params: { format: 'csv' } } };
    const pipeline = await loadRight({ stages }, files);
    expect(Object.keys(pipeline.stages.get('a')!.params).length).toBeGreaterThan(1);
    expect(await codesOf({ stages: { a: { ...stages.a, params: { format: 'cvs' } } } }, files)).toEqual([
      'not-allowed',
    ]);
  });

  it('are not changed in what they were read from', async () => {
    const schema = {
      type: 'object',
      properties: { o: { type: 'object', default: {}, properties: { n: { type: 'integer', default: 1 } } } },
    };
    const shared = { stages: { a: { uses: 't', params: { o: {} } }, b: { uses: 't' } } };
    const { stages } = await loadRight(shared, typeWith(schema));
    expect([...stages.values()].map(({ params }) => params)).toEqual([{ o: { n: 1 } }, { o: { n: 1 } }]);
  });
});

describe('alternatives', () => {
  const named = (name: string, property: JsonObject): JsonObject => ({
    type: 'object',
    additionalProperties: false,
    required: ['name'],
    properties: { name: { const: name }, ...property },
  });
  const schema: JsonObject = {
    type: 'object',
    additionalProperties: false,
    properties: {
      optimizer: {
        oneOf: [
          named('sgd', { momentum: { type: 'number' } }),
          named('adam', { beta: { type: 'number', maximum: 1 } }),
        ],
      },
      size: { anyOf: [{ type: 'integer', minimum: 1 }, { enum: ['small', 'large'] }, { type: 'null' }] },
    },
  };

  it.each([
    [{ optimizer: { name: 'adam', beta: 2 } }, ['out-of-range: param "beta" of stage "a" must be at most 1; found 2']],
    [{ optimizer: { name: 'adam', momentum: 1 } }, ['unknown-param: stage "a" has no param "momentum"']],
    [
      { optimizer: { name: 'adma' } },
      ['not-allowed: param "name" of stage "a" must be "sgd" or "adam"; found the string "adma"'],
    ],
    [{ optimizer: 'adam' }, ['wrong-type: param "optimizer" of stage "a" must be an object; found the string "adam"']],
    [{ size: 0 }, ['out-of-range: param "size" of stage "a" must be at least 1; found 0']],
    [
      { size: 'huge' },
      ['wrong-type: param "size" of stage "a" must be an integer, "small", "large" or null; found the string "huge"'],
    ],
    [{ size: null, optimizer: { name: 'sgd', momentum: 0.9 } }, []],
  ])('%j', async (params, told) => {
    expect(await messages(schema, params)).toEqual(told);
  });
});
