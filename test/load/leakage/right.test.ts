import { describe, expect, it } from 'vitest';
import { codesOf, type Files, load } from '../temporary-project.ts';

// What is no leak is not refused, and what another pipeline has seen is known.

const files: Files = { 'x.csv': 'a\n1\n', 'y.csv': 'a\n1\n', 'words.txt': 'a\n' };
const ingest = (path = 'x.csv') => ({ uses: 'ingest', deps: { source: { path } } });
const split = (examples: unknown = 'ingest.examples', params = {}) => ({ uses: 'split', deps: { examples }, params });
const normalize = {
  uses: 'normalize',
  deps: { train: 'split.train', validation: 'split.validation', test: 'split.test' },
};
const train = (train: unknown, validation?: string) => ({
  uses: 'train',
  deps: { train, ...(validation !== undefined && { validation }) },
  params: { model: { preset: 'mlp' } },
});
const evaluate = (model: unknown, test: unknown, more = {}) => ({ uses: 'evaluate', deps: { model, test }, ...more });
const command = (deps: object, outs: object) => ({ run: ['true'], deps, outs });
const chain = {
  ingest: ingest(),
  split: split(),
  normalize,
  train: train('normalize.train', 'normalize.validation'),
  evaluate: evaluate('train.model', 'normalize.test'),
};

const right: Readonly<Record<string, object>> = {
  'the usual chain': chain,
  'rules and duplicates before the split': {
    ...chain,
    clean: { uses: 'clean', deps: { examples: 'ingest.examples' }, params: { duplicates: 'drop' } },
    split: split('clean.examples'),
  },
  "the source's own validation and test sets, with a baseline that learns from train": {
    ...chain,
    split: split('ingest.examples', { test: 'official', validation: 'official' }),
    evaluate: {
      uses: 'evaluate',
      deps: { model: 'train.model', test: 'normalize.test', train: 'normalize.train', rows: 'split.test' },
    },
  },
  "the source's own test set, with a validation that is drawn": {
    ...chain,
    split: split('ingest.examples', { test: 'official', validation: 0.2 }),
  },
  'splits that a column gives': { ...chain, split: split('ingest.examples', { fixed: 'part' }) },
  'a model that is judged nowhere': { ingest: ingest(), train: train('ingest.examples') },
  'train and test from files of their own': {
    a: ingest('x.csv'),
    b: ingest('y.csv'),
    fit: { uses: 'normalize', deps: { train: 'a.examples', test: 'b.examples' } },
    train: train('fit.train'),
    evaluate: evaluate('train.model', 'fit.test'),
  },
  'evaluations of train and validation that say what they are': {
    ...chain,
    'on-train': evaluate('train.model', 'normalize.train', { diagnosis: true }),
    'on-validation': evaluate('train.model', 'normalize.validation', { diagnosis: true }),
  },
  'a chain of fitted stages, with an audit before it and what varies train behind it': {
    ...chain,
    leakage: { uses: 'leakage', deps: normalize.deps },
    impute: { ...normalize, uses: 'impute' },
    normalize: {
      uses: 'normalize',
      deps: { train: 'impute.train', validation: 'impute.validation', test: 'impute.test', fitted: 'impute.fitted' },
    },
    balance: { uses: 'balance', deps: { train: 'normalize.train' } },
    augment: { uses: 'augment', deps: { train: 'balance.train' } },
    train: {
      uses: 'train',
      deps: { train: 'augment.train', validation: 'normalize.validation', fitted: 'normalize.fitted' },
      params: { model: { preset: 'mlp' } },
    },
  },
  'a command that is given what was fitted, to prepare rows with it': {
    ...chain,
    prepare: command({ rows: 'split.test', fitted: 'normalize.fitted' }, { rows: 'rows.csv' }),
    judge: command({ model: 'train.model', rows: 'prepare.rows' }, { found: { path: 'f.json', judged_on: 'rows' } }),
  },
  'a choice by an evaluation on validation': {
    ...chain,
    first: train('normalize.train'),
    found: evaluate('first.model', 'normalize.validation'),
    pick: command({ found: 'found.evaluation' }, { settings: 's.json' }),
    last: command(
      { settings: 'pick.settings', rows: 'normalize.train' },
      { model: { path: 'm', type: 'model', fitted_on: 'rows' } },
    ),
    judge: evaluate('last.model', 'normalize.test'),
  },
  'a last fit on all of train after a choice by a part of it': {
    ingest: ingest(),
    split: split(),
    inner: split('split.train'),
    chosen: train('inner.train', 'inner.validation'),
    last: train('split.train'),
    evaluate: evaluate('last.model', 'split.test'),
  },
  'a command that splits, and says nothing of it': {
    prepare: command({ raw: { path: 'x.csv' } }, { train: 'a', test: 'b' }),
    train: train('prepare.train'),
    evaluate: evaluate('train.model', 'prepare.test'),
  },
  'two commands that pick rows, each its own': {
    ingest: ingest(),
    some: { ...command({ rows: 'ingest.examples' }, { rows: 'r' }), params: { rows: 'some' } },
    others: { ...command({ rows: 'ingest.examples' }, { rows: 'r' }), params: { rows: 'others' } },
    train: train('some.rows'),
    evaluate: evaluate('train.model', 'others.rows'),
  },
  'a command that hands each split on under its name': {
    ...chain,
    normalize: command({ ...normalize.deps, words: { path: 'words.txt' } }, { train: 'a', validation: 'b', test: 'c' }),
  },
  'a command that divides train by itself': {
    ingest: ingest(),
    split: split(),
    parts: command({ rows: 'split.train' }, { fit: 'a', stop: 'b' }),
    train: train('parts.fit', 'parts.stop'),
    evaluate: evaluate('train.model', 'split.test'),
  },
  'a word list that train and test are both read with': {
    ...chain,
    a: command({ rows: 'split.train', words: { path: 'words.txt' } }, { rows: 'r' }),
    b: command({ rows: 'split.test', words: { path: 'words.txt' } }, { rows: 'r' }),
    train: train('a.rows'),
    evaluate: evaluate('train.model', 'b.rows'),
  },
};

