import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { phraseOf } from '../../src/ui/because.ts';
import { createPaint } from '../../src/ui/paint.ts';
import { paramRows } from '../../src/ui/params-view.ts';
import { type PlannedStage, renderPlan } from '../../src/ui/plan-view.ts';
import { renderStageType, renderStageTypes, type StageTypeView } from '../../src/ui/stages-view.ts';
import { renderWhy } from '../../src/ui/why-view.ts';

const paint = createPaint({ color: false });
const view = { paint, columns: 100, listing: 'short' } as const;
const golden = (name: string): string => `../fixtures/ui/${name}.txt`;
const digest = (start: string): string => `sha256:${start.padEnd(64, '0')}`;

const planned: readonly PlannedStage[] = [
  { stage: 'ingest', decision: 'up to date', because: [], expectedSeconds: 3 },
  { stage: 'clean', decision: 'restore', because: ['its outs were removed or edited'], expectedSeconds: 4 },
  {
    stage: 'train',
    decision: 'will run',
    because: ['params.epochs: 3 → 6', 'dep train changed', 'dep validation changed'],
    expectedSeconds: 41.8,
  },
  { stage: 'evaluate', decision: 'may run', because: ['if train.model changes'], expectedSeconds: 1.1 },
  { stage: 'report', decision: 'may run', because: ['if train.history, evaluate.evaluation change'] },
  { stage: 'publish', decision: 'blocked', because: ['there is no file keys/id'], hint: 'make it, or change the dep' },
];

describe('renderPlan', () => {
  it('says what will run, what may, and what it will take', async () => {
    await expect(renderPlan({ pipeline: 'mnist', stages: planned }, view)).toMatchFileSnapshot(golden('plan'));
  });

  it('keeps to a narrow terminal', async () => {
    const text = renderPlan({ pipeline: 'mnist', stages: planned }, { ...view, columns: 44 });
    await expect(text).toMatchFileSnapshot(golden('plan-narrow'));
  });

  it('counts what a large pipeline need not do', () => {
    const stages = Array.from(
      { length: 500 },
      (_, index): PlannedStage => ({ stage: `s${index}`, decision: 'up to date', because: [] }),
    );
    const changed = { stage: 'last', decision: 'will run', because: ['forced'] } as const;
    expect(renderPlan({ pipeline: 'many', stages: [...stages, changed] }, view)).toBe(
      'many: 501 stages\n\n  will run    last                    because forced\n  up to date  500 stages\n\n1 will run, 500 up to date · no times known yet\n',
    );
    expect(renderPlan({ pipeline: 'many', stages }, { ...view, listing: 'all' }).split('\n')).toHaveLength(505);
  });
});

