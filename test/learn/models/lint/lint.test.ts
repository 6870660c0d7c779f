import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { layers as l, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../../src/learn/backends/backend.ts';
import { StageError } from '../../../../src/learn/error.ts';
import type { DataFacts } from '../../../../src/learn/models/lint/facts.ts';
import { lint, lintNotice, refuseErrors, rules } from '../../../../src/learn/models/lint/lint.ts';
import { type Outline, outlineOf } from '../../../../src/learn/models/outline.ts';
import { buildNetwork } from '../../../../src/learn/models/presets.ts';
import declaration from '../../../../stages/train/stage.json' with { type: 'json' };
import { makeFolder } from '../../../stages/context.ts';
import { choices } from '../../backends/on-backend.ts';
import { modelParams, type SomeModel } from '../../training/defaults.ts';
import { conv, dense, embedding, lstm, pool, stack, withAttention } from './networks.ts';
import { digits, films, mails, penguins, weather } from './real.ts';

/** Facts of real data sets, by name. */
const data: Record<string, DataFacts> = {};

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
  await startBackend(choices.cpu);
  const { path } = folder;
  data['digits'] = await digits(path, 'min-max');
  data['raw digits'] = await digits(path, 'none');
  data['penguins'] = await penguins(path, 'standard');
  data['raw penguins'] = await penguins(path, 'none');
  data['weather'] = await weather(path);
  data['films'] = await films(path);
  data['mails'] = await mails(path);
  // No data set of ours has a target of labels that hold at once: as if each of two islands and a sex were one.
  data['penguins of labels'] = { ...data['penguins'], target: { kind: 'labels', outputs: 3 } };
  // As if each of the 200 words had one of two tags.
  data['tagged mails'] = { ...data['mails']!, target: { kind: 'tags', outputs: 400, steps: 200, classes: 2 } };
}, 300_000);
afterAll(() => folder.remove());

const preset = (params: SomeModel, name: string): Outline => {
  const { shape, target } = data[name]!;
  const network = buildNetwork(modelParams(params), { features: shape, outputs: target.outputs }, { seed: 1, step: 0 });
  return outlineOf(network);
};
const idsOf = (outline: Outline, name: string, batchSize = 32): string[] =>
  lint({ outline, data: data[name]!, batchSize }).map(({ id }) => id);

describe('what real data sets are like', () => {
  it('is read from their manifest, their first rows and what was fitted', () => {
    expect(data['digits']).toMatchObject({ kind: 'image', shape: [28, 28, 1], rows: 10_000, looked: 10_000 });
    expect(data['digits']!.features).toMatchObject([{ min: 0, max: 1 }]);
    expect(data['raw digits']!.features[0]!.mean).toBeCloseTo(33.79, 2);
    expect(data['penguins']).toMatchObject({ kind: 'columns', shape: [9], target: { kind: 'classes', outputs: 3 } });
    expect(data['raw penguins']!.features[6]).toMatchObject({ name: 'Body Mass (g)', min: 2700, max: 6300 });
    expect(data['weather']!.target).toMatchObject({ kind: 'number', outputs: 1, values: { max: 9.5 } });
    expect(data['mails']).toMatchObject({ kind: 'tokens', shape: [200], features: [] });
    expect(data['mails']!.tokens).toMatchObject({ vocabulary: 5002, known: 'fitted' });
    expect(data['mails']!.tokens!.padding).toBeCloseTo(0.159, 3);
  });
});

/** A network, the data, the batch size, and what is said of it: nothing else may be. */
type Bad = readonly [id: string, data: string, network: () => Outline, evidence: RegExp, batchSize?: number];

