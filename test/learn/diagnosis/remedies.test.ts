import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { againstOverfitting, againstUnderfitting } from '../../../src/learn/diagnosis/remedies/catalogue.ts';
import { setParam } from '../../../src/learn/diagnosis/remedies/change.ts';
import { augmentOf, type Subject, trainIn } from '../../../src/learn/diagnosis/remedies/subject.ts';
import { applyPatch } from '../../../src/load/remedies/patch.ts';
import type { DiagnosisRemedy } from '../../../src/types/generated/diagnosis.ts';
import type { Json, JsonObject } from '../../../src/types/json.ts';
import type { Upstream } from '../../../src/types/stage.ts';
import declaration from '../../../stages/train/stage.json' with { type: 'json' };
import { stageOf, subjectOf } from './subject.ts';

const titles = (remedies: readonly DiagnosisRemedy[]): string[] => remedies.map(({ title }) => title);

/** The pipeline that a subject is of, as far as remedies change it. */
const pipelineOf = ({ train, augment }: Subject): JsonObject => ({
  stages: Object.fromEntries(
    [train!, ...(augment === undefined ? [] : [augment])].map(({ name, uses, deps, given }) => [
      name,
      { uses, deps: { ...deps }, ...(given === null ? {} : { params: given }) } as Json,
    ]),
  ),
});

const paramsWith = (subject: Subject, { patch }: DiagnosisRemedy): JsonObject => {
  const patched = applyPatch(pipelineOf(subject), patch);
  if (!patched.ok) throw new Error(patched.why);
  const { stages } = patched.value as { stages: Record<string, { params: JsonObject }> };
  return stages['train']!.params;
};

const presets = ['mlp', 'cnn', 'vgg', 'resnet', 'lstm', 'gru', 'transformer', 'bert'];
const layers = [
  { type: 'Dense', units: 8 },
  { type: 'Dropout', rate: 0.2 },
];
const models: readonly JsonObject[] = [
  ...presets.map((preset) => ({ preset })),
  ...presets.map((preset) => ({ preset, dropout: 0.5 })),
  { preset: 'mlp', units: [512, 512], l2: 0.01, norm: 'batch' },
  { preset: 'mlp', units: [2] },
  { layers },
  { layers: [{ type: 'Dense', units: 8 }] },
  { layers: [{ type: 'Dense', units: 3, name: 'a' }], head: false },
];
const rests: readonly JsonObject[] = [
  {},
  { optimizer: { name: 'sgd', rate: 0.1 }, epochs: 5, label_smoothing: 0.1 },
  { early_stopping: { monitor: 'val_loss', patience: 5 } },
  { optimizer: { name: 'adamw', weight_decay: 0.1 }, early_stopping: {} },
];

describe('every remedy', () => {
  const isParams = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(declaration.params);
  const cases = models.flatMap((model) =>
    rests.map((rest) => [JSON.stringify({ model, ...rest }), { model, ...rest }] as const),
  );

  it.each(cases)('for %s fits the pipeline, and gives params that train takes', (_, given) => {
    const subject = subjectOf(given);
    const all = [...againstOverfitting(subject), ...againstUnderfitting(subject)];
    expect(all.length).toBeGreaterThan(1);
    for (const remedy of all) {
      const params = paramsWith(subject, remedy);
      expect(isParams(params), `${remedy.title}: ${JSON.stringify(isParams.errors)}`).toBe(true);
      if (!remedy.patch.some(({ path }) => path === '/stages/train/deps/train'))
        expect(JSON.stringify(params), remedy.title).not.toBe(JSON.stringify(given));
    }
    expect(new Set(titles(all)).size).toBe(all.length);
  });
});

