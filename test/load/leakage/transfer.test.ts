import { expect, it } from 'vitest';
import { codesOf, type Files } from '../temporary-project.ts';

// A model that began with another one has seen what that one has seen: also where another pipeline trained it, and where
// its layers are computed once, in a stage of their own.

const csv: Files = { 'x.csv': 'a,b\n1,2\n', 'y.csv': 'a,b\n1,2\n' };
const ingest = (path = 'x.csv') => ({ uses: 'ingest', deps: { source: { path } } });
const split = (params = {}) => ({ uses: 'split', deps: { examples: 'ingest.examples' }, params });
const mlp = { model: { preset: 'mlp' } };
const train = (deps: object, params: object = mlp) => ({ uses: 'train', deps, params });
const evaluate = (test: unknown) => ({ uses: 'evaluate', deps: { model: 'train.model', test } });

const first = { pipeline: 'first', out: 'train.model' };

/** The pipeline that trained the first model, on x.csv unless told otherwise. */
const firstOn = (rows: string, { path = 'x.csv', params = {} } = {}): Files => ({
  ...csv,
  'pipelines/first.json': { stages: { ingest: ingest(path), split: split(params), train: train({ train: rows }) } },
});

/** The weights of the first one go on learning. */
const goesOn = {
  stages: {
    ingest: ingest(),
    split: split(),
    train: train(
      { train: 'split.train', validation: 'split.validation', pretrained: first },
      { model: { cut: -2 }, phases: [{ train: 'head' }] },
    ),
    evaluate: evaluate('split.test'),
  },
};

/** Its layers are computed once; a head learns on what they make. */
const embedded = (test: string, prefix: object) => ({
  stages: {
    ingest: ingest(),
    split: split(),
    embed: {
      uses: 'embed',
      deps: { pretrained: first, train: 'split.train', validation: 'split.validation', test: 'split.test' },
      params: { cut: -2 },
    },
    train: train({ train: 'embed.train', validation: 'embed.validation', ...prefix }),
    evaluate: evaluate(test),
  },
});

const wholeModel = embedded('split.test', { prefix: 'embed.prefix' });
const headAlone = embedded('embed.test', {});

it.each([
  ['weights that go on learning', goesOn],
  ['layers that are computed once, put together with the head', wholeModel],
  ['layers that are computed once, and a head that is judged on what they make', headAlone],
])('%s are no leak where both have the same split, or other rows', async (_, pipeline) => {
  expect(await codesOf(pipeline, firstOn('split.train'))).toEqual([]);
  expect(await codesOf(pipeline, firstOn('ingest.examples', { path: 'y.csv' }))).toEqual([]);
});

it.each([
  ['weights that go on learning', goesOn],
  ['layers that are computed once, put together with the head', wholeModel],
  ['layers that are computed once, and a head that is judged on what they make', headAlone],
])('%s are refused where the first model has seen the rows that the second is judged on', async (_, pipeline) => {
  for (const seen of [firstOn('ingest.examples'), firstOn('split.train', { params: { test: 0.4 } })])
    expect(await codesOf(pipeline, seen)).toContain('leak-judged-on-seen');
  expect(await codesOf(pipeline, firstOn('split.test'))).not.toEqual([]);
});