const bad: readonly Bad[] = [
  ['dense-on-images', 'digits', () => preset({ preset: 'mlp' }, 'digits'), /images of 28×28×1, and dense_1 takes them as 784 places .*: 100,480 parameters/],
  ['unmasked-padding', 'mails', () => stack([200], embedding(5002, false), lstm(8), l.dropout({ rate: 0.5 }), dense(2)), /^16 % of the ids in the first 500 rows are padding, and lstm_8 \(LSTM\) gets no mask/],
  ['head-units', 'penguins', () => stack([9], dense(8, 'relu'), dense(4)), /^dense_4 has 4 outputs, and the target has 3 classes/],
  ['head-units', 'mails', () => stack([200], embedding(5002, true), lstm(8), l.dropout({ rate: 0.5 }), dense(1)), /^dense_1 has 1 output, and the target has 2 classes/],
  ['activated-logits', 'digits', () => stack([28, 28, 1], conv(8, { activation: 'relu' }), l.flatten(), dense(10, 'softmax')), /^dense_10 ends in softmax, .* of 10 classes, none can have a probability above 0.232, nor the loss fall below 1.46/],
  ['activated-logits', 'penguins', () => stack([9], dense(8, 'relu'), dense(3), l.activation({ activation: 'sigmoid', name: 'end' })), /^end ends in sigmoid/],
  ['softmax-for-labels', 'penguins of labels', () => stack([9], dense(8, 'relu'), dense(3, 'softmax')), /^dense_3 ends in softmax, and a row can have several of the 3 labels/],
  ['bounded-head', 'weather', () => stack([3], dense(8, 'relu'), dense(1, 'sigmoid')), /^dense_1 ends in sigmoid, which gives 0 to 1, and the target goes from 0.4 to 9.5/],
  ['dropout-at-the-end', 'penguins', () => stack([9], dense(8, 'relu'), dense(3), l.dropout({ rate: 0.5, name: 'drop' })), /^drop drops outputs of dense_3/],
  ['pooled-steps', 'tagged mails', () => stack([200], embedding(5002, true), lstm(8), l.repeatVector({ n: 200 }), l.dropout({ rate: 0.5 }), dense(2)), /^no way from the words to dense_2 keeps the 200 steps/],
  ['activated-logits', 'tagged mails', () => stack([200], embedding(5002, true), lstm(8, true), l.dropout({ rate: 0.5 }), dense(2, 'softmax')), /^dense_2 ends in softmax, .* of 2 classes, none can have a probability above 0.731/],
  ['ids-as-numbers', 'mails', () => preset({ preset: 'mlp', units: [16] }, 'mails'), /^the features are ids from 0 to 5,001, and dense_1 \(Dense\) takes them as numbers/],
  ['small-embedding', 'mails', () => stack([200], embedding(1000, true), lstm(8), l.dropout({ rate: 0.5 }), dense(2)), /^words has vectors for 1,000 ids, and the vocabulary has ids up to 5,001/],
  ['nothing-left', 'digits', () => shrunk(), /^conv_9 \(Conv2D\) gets 2×2×8 and leaves 0×0×9/],
  ['order-in-columns', 'penguins', () => stack([9], l.reshape({ targetShape: [9, 1] }), l.conv1d({ filters: 4, kernelSize: 3, activation: 'relu', name: 'slide' }), l.flatten(), dense(3)), /^slide \(Conv1D\) reads the 9 columns Island=Biscoe, Island=Dream, Island=Torgersen and 6 more/],
  ['attention-without-positions', 'mails', () => withAttention(stack([200], embedding(5002, true), l.globalAveragePooling1d(), l.dropout({ rate: 0.5 }), dense(2)), 'not told'), /^attention \(MultiHeadAttention\) gets 200 steps/],
  ['unscaled-features', 'raw penguins', () => preset({ preset: 'mlp' }, 'raw penguins'), /^Body Mass \(g\) \(mean 4,210, deviation 804\), Flipper Length \(mm\) \(mean 201, deviation 14\), .* and 1 more/],
  ['unscaled-features', 'raw digits', () => preset({ preset: 'cnn' }, 'raw digits'), /^the values \(mean 33.8, deviation 79.2\) in the first 10,000 rows/],
  ['unscaled-target', 'films', () => preset({ preset: 'mlp' }, 'films'), /^the target has mean 86,200,000 and deviation 149,000,000 /],
  ['linear-layers', 'penguins', () => stack([9], dense(16), l.dropout({ rate: 0.1 }), dense(3)), /^dense_16 \(Dense\) has no activation, and feeds dense_3/],
  ['bias-before-norm', 'digits', () => stack([28, 28, 1], conv(8), l.batchNormalization({ name: 'norm' }), l.reLU(), l.flatten(), dense(10)), /^conv_8 adds a bias of 8, and norm takes it away/],
  ['dropout-before-norm', 'penguins', () => stack([9], dense(16, 'relu'), l.dropout({ rate: 0.3, name: 'drop' }), l.batchNormalization({ name: 'norm' }), dense(3)), /^drop drops a share of 0.3 of what norm takes/],
  ['small-batch-norm', 'digits', () => preset({ preset: 'cnn', norm: 'batch' }, 'digits'), /^norm_1 and 1 more normalizes over batches of 4/, 4],
  ['lone-example', 'penguins', () => stack([9], dense(16, 'relu'), l.batchNormalization({ name: 'norm' }), dense(3)), /^of 333 examples in batches of 83, the last batch has one/, 83],
  ['saturating-stack', 'penguins', () => stack([9], dense(9, 'tanh'), dense(8, 'sigmoid'), dense(7, 'tanh'), dense(6, 'tanh'), dense(3)), /^from dense_9 on, 4 layers in a row end in tanh/],
  ['more-parameters-than-examples', 'penguins', () => preset({ preset: 'mlp', units: [512, 512] }, 'penguins'), /^269,315 parameters are trained on 333 examples, 809 on each/],
]; // biome-ignore format: one row a mistake