describe('what is right is not refused', () => {
  it.each(Object.keys(right))('%s', async (name) => {
    expect(await load({ stages: right[name] }, files)).toEqual(expect.objectContaining({ ok: true }));
  });
});

describe('across pipelines', () => {
  const other = (stages: object) => ({ ...files, 'pipelines/other.json': { stages } });
  const model = { pipeline: 'other', out: 'train.model' };
  const judged = (test: unknown, params = {}) => ({
    stages: { ingest: ingest(), split: split('ingest.examples', params), judge: evaluate(model, test) },
  });
  const trained = (source: string, params = {}) => ({
    ingest: ingest(source),
    split: split('ingest.examples', params),
    train: train('split.train'),
  });

  it('a model that was fitted on all rows knows each test set of them', async () => {
    const all = other({ ingest: ingest(), train: train('ingest.examples') });
    expect(await codesOf(judged('split.test'), all)).toEqual(['leak-judged-on-seen']);
  });

  it('the same split is the same there, and its test can be taken from there', async () => {
    expect(await codesOf(judged('split.test'), other(trained('x.csv')))).toEqual([]);
    const borrowed = judged({ pipeline: 'other', out: 'split.test' }, { test: 0.4 });
    expect(await codesOf(borrowed, other(trained('x.csv')))).toEqual([]);
    const itsTrain = judged({ pipeline: 'other', out: 'split.train' });
    expect(await codesOf(itsTrain, other(trained('x.csv')))).toEqual(['leak-judged-on-seen']);
  });

  it('another split of the same rows has them on other sides, but for a test set of the source', async () => {
    expect(await codesOf(judged('split.test', { test: 0.4 }), other(trained('x.csv')))).toEqual([
      'leak-judged-on-seen',
    ]);
    const official = { test: 'official', validation: 0.2 };
    expect(await codesOf(judged('split.test', official), other(trained('x.csv', { test: 'official' })))).toEqual([]);
  });

  it("the source's own validation is part of what another split drew its train from, and its test is not", async () => {
    const both = { test: 'official', validation: 'official' };
    const drawn = other(trained('x.csv', { test: 'official', validation: 0.2 }));
    expect(await codesOf(judged('split.test', both), drawn)).toEqual([]);
    expect(await codesOf(judged('split.validation', both), drawn)).toEqual(['leak-judged-on-seen']);
    expect(await codesOf(judged('split.validation', both), other(trained('x.csv', both)))).toEqual([]);
    expect(await codesOf(judged('split.test', { test: 0.4 }), other(trained('x.csv', both)))).toEqual([
      'leak-judged-on-seen',
    ]);
    expect(await codesOf(judged('split.test', { fixed: 'part' }), other(trained('x.csv', both)))).toEqual([
      'leak-judged-on-seen',
    ]);
  });

  it('another source, or a pipeline that refers back, is no leak', async () => {
    expect(await codesOf(judged('split.test'), other(trained('y.csv')))).toEqual([]);
    const back = other({ ...trained('y.csv'), x: command({ m: { pipeline: 'p', out: 'split.test' } }, { o: 'o' }) });
    expect(await codesOf(judged('split.test'), back)).toEqual([]);
  });
});

it('a leak is told beside other mistakes, all at once', async () => {
  const stages = { ...chain, train: train('normalize.test', 'normalize.validation'), late: { uses: 'nix' } };
  const codes = await codesOf({ stages: { ...stages, evaluate: evaluate('train.modell', 'normalize.test') } }, files);
  expect(new Set(codes)).toEqual(new Set(['leak-fit-held-out', 'unknown-stage-type', 'unknown-out']));
});
