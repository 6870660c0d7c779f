import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { allStageTypes } from '../../src/load/all-stage-types.ts';
import { composePipelineSchema } from '../../src/load/compose-schema.ts';
import type { StageTypeFile } from '../../src/types/generated/stage.ts';
import type { Json, JsonObject } from '../../src/types/json.ts';
import { scaleType, temporaryProject } from './temporary-project.ts';

const root = join(import.meta.dirname, '../..');
const readJson = (path: string): JsonObject => JSON.parse(readFileSync(join(root, path), 'utf8')) as JsonObject;
const structure = readJson('schemas/source/pipeline.json');

const validatorOf = (schema: JsonObject) =>
  new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false }).compile(schema);

/** Places of what an editor would underline in a pipeline. */
const underlined = (schema: JsonObject, stages: JsonObject): readonly string[] => {
  const validate = validatorOf(schema);
  validate({ stages });
  return [
    ...new Set(
      (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if').map(({ instancePath }) => instancePath),
    ),
  ];
};

const layers: StageTypeFile = {
  summary: 'Has a definition of its own.',
  version: 1,
  params: {
    type: 'object',
    additionalProperties: false,
    required: ['layers'],
    properties: { layers: { type: 'array', items: { $ref: '#/definitions/layer' }, description: 'Layers.' } },
    definitions: {
      layer: { type: 'object', required: ['units'], properties: { units: { type: 'integer', description: 'Units.' } } },
    },
  },
};

const scale = scaleType['stages/scale/stage.json'] as StageTypeFile;
const composed = composePipelineSchema(structure, [
  { name: 'scale', declaration: scale },
  { name: 'layers', declaration: layers },
]);

describe('the schema that editors get', () => {
  it('checks names and params of a stage by its type', () => {
    const deps = { train: 'rows.rows' };
    expect(underlined(composed, { a: { uses: 'scale', deps, params: { method: 'standard' } } })).toEqual([]);
    expect(underlined(composed, { a: { uses: 'scale', deps, params: { method: 'max', clip: { at: -1 } } } })).toEqual([
      '/stages/a/params/method',
      '/stages/a/params/clip/at',
    ]);
    expect(underlined(composed, { a: { uses: 'scale', deps: { trian: 'x.y' } } })).toEqual(['/stages/a/deps']);
    expect(underlined(composed, { a: { uses: 'scale' } })).toEqual(['/stages/a']);
    expect(underlined(composed, { a: { uses: 'scale', deps: { train: 5 } } })).toEqual(['/stages/a/deps/train']);
  });

  it('leads references in params to their own definitions', () => {
    expect(underlined(composed, { a: { uses: 'layers', params: { layers: [{ units: 3 }] } } })).toEqual([]);
    expect(underlined(composed, { a: { uses: 'layers', params: { layers: [{ units: 'x' }] } } })).toEqual([
      '/stages/a/params/layers/0/units',
    ]);
    expect(underlined(composed, { a: { uses: 'layers' } })).toEqual(['/stages/a']);
  });

  it('leaves stage types alone that it was made without', () => {
    expect(underlined(composed, { a: { uses: 'other', deps: { x: 'y.z' }, params: { any: 1 } } })).toEqual([]);
  });

  it('offers every stage type, with what it does', () => {
    const definitions = composed['definitions'] as JsonObject;
    const uses = ((definitions['stage'] as JsonObject)['properties'] as JsonObject)['uses'] as JsonObject;
    expect(uses['anyOf']).toEqual([
      { const: 'layers', description: 'Has a definition of its own.' },
      { const: 'scale', description: 'Scales tables.' },
      { type: 'string' },
    ]);
  });

  it('has the stage types of a project beside those of Stemma', async () => {
    const { types, diagnostics } = await allStageTypes(temporaryProject(scaleType));
    expect(diagnostics).toEqual([]);
    expect(types.map(({ name }) => name)).toEqual(expect.arrayContaining(['ingest', 'scale', 'split']));
  });

  it('takes every pipeline of the repository', () => {
    const validate = validatorOf(readJson('schemas/pipeline.schema.json'));
    for (const name of ['mnist', 'penguins']) {
      validate(readJson(`pipelines/${name}.json`));
      expect(validate.errors ?? []).toEqual([]);
    }
  });
});

it.each(['schemas/source/pipeline.json', 'schemas/pipeline.schema.json', 'schemas/stage.schema.json'])(
  'every field of %s is described',
  (path) => {
    const schema = readJson(path);
    expect(undescribed(schema, schema, '')).toEqual([]);
  },
);

/** Paths of properties that have no description, neither of their own nor where they refer to. */
const undescribed = (schema: Json | undefined, whole: JsonObject, path: string): readonly string[] => {
  if (Array.isArray(schema)) return schema.flatMap((item: Json, index) => undescribed(item, whole, `${path}/${index}`));
  if (typeof schema !== 'object' || schema === null) return [];
  const object = schema as JsonObject;
  const own = Object.entries(isConditional(path) ? {} : ((object['properties'] ?? {}) as JsonObject))
    .filter(([, value]) => !isDescribed(value, whole))
    .map(([key]) => `${path}/properties/${key}`);
  const inner = Object.entries(object).filter(([key]) => !['default', 'const', 'enum', 'examples'].includes(key));
  return [...own, ...inner.flatMap(([key, value]) => undescribed(value, whole, `${path}/${key}`))];
};

/** What is said there of a property adds to what is said of it elsewhere. */
const isConditional = (path: string): boolean => /\/(if|then|else)$/.test(path);

const isDescribed = (value: Json | undefined, whole: JsonObject): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  const { $ref, description } = value as JsonObject;
  if (typeof description === 'string') return true;
  if (typeof $ref !== 'string') return false;
  const keys = $ref.split('/').slice(1);
  return isDescribed(
    keys.reduce<Json | undefined>((found, key) => (found as JsonObject)[key], whole),
    whole,
  );
};
