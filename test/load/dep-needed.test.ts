import { describe, expect, it } from 'vitest';
import { codesOf, load } from './temporary-project.ts';

// A dep that may be left out is asked for before anything runs where what is asked of the stage needs it.

const gated = (params: object | undefined, deps: object = {}) => ({
  objective: { metric: 'accuracy', mode: 'max', subject_to: { macro_f1: { min: 0.5 } } },
  stages: {
    evaluate: { run: ['true'], outs: { evaluation: { path: 'evaluation.json', type: 'evaluation' } } },
    gate: { uses: 'gate', deps: { evaluation: 'evaluate.evaluation', ...deps }, ...(params && { params }) },
  },
});

const accepted = { accepted: { accepted: 'evaluate.evaluation' } };
const require = { accuracy: { min: 0.9 } };
const change = { accuracy: { max_drop: 0 } };

const toldOf = async (pipeline: object) => {
  const result = await load(pipeline);
  return result.ok ? [] : result.diagnostics.map(({ code, message, hint }) => ({ code, message, hint }));
};

describe('the dep "accepted" of a gate', () => {
  it.each([
    ['without any param', undefined, 'since it is given no params.require, params.slices or params.classes'],
    ['with params that ask for nothing', {}, 'since it is given no params.require, params.slices or params.classes'],
    ['with a change', { change }, 'for params.change'],
    ['with a change beside others', { require, change }, 'for params.change'],
  ])('is asked for %s', async (_, params, why) => {
    const [told, ...more] = await toldOf(gated(params));
    expect(more).toEqual([]);
    expect(told?.code).toBe('missing-dep');
    expect(told?.message).toMatch(new RegExp(`^stage "gate" needs the dep "accepted",? ${why}$`));
    expect(told?.hint).toContain('{ "accepted": "evaluate.evaluation" }');
    expect(await codesOf(gated(params, accepted))).toEqual([]);
  });

  it.each([
    ['limits', { require }],
    ['limits on slices', { slices: require }],
    ['limits on classes', { classes: { a: { recall: { min: 0.5 } } } }],
  ])('may be left out where the gate asks for %s alone', async (_, params) => {
    expect(await codesOf(gated(params))).toEqual([]);
  });
});

describe('what a stage type says of when a dep is needed', () => {
  const needing = (declared: object) => ({
    'stages/mine/run.ts': 'export const run = () => {};\n',
    'stages/mine/stage.json': {
      ...{ summary: 'Does something.', version: 1 },
      deps: { table: { type: 'any', description: 'Rows.', ...declared } },
      params: { type: 'object', properties: { by: { type: 'string', description: 'A column.' } } },
    },
  });
  const using = (params: object) => ({ stages: { mine: { uses: 'mine', params } } });

  it('names params of its own, and is of one that may be left out', async () => {
    const result = await load(using({}), needing({ needed: { with: ['by', 'of'] } }));
    expect(result.ok ? [] : result.diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'bad-stage-type: dep "table" is not optional: it is needed always',
      'bad-stage-type: "needed" of dep "table" names "of", which is no param of "mine"',
    ]);
  });

  it('goes by the params that are given', async () => {
    const files = needing({ optional: true, needed: { without: ['by'] } });
    expect(await codesOf(using({ by: 'a' }), files)).toEqual([]);
    expect(await codesOf(using({}), files)).toEqual(['missing-dep']);
  });
});
