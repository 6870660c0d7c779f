import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { startBackend } from '../../../../src/learn/backends/backend.ts';
import type { Examples } from '../../../../src/learn/data/examples.ts';
import { shuffle, stream } from '../../../../src/learn/random.ts';
import { inspect } from '../../../../src/learn/training/preflight/inspect.ts';
import { checkLabels } from '../../../../src/learn/training/preflight/labels.ts';
import { type Training, train } from '../../../../src/learn/training/train.ts';
import { choices } from '../../backends/on-backend.ts';
import { modelParams } from '../defaults.ts';
import { bars, clouds, plane } from '../examples.ts';
import { bytesOf, planned, silent } from '../plan.ts';

const mlp = modelParams({ preset: 'mlp', units: [16], dropout: 0.2 });
const cnn = modelParams({ preset: 'cnn', filters: [4], units: [8], dropout: 0.2, norm: 'batch' });
const quiet = { seed: 3, tell: () => {} };

const found = async (training: Training): Promise<string[]> =>
  (await inspect(training, quiet)).findings.map(({ id, severity }) => `${severity} ${id}`);

beforeEach(async () => {
  await startBackend(choices.wasm);
});

describe('preflight', () => {
  test.each([
    ['classes of columns', clouds(300, 1), mlp],
    ['images, with batch normalization', bars(300, 1), cnn],
    ['numbers', plane(300, 1), mlp],
  ] as const)('of a sound training of %s finds nothing, and leaves no trace', async (_, examples, model) => {
    const training = await planned(examples, model);
    const [bytes, tensors, masks] = [bytesOf(training.network), tf.memory().numTensors, { ...training.masks }];
    const { checks, findings } = await inspect(training, quiet);
    expect(findings).toEqual([]);
    expect(checks.map(({ id, state }) => `${id}: ${state}`)).toEqual([
      ...['labels: clean', 'initial-loss: clean', 'input-ignored: clean', 'gradient-flow: clean'],
      ...['overfit-batch: clean', 'shuffled-labels: clean'],
    ]);
    expect(bytesOf(training.network).equals(bytes)).toBe(true);
    expect([tf.memory().numTensors, training.masks]).toEqual([tensors, masks]);
  });

  test('takes no trials of a recurrent network over many places', async () => {
    const examples = clouds(40, 1);
    const long: Examples = {
      ...examples,
      featureShape: [60, 1],
      features: new Float32Array(40 * 60).map((_, at) => at % 7),
    };
    const training = await planned(long, modelParams({ preset: 'gru', units: [2] }));
    const { checks } = await inspect(training, quiet);
    expect(checks.filter(({ state }) => state === 'left out').map(({ id }) => id)).toEqual([
      ...['overfit-batch', 'shuffled-labels'],
    ]);
    expect(JSON.stringify(checks)).toContain('a recurrent network over 60 places is too slow for trials');
  });

  test('changes nothing of what is learned', async () => {
    const [inspected, other] = [await planned(bars(60, 1), cnn), await planned(bars(60, 1), cnn)];
    await inspect(inspected, quiet);
    expect(await train(inspected, silent)).toEqual(await train(other, silent));
    expect(bytesOf(inspected.network).equals(bytesOf(other.network))).toBe(true);
  });

  test('of equal trainings finds the same', async () => {
    const once = async () => inspect(await planned(clouds(300, 1), mlp), quiet);
    expect(await once()).toEqual(await once());
  });

  test('sees features that are far too large', async () => {
    const examples = clouds(300, 1);
    const large = { ...examples, features: examples.features.map((value) => 1000 * value) };
    expect(await found(await planned(large, mlp))).toContain('warning initial-loss');
  });

  test('sees that the input is all alike', async () => {
    const examples = clouds(300, 1);
    const blank = { ...examples, features: examples.features.map(() => 1) };
    const ids = await found(await planned(blank, mlp));
    expect(ids).toContain('error input-ignored');
    expect(ids).toContain('warning overfit-batch');
  });

  test('sees labels that belong to other rows', async () => {
    const examples = clouds(300, 1);
    const wrong = { ...examples, target: shuffle(examples.target.slice(), stream(5)) };
    expect(await found(await planned(wrong, mlp))).toEqual(['warning shuffled-labels']);
  });

  describe('of labels that are hard to learn', () => {
    // Of so many labels the share is anybody's.
    const blurred = (share: number): Examples => {
      const examples = clouds(1500, 1);
      const random = stream(3);
      const target = examples.target.map((label) => (random.next() < share ? random.int(3) : label));
      return { ...examples, target };
    };
    const told = async (examples: Examples) => {
      const { checks } = await inspect(await planned(examples, mlp), quiet);
      return checks.find(({ id }) => id === 'shuffled-labels')!;
    };

    test('takes a second, longer look where the first does not show that they are right', async () => {
      expect(await told(blurred(0))).toMatchObject({ state: 'clean', what: expect.stringContaining('after 15 steps') });
      expect(await told(blurred(0.7))).toMatchObject({
        state: 'clean',
        what: expect.stringContaining('after 45 steps'),
      });
    });

    test('and still sees that they belong to other rows', async () => {
      const examples = clouds(1500, 1);
      const wrong = { ...examples, target: shuffle(examples.target.slice(), stream(5)) };
      expect(await told(wrong)).toMatchObject({ state: 'found', what: expect.stringContaining('after 45 steps') });
    });
  });

  test('sees a layer through which no gradient comes', async () => {
    const training = await planned(clouds(300, 1), mlp);
    const bias = training.network.getWeights().map((weight, at) => (at === 1 ? tf.fill(weight.shape, -100) : weight));
    training.network.setWeights(bias);
    expect(await found(training)).toContain('error gradient-flow');
  });

  test('looks no further where the labels are wrong', async () => {
    const examples = clouds(60, 1);
    const training = await planned(examples, mlp);
    const { checks, findings } = await inspect(
      { ...training, train: { ...examples, target: examples.target.map((label) => label + 1) } },
      quiet,
    );
    expect(findings).toMatchObject([{ id: 'labels', severity: 'error', evidence: { classes: 3 } }]);
    expect(checks.slice(1).every(({ state }) => state === 'left out')).toBe(true);
  });
});

describe('labels', () => {
  const classes = ['x', 'y', 'z'];
  const given = { task: { outputs: 3 }, outputs: [null, 3] };
  const says = (
    target: Examples['target'],
    of: string[] | null = classes,
    so: Parameters<typeof checkLabels>[1] = given,
  ) => checkLabels({ target, classes: of }, so).finding?.message;

  test.each([
    [Int32Array.of(0, 1, 2), undefined],
    [Int32Array.of(0, 1, 3, -1), '2 labels of train are none of the 3 classes'],
    [Int32Array.of(1, 1), 'train has one class alone, y: there is nothing to learn'],
    [Int32Array.of(0, 1), 'train has no example of z'],
  ])('%o of three classes: %s', (target, message) => {
    expect(says(target)).toBe(message);
  });

  test('a head of other units than classes', () => {
    expect(says(Int32Array.of(0, 1, 2), classes, { ...given, outputs: [null, 2] })).toBe(
      'the network has 2 outputs, and the task needs 3',
    );
  });

  test('numbers', () => {
    const one = { task: { outputs: 1 }, outputs: [null, 1] };
    expect(says(Float32Array.of(1, 2), null, one)).toBeUndefined();
    expect(says(Float32Array.of(1, Number.NaN), null, one)).toBe('1 targets of train are no finite numbers');
    expect(says(Float32Array.of(4, 4), null, one)).toBe('all targets of train are 4: there is nothing to learn');
  });
});