describe('against overfitting', () => {
  it('names what the preset has, the cheapest first', () => {
    const subject = subjectOf({ model: { preset: 'mlp', units: [512, 512] } });
    expect(againstOverfitting(subject)).toMatchObject([
      { title: 'early stopping on val_loss, patience 3' },
      { title: 'dropout 0.3', patch: [{ op: 'add', path: '/stages/train/params/model/dropout', value: 0.3 }] },
      { title: 'l2 0.001' },
      { title: 'mixup 0.2', patch: [{ op: 'add', path: '/stages/train-augment' }, { op: 'replace', path: '/stages/train/deps/train', value: 'train-augment.train' }] }, // biome-ignore format: a row each
      { title: 'label_smoothing 0.1' },
      { title: 'batch normalization' },
      { title: 'a network half as wide: units [512, 512] → [256, 256]', patch: [{ op: 'replace', path: '/stages/train/params/model/units', value: [256, 256] }] }, // biome-ignore format: a row each
    ]);
  });

  it('makes dropout stronger where there is some, up to an end', () => {
    const dropout = (rate: number) =>
      titles(againstOverfitting(subjectOf({ model: { preset: 'mlp', dropout: rate } }))).find((each) =>
        each.startsWith('dropout'),
      );
    expect([dropout(0), dropout(0.3), dropout(0.5)]).toEqual(['dropout 0.3', 'dropout 0.5 (from 0.3)', undefined]);
  });

  it('puts dropout before the head of a list, and makes the layers stronger where it has some', () => {
    const path = '/stages/train/params/model/layers';
    const of = (model: JsonObject) =>
      againstOverfitting(subjectOf({ model })).find(({ title }) => title.startsWith('dropout'))?.patch;
    expect(of({ layers: [layers[0]!] })).toEqual([
      { op: 'add', path: `${path}/-`, value: { type: 'Dropout', rate: 0.3 } },
    ]);
    expect(of({ layers })).toEqual([{ op: 'replace', path: `${path}/1/rate`, value: 0.4 }]);
    expect(of({ layers: [layers[0]!], head: false })).toBeUndefined();
  });

  it('offers images a shift, texts other words, and a number no smoothed labels', () => {
    const of = (changes: Partial<Subject>) =>
      titles(againstOverfitting(subjectOf({ model: { preset: 'mlp' } }, changes)));
    expect(of({ data: 'images' })).toEqual(expect.arrayContaining(['shift 2', 'mixup 0.2']));
    expect(of({ data: 'tokens' })).toContain('word_swap 0.1');
    expect(of({ target: 'number' })).not.toContain('label_smoothing 0.1');
  });

  it('adds to an augment that is there what it has not', () => {
    const augmented = (given: JsonObject | null) => ({
      augment: { name: 'vary', ...stageOf('augment', given) },
      data: 'images' as const,
    });
    const patches = (given: JsonObject | null) =>
      againstOverfitting(subjectOf({ model: { preset: 'cnn' } }, augmented(given)))
        .filter(({ title }) => /^(shift|mixup)/.test(title))
        .map(({ patch }) => patch[0]);
    expect(patches({ shift: 1 })).toEqual([{ op: 'add', path: '/stages/vary/params/mixup', value: 0.2 }]);
    expect(patches(null)).toEqual([
      { op: 'add', path: '/stages/vary/params', value: { shift: 2 } },
      { op: 'add', path: '/stages/vary/params', value: { mixup: 0.2 } },
    ]);
    expect(patches({ pack: 'digits' })).toEqual([{ op: 'add', path: '/stages/vary/params/mixup', value: 0.2 }]);
    // Its rows are altered once and for all.
    expect(patches({ copies: 2, noise: 0.1 })).toEqual([]);
  });

  it('does not stop early where it stops so already, or there is nothing to stop by', () => {
    const stops = (given: JsonObject, changes: Partial<Subject> = {}) =>
      titles(againstOverfitting(subjectOf({ model: { preset: 'mlp' }, ...given }, changes))).some((each) =>
        each.startsWith('early'),
      );
    expect(stops({})).toBe(true);
    expect(stops({ early_stopping: { monitor: 'val_accuracy' } })).toBe(true);
    expect(stops({ early_stopping: { monitor: 'val_loss' } })).toBe(false);
    expect(stops({}, { hasValidation: false })).toBe(false);
  });
});

describe('against underfitting', () => {
  it('trains longer, faster, freer and wider', () => {
    const given = { model: { preset: 'mlp', units: [8], dropout: 0.5 }, epochs: 5, label_smoothing: 0.1 };
    const subject = subjectOf(given, { epochs: 5 });
    expect(againstUnderfitting(subject).map(({ title, patch }) => [title, patch[0]])).toEqual([
      ['10 epochs', { op: 'replace', path: '/stages/train/params/epochs', value: 10 }],
      ['learning rate 0.003 (from 0.001)', { op: 'add', path: '/stages/train/params/optimizer', value: { name: 'adam', rate: 0.003 } }], // biome-ignore format: a row each
      ['no dropout', { op: 'replace', path: '/stages/train/params/model/dropout', value: 0 }],
      ['no label_smoothing', { op: 'replace', path: '/stages/train/params/label_smoothing', value: 0 }],
      ['a network twice as wide: units [8] → [16]', { op: 'replace', path: '/stages/train/params/model/units', value: [16] }], // biome-ignore format: a row each
    ]);
  });

  it('does not train longer what stopped early', () => {
    expect(titles(againstUnderfitting(subjectOf({ model: { preset: 'mlp' } }, { stopped: 'early' })))[0]).toMatch(
      /^learning rate/,
    );
  });
});

describe('what stands where', () => {
  it('escapes what a pointer has for itself', () => {
    const stage = { name: 'a/b~c', uses: 'train', deps: {}, params: { 'x/y': 1 }, given: { 'x/y': 1 } };
    expect(setParam(stage, ['x/y'], 2)).toEqual({ op: 'replace', path: '/stages/a~1b~0c/params/x~1y', value: 2 });
  });

  it('finds the training of a history, and the augment on the way of its examples', () => {
    const upstream: Upstream = {
      deps: { history: 'fit.history', train: 'even.train' },
      stages: {
        fit: stageOf('train', { model: { preset: 'mlp' } }, { train: 'even.train' }),
        even: { uses: 'balance', deps: { train: 'vary.train' }, params: {}, given: null },
        vary: stageOf('augment', { noise: 0.1 }, { train: 'split.train' }),
        split: { uses: 'split', deps: {}, params: {}, given: null },
      },
    };
    const train = trainIn(upstream);
    expect(train?.name).toBe('fit');
    expect(augmentOf(train, upstream)?.name).toBe('vary');
    const own: Upstream = {
      ...upstream,
      stages: { ...upstream.stages, fit: { ...upstream.stages['fit']!, uses: 'my-train' } },
    };
    expect([trainIn(own), trainIn(undefined), augmentOf(undefined, own)]).toEqual([undefined, undefined, undefined]);
    expect(againstOverfitting(subjectOf({ model: { preset: 'mlp' } }, { train: undefined }))).toEqual([]);
  });
});