/** Three convolutions with pooling leave nothing of a digit. */
const shrunk = (): Outline =>
  stack(
    [28, 28, 1],
    conv(7, { activation: 'relu' }),
    pool(6),
    conv(8, { activation: 'relu' }),
    conv(9, { activation: 'relu' }),
    l.flatten(),
    dense(10),
  );

describe('a network that does not fit its data is told:', () => {
  const cases = bad.map(([id, name, network, evidence, batchSize = 32]) => ({
    id,
    name,
    network,
    evidence,
    batchSize,
  }));

  it.each(cases)('$id, on $name', ({ id, name, network, evidence, batchSize }) => {
    const found = lint({ outline: network(), data: data[name]!, batchSize });
    expect(found.map((finding) => finding.id)).toEqual([id]);
    expect(found[0]!.evidence).toMatch(evidence);
    expect(found[0]!.remedy).toMatch(/\S/);
  });

  it('by every rule there is', () => {
    const seen = new Set(bad.map(([id]) => id));
    expect(rules.map(({ id }) => id).filter((id) => !seen.has(id))).toEqual([]);
    expect(seen.size).toBeGreaterThanOrEqual(12);
  });
});

const residual = (): Outline => {
  const input = l.input({ shape: [28, 28, 1] }) as SymbolicTensor;
  const through = (layer: ReturnType<typeof conv>, x: SymbolicTensor) => layer.apply(x) as SymbolicTensor;
  const same = (filters: number) => l.conv2d({ filters, kernelSize: 3, padding: 'same', useBias: false });
  const norm = (x: SymbolicTensor) => l.batchNormalization().apply(x) as SymbolicTensor;
  const relu = (x: SymbolicTensor) => l.reLU().apply(x) as SymbolicTensor;
  const stem = relu(norm(through(same(8), input)));
  const branch = norm(through(same(8), relu(norm(through(same(8), stem)))));
  const sum = relu(l.add().apply([branch, stem]) as SymbolicTensor);
  const pooled = l.globalAveragePooling2d({}).apply(sum) as SymbolicTensor;
  return outlineOf(model({ inputs: input, outputs: l.dense({ units: 10 }).apply(pooled) as SymbolicTensor }));
};