describe('renderWhy', () => {
  const argv = (name: string): readonly string[] => [
    'python3',
    'scripts/features.py',
    '--in',
    '{deps.table}',
    '--out',
    '{outs.features}',
    '--bins',
    `{params.${name}}`,
    '--alpha',
    '0.5',
    '--beta',
    '0.25',
  ];

  it('shows each field before and after', async () => {
    const changes = [
      { field: 'params.epochs', before: 3, after: 6 },
      { field: 'params.schedule.name', before: 'cosine', after: undefined },
      {
        field: 'deps.train',
        before: { digest: digest('aa11'), name: 'train' },
        after: { digest: digest('aa22'), name: 'train' },
      },
      {
        field: 'deps.table',
        before: { digest: digest('bb'), path: 'a.csv' },
        after: { digest: digest('bb'), path: 'b.csv' },
      },
      { field: 'deps.extra', before: undefined, after: { digest: digest('cc'), path: 'c.csv' } },
      { field: 'code', before: digest('12345678aaaa'), after: digest('12345678aabb') },
      { field: 'run', before: argv('bins'), after: argv('buckets') },
      { field: 'params.note', before: 'a\x1b[2J\nb', after: 'x'.repeat(500) },
    ];
    const text = renderWhy({ stage: 'train', state: 'will run', changes }, view);
    await expect(text).toMatchFileSnapshot(golden('why'));
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('says only the state where nothing changed', () => {
    expect(renderWhy({ stage: 'train', state: 'up to date', changes: [] }, view)).toBe('train: up to date\n');
  });
});

const type: StageTypeView = {
  name: 'fit',
  origin: 'project',
  declaration: {
    summary: 'Fits a model of the family that is asked for.',
    version: 3,
    deps: {
      train: { type: 'dataset', description: 'What is learnt from.' },
      validation: { type: 'dataset', optional: true, description: 'What early stopping looks at.' },
    },
    outs: {
      model: { type: 'model', path: 'model', description: 'The weights.' },
      scores: { type: 'json', path: 'scores.json', if: 'validation', description: 'One row an epoch.' },
    },
    params: {
      type: 'object',
      required: ['model'],
      properties: {
        model: {
          description: 'The model.',
          oneOf: [
            { $ref: '#/definitions/cnn' },
            {
              type: 'object',
              properties: {
                preset: { const: 'mlp', description: 'Layers that are all connected.' },
                units: {
                  type: 'array',
                  items: { type: 'integer', minimum: 1 },
                  default: [128],
                  description: 'Units by layer.',
                },
              },
            },
          ],
        },
        rate: { type: 'number', exclusiveMinimum: 0, maximum: 10, default: 0.001, description: 'The learning rate.' },
        shuffle: { type: 'boolean', default: true, description: 'Whether the order changes from epoch to epoch.' },
        schedule: {
          type: 'object',
          default: {},
          description: 'How the rate changes.',
          properties: { name: { enum: ['constant', 'cosine'], default: 'constant', description: 'Its form.' } },
        },
        weights: {
          type: 'object',
          additionalProperties: { type: 'number', minimum: 0 },
          description: 'A weight by class.',
        },
        steps: {
          type: 'array',
          items: { type: 'object', properties: { at: { type: ['integer', 'null'], description: 'Epoch.' } } },
          description: 'Steps.',
        },
      },
      definitions: {
        cnn: {
          type: 'object',
          properties: {
            preset: { const: 'cnn', description: 'Convolutions.' },
            filters: {
              type: 'integer',
              minimum: 1,
              maximum: 1024,
              default: 16,
              description: 'Filters of the first layer.',
            },
          },
        },
      },
    },
    seed: true,
    backend: true,
  },
};

describe('stage types', () => {
  it('are told in full', async () => {
    await expect(renderStageType(type, view)).toMatchFileSnapshot(golden('stage-type'));
  });

  it('are listed with the own ones marked', () => {
    const other: StageTypeView = { name: 'a', origin: 'stemma', declaration: { summary: 'Does a.', version: 1 } };
    expect(renderStageTypes([other, type], view)).toBe(
      '  a    Does a.\n  fit  Fits a model of the family that is asked for. (of this project)\n',
    );
  });

  it('of Stemma have a description for each param', () => {
    for (const name of ['ingest', 'clean', 'report']) {
      const declaration = JSON.parse(readFileSync(`stages/${name}/stage.json`, 'utf8'));
      const undescribed = paramRows(declaration.params).filter((row) => row.description === '');
      expect(undescribed, name).toEqual([]);
    }
  });
});

describe('phraseOf', () => {
  it('puts deps together where the first one stood', () => {
    expect(phraseOf(['a: 1 → 2', 'dep x changed', 'code changed', 'dep y changed'])).toBe(
      'a: 1 → 2, deps x, y changed, code changed',
    );
    expect(phraseOf(['dep x changed'])).toBe('dep x changed');
  });

  it('says the first few of many', () => {
    expect(phraseOf(Array.from({ length: 9 }, (_, index) => `p${index}`))).toBe('p0, p1, p2, p3, p4 and 4 more');
  });
});
