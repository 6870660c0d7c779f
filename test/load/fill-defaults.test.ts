import { describe, expect, it } from 'vitest';
import { fillDefaults } from '../../src/load/fill-defaults.ts';
import type { JsonObject } from '../../src/types/json.ts';

const named = (name: string, rate: number) => ({
  type: 'object',
  properties: { name: { const: name }, rate: { type: 'number', default: rate } },
});

const schema: JsonObject = {
  type: 'object',
  properties: {
    bins: { type: 'integer', default: 32 },
    optimizer: { default: { name: 'adam' }, oneOf: [named('sgd', 0.01), named('adam', 0.001)] },
    schedule: { type: 'object', default: {}, properties: { warmup: { default: 0 } } },
    layers: { type: 'array', items: { $ref: '#/definitions/layer' } },
  },
  definitions: { layer: { type: 'object', properties: { units: { default: 8 } } } },
};

describe('fillDefaults', () => {
  it('fills properties, those of defaults, of list items and of the alternative that was chosen', () => {
    expect(fillDefaults(schema, { layers: [{}, { units: 2 }] })).toEqual({
      bins: 32,
      optimizer: { name: 'adam', rate: 0.001 },
      schedule: { warmup: 0 },
      layers: [{ units: 8 }, { units: 2 }],
    });
    expect(fillDefaults(schema, { optimizer: { name: 'sgd' } })).toMatchObject({
      optimizer: { name: 'sgd', rate: 0.01 },
    });
  });

  it('leaves what is given, also where it is wrong', () => {
    expect(fillDefaults(schema, { bins: 'x', optimizer: { name: 'sdg' } })).toMatchObject({
      bins: 'x',
      optimizer: { name: 'sdg' },
    });
  });

  it('gives every value a default of its own', () => {
    const one = fillDefaults(schema, {}) as { schedule: { warmup: number } };
    one.schedule.warmup = 1;
    expect(fillDefaults(schema, {})).toMatchObject({ schedule: { warmup: 0 } });
  });
});