const good: readonly (readonly [what: string, data: string, network: () => Outline])[] = [
  ['a CNN on digits', 'digits', () => preset({ preset: 'cnn' }, 'digits')],
  ['a CNN with batch normalization and dropout on digits', 'digits', () => preset({ preset: 'cnn', norm: 'batch', dropout: 0.5 }, 'digits')],
  ['a residual network on digits', 'digits', residual],
  ['an MLP on penguins', 'penguins', () => preset({ preset: 'mlp' }, 'penguins')],
  ['an MLP on the weather', 'weather', () => preset({ preset: 'mlp', units: [32, 16], dropout: 0.1 }, 'weather')],
  ['raw penguins that the network normalizes itself', 'raw penguins', () => stack([9], l.batchNormalization(), dense(16, 'relu'), dense(3))],
  ['an LSTM with a mask on e-mails', 'mails', () => stack([200], embedding(5002, true), l.dropout({ rate: 0.2 }), lstm(16), dense(2))],
  ['an LSTM that hands its sequence on, for tags', 'tagged mails', () => stack([200], embedding(5002, true), l.dropout({ rate: 0.2 }), lstm(16, true), dense(2))],
  ['attention with positions on e-mails', 'mails', () => withAttention(stack([200], embedding(5002, true), l.globalAveragePooling1d(), l.dropout({ rate: 0.5 }), dense(2)), 'told')],
  ['relu at the end, for a target that is never below 0', 'weather', () => stack([3], dense(16, 'relu'), dense(1, 'relu'))],
  ['sigmoids for labels', 'penguins of labels', () => stack([9], dense(16, 'relu'), dense(3, 'sigmoid'))],
]; // biome-ignore format: one row a network

describe('nothing is said of', () => {
  it.each(good)('%s', (_, name, network) => {
    expect(idsOf(network(), name)).toEqual([]);
  });
});

describe('findings', () => {
  const softmax = () => stack([9], dense(8, 'relu'), dense(4, 'softmax'));
  const found = (ignore: Record<string, string> = {}) =>
    lint({ outline: softmax(), data: data['penguins']!, batchSize: 32 }, { ignore });

  it('that are errors stop a training, all of them told', () => {
    const refuse = () => refuseErrors(found());
    expect(refuse).toThrow(StageError);
    expect(refuse).toThrow(
      /^the network does not fit the data:\n {2}head-units: dense_4 has 4 .*\n {2}activated-logits: .*\nhint: where they are meant, "lint"/,
    );
  });

  it('are let be with a reason, which is kept', () => {
    const ignored = found({ 'head-units': 'one class is to come', 'activated-logits': 'to see what it does' });
    expect(ignored.map((finding) => finding.ignored)).toEqual(['one class is to come', 'to see what it does']);
    expect(() => refuseErrors(ignored)).not.toThrow();
  });

  it('are told in a line', () => {
    const [finding] = lint({ outline: preset({ preset: 'mlp' }, 'digits'), data: data['digits']!, batchSize: 32 });
    expect(lintNotice(finding!)).toBe(
      'dense-on-images: the features are images of 28×28×1, and dense_1 takes them as 784 places without an order: 100,480 parameters; begin with convolutions, as "preset": "cnn" does',
    );
  });
});

describe('the rules', () => {
  it('are those that stage.json lets be, and those of the documentation', () => {
    const ids = rules.map(({ id }) => id);
    const { lint: declared } = declaration.params.properties;
    expect(Object.keys(declared.properties.ignore.properties).sort()).toEqual([...ids].sort());
    const text = readFileSync(join(import.meta.dirname, '../../../../docs/model-command.md'), 'utf8');
    const listed = [...text.matchAll(/^\| `([a-z-]+)` \| (error|warning) \| (.*) \| (.*) \|$/gm)];
    expect(listed.map(([, id, severity, reason, source]) => [id, severity, reason, source])).toEqual(
      rules.map(({ id, severity, reason, source }) => [id, severity, reason, source]),
    );
  });
});
