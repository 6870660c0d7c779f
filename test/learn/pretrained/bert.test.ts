import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { type BertParams, bertBase, buildBert } from '../../../src/learn/models/bert.ts';
import { initialize } from '../../../src/learn/models/initialize.ts';
import { loadPretrained } from '../../../src/learn/pretrained/load.ts';
import { readWeights } from '../../../src/learn/pretrained/read-weights.ts';
import { choices } from '../backends/on-backend.ts';
import { fileOf } from './networks.ts';

beforeAll(() => startBackend(choices.wasm));

interface Said {
  readonly pooled: readonly (readonly number[])[];
  readonly logits: readonly (readonly number[])[];
}

interface Golden {
  readonly ids: number[][];
  readonly segments: number[][];
  readonly one: Said;
  readonly two: Said;
}

const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'bert.json'), 'utf8')) as Golden;

const small: BertParams = {
  ...{ preset: 'bert', vocabulary: 90, width: 32, blocks: 2, heads: 4, feed_forward: 48 },
  ...{ positions: 16, dropout: 0.1 },
};
const masks = { seed: 1, step: 0 };
const options = { map: [{ names: 'bert' } as const], allowMissing: [], layout: undefined };

const distance = (found: tf.Tensor, wanted: readonly (readonly number[])[]): number => {
  expect(found.shape).toEqual([wanted.length, wanted[0]!.length]);
  const values = found.dataSync();
  return Math.max(...wanted.flat().map((value, at) => Math.abs(value - values[at]!)));
};

describe('BERT, with the weights of a file that PyTorch wrote', () => {
  it("gives PyTorch's logits, masked places and all", async () => {
    const network = buildBert(small, { features: [10], outputs: 3 }, masks);
    const report = loadPretrained(network, await readWeights(fileOf('bert.safetensors')), options);
    expect(report).toMatchObject({ missing: [], misshapen: [], unexpected: [], left_out: [] });
    const said = network.apply(tf.tensor2d(golden.ids), { training: false }) as tf.Tensor;
    expect(distance(said, golden.one.logits)).toBeLessThan(1e-5);
  });

  it("gives PyTorch's pooled outputs of pairs of texts", async () => {
    const network = buildBert(small, { features: [10], segments: 'given' }, masks);
    const report = loadPretrained(network, await readWeights(fileOf('bert.safetensors')), options);
    expect(report.unexpected).toEqual(['classifier.bias', 'classifier.weight']);
    const inputs = [tf.tensor2d(golden.ids), tf.tensor2d(golden.segments)];
    const said = network.apply(inputs, { training: false }) as tf.Tensor;
    expect(distance(said, golden.two.pooled)).toBeLessThan(1e-5);
    expect(distance(said, golden.one.pooled)).toBeGreaterThan(1e-3);
  });

  it('has to be told where the head is another', async () => {
    const weights = await readWeights(fileOf('bert.safetensors'));
    const make = () => buildBert(small, { features: [10], outputs: 2 }, masks);
    expect(() => loadPretrained(make(), weights, options)).toThrow(
      /2 weights of bert.safetensors do not fit the network/,
    );
    const report = loadPretrained(make(), weights, { ...options, allowMissing: ['head/.*'] });
    expect(report.misshapen.map(({ name }) => name)).toEqual(['head/kernel', 'head/bias']);
  });
});

describe('the builder', () => {
  it("of bert-base has as many weights as BERT's authors say", () => {
    // One piece and one or two blocks are enough to tell: all pieces are alike, and so are all blocks.
    const countOf = (blocks: number): number => {
      const network = buildBert({ ...bertBase, vocabulary: 1, blocks }, { features: [128] }, masks);
      const count = network.countParams();
      network.dispose();
      return count;
    };
    const [one, two] = [countOf(1), countOf(2)];
    const pieces = (bertBase.vocabulary - 1) * bertBase.width;
    expect(one + (bertBase.blocks - 1) * (two - one) + pieces).toBe(109_482_240);
  });

  it('draws small normal weights', () => {
    const network = buildBert(small, { features: [10], outputs: 3 }, masks);
    initialize(network, 3);
    const deviation = (name: string): number => {
      const values = network.weights
        .find(({ originalName }) => originalName === name)!
        .read()
        .dataSync() as Float32Array;
      return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    };
    for (const name of ['words/embeddings', 'block_0/intermediate/kernel', 'pooler/kernel']) {
      // Normal with a deviation of 0.02, cut at two of them.
      expect(deviation(name), name).toBeGreaterThan(0.015);
      expect(deviation(name), name).toBeLessThan(0.02);
    }
  });

  it.each([
    ['images', small, [28, 28, 1], /takes ids of pieces \[length\]; the features are \[28, 28, 1\]/],
    ['texts that are too long', small, [17], /texts of 17 ids are longer than the 16 positions/],
    [
      'heads that do not share the width',
      { ...small, heads: 5 },
      [10],
      /model.width 32 is no multiple of model.heads 5/,
    ],
  ] as const)('refuses %s', (_, params, features, message) => {
    expect(() => buildBert(params, { features, outputs: 2 }, masks)).toThrow(message);
  });
});
