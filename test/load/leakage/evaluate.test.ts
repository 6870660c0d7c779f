import { describe, expect, it } from 'vitest';
import { codesOf, type Files } from '../temporary-project.ts';

// What evaluate chooses by and learns from is as strictly kept apart from test as with any other stage.

const files: Files = { 'x.csv': 'a\n1\n' };
const chain = (deps: object) => ({
  ingest: { uses: 'ingest', deps: { source: { path: 'x.csv' } } },
  split: { uses: 'split', deps: { examples: 'ingest.examples' } },
  normalize: {
    uses: 'normalize',
    deps: { train: 'split.train', validation: 'split.validation', test: 'split.test' },
  },
  train: {
    uses: 'train',
    deps: { train: 'normalize.train', validation: 'normalize.validation' },
    params: { model: { preset: 'mlp' } },
  },
  evaluate: { uses: 'evaluate', deps: { model: 'train.model', test: 'normalize.test', ...deps } },
});
const codes = (deps: object) => codesOf({ stages: chain(deps) }, files);

describe('a threshold and baselines', () => {
  it('that go by validation and train, with the raw rows of test to slice by, are right', async () => {
    const deps = { validation: 'normalize.validation', train: 'normalize.train', rows: 'split.test' };
    expect(await codes(deps)).toEqual([]);
  });

  it.each([
    ['a threshold chosen on test', { validation: 'normalize.test' }, 'leak-choice-on-test'],
    ['a threshold chosen on train', { validation: 'normalize.train' }, 'leak-choice-on-train'],
    ['a baseline that learns from test', { train: 'normalize.test' }, 'leak-fit-held-out'],
    ['a baseline that learns from validation', { train: 'normalize.validation' }, 'leak-fit-held-out'],
    ['a baseline of rows prepared otherwise', { train: 'split.train' }, 'prepared-otherwise'],
  ])('%s is refused', async (_, deps, code) => expect(await codes(deps)).toContain(code));
});
