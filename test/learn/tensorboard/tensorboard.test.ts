import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { type BoardOptions, board } from '../../../src/learn/tensorboard/board.ts';
import { pluginValue, scalarValue, summaryEvent, versionEvent } from '../../../src/learn/tensorboard/events.ts';
import { openEvents } from '../../../src/learn/tensorboard/file.ts';
import { sessionEnd, sessionStart } from '../../../src/learn/tensorboard/hparams.ts';
import { crc32c, record } from '../../../src/learn/tensorboard/records.ts';
import { histogram, imageValue, prCurve, textValue } from '../../../src/learn/tensorboard/values.ts';
import type { Listener } from '../../../src/learn/training/events.ts';
import { train } from '../../../src/learn/training/train.ts';
import { choices } from '../backends/on-backend.ts';
import { policyOf } from '../data/policy.ts';
import { modelParams } from '../training/defaults.ts';
import { bars } from '../training/examples.ts';
import { bytesOf, planned, silent } from '../training/plan.ts';

const golden = JSON.parse(await readFile(new URL('golden.json', import.meta.url), 'utf8')) as Golden;

interface Golden {
  readonly records: readonly (readonly [data: string, framed: string])[];
  readonly [name: string]: unknown;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stemma-board-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the bytes are those of TensorBoard’s own writer', () => {
  test('of records', () => {
    for (const [data, framed] of golden.records) expect(hex(record(Buffer.from(data, 'hex')))).toBe(framed);
    // RFC 3720, appendix B.4: 32 bytes of zeros.
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  });

  test.each([
    ['version', () => versionEvent(1.25)],
    ['scalar', () => summaryEvent({ time: 1.25, step: 7 }, [scalarValue('loss', 0.5)])],
    ['text', () => textValue('note', 'a *word*')],
    ['histogram', () => pluginValue({ tag: 'weights', plugin: 'histograms', tensor: { type: 'double', shape: [2, 3], values: [-1, 0, 2, 0, 1, 1] } })], // biome-ignore format: a row each
    ['pr_curve', () => pluginValue({ tag: 'curve', plugin: 'pr_curves', content: Buffer.from([0x10, 2]), tensor: { type: 'float', shape: [6, 2], values: [...Array(12).keys()] } })], // biome-ignore format: a row each
    ['image', () => imageValue('first', [{ width: 2, height: 1, png: Buffer.from('png') }])],
    ['session_start', () => sessionStart({ rate: 0.25 }, { name: 'train', time: 1.5 })],
    ['session_end', () => sessionEnd(2.5)],
  ] as const)('of %s', (name, bytes) => {
    expect(hex(bytes())).toBe(golden[name]);
  });
});

test('a histogram has each finite number in one bin', () => {
  expect(histogram([0, 1, 2, 3, 4, Number.NaN, Number.POSITIVE_INFINITY], 2)).toEqual([
    [0, 2, 2],
    [2, 4, 3],
  ]);
  expect(histogram([5, 5], 2)).toEqual([
    [4.5, 5, 0],
    [5, 5.5, 2],
  ]);
  expect(histogram([], 2)).toEqual([]);
});

test('a curve counts what is called positive from each threshold on', () => {
  const curve = prCurve([0.1, 0.6, 0.4, 0.9], [false, false, true, true], 3);
  expect(curve).toEqual([
    [2, 1, 0],
    [2, 1, 0],
    [0, 1, 2],
    [0, 1, 2],
    [0.5, 0.5, 0],
    [1, 0.5, 0],
  ]);
});

describe('a training', () => {
  beforeEach(async () => {
    await startBackend(choices.wasm);
  });

  /** @param clock seconds since 1970; absent: one that goes a second further each time it is asked. */
  const watched = async (
    name: string,
    changes: Partial<Pick<BoardOptions, 'clock' | 'histogramShare'> & { epochs: number }> = {},
  ) => {
    const { epochs = 2, ...own } = changes;
    const model = modelParams({ preset: 'cnn', filters: [4], units: [8], norm: 'batch', dropout: 0.2 });
    const training = await planned(bars(100, 1, policyOf({ noise: 0.1 }, { seed: 3 })), model, { epochs, logEvery: 5, validation: bars(40, 2) }); // biome-ignore format: one line
    let seconds = 1_700_000_000;
    const { clock = () => (seconds += 1) } = own;
    const file = openEvents(join(folder, name), { clock, suffix: '1' });
    const hparams = { epochs: 2, 'optimizer.rate': 0.01 };
    return { training, tell: board(training, file, { hparams, params: '{}', name: 'train', ...own, clock }), file };
  };

  test('learns the same with and without, and leaves no tensor', async () => {
    const { training, tell } = await watched('same');
    const tensors = tf.memory().numTensors;
    await train(training, { ...silent, tell });
    expect(tf.memory().numTensors).toBe(tensors);
    const { training: other } = await watched('other');
    await train(other, silent);
    expect(bytesOf(training.network).equals(bytesOf(other.network))).toBe(true);
  });

  test('has histograms of the first epoch, of the weights that are kept, and where they take little of the time', async () => {
    // By this clock histograms take 0.5 s, and so wait for 10; an epoch takes 3 to 4.
    let now = 1_700_000_000;
    const clock = (): number => (now += 0.25);
    const { training, tell, file } = await watched('paced', { clock, histogramShare: 0.05, epochs: 6 });
    const stepping: Listener = (event) => {
      if (event.type === 'stepped') now += 2;
      return tell(event);
    };
    const { kept } = await train({ ...training, keep: 'last' }, { ...silent, tell: stepping });
    const found = readEvents(await readFile(file.path));
    const stepsOf = (tag: string): number[] => found.filter(({ data }) => data.includes(tag)).map(({ step }) => step);
    expect(kept).toBe(6);
    expect(stepsOf('gradients/conv_1/kernel')).toEqual([1, 4]);
    expect(stepsOf('weights/conv_1/kernel')).toEqual([1, 4, 6]);
    expect(stepsOf('epoch/loss')).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('is written to the disk after each epoch, and within one where a second has passed', async () => {
    let [now, wait] = [1_700_000_000, 0.9];
    const { training, tell, file } = await watched('flushed', { clock: () => now });
    const size = (): number => (existsSync(file.path) ? statSync(file.path).size : 0);
    const grown: string[] = [];
    const noting: Listener = (event) => {
      if (event.type === 'entered') return;
      if (event.type === 'stepped') now += wait;
      const before = size();
      const heard = tell(event);
      if (event.type === 'epoch ended') wait = 1.1;
      const note = (): void => void grown.push(...(size() > before ? [event.type] : []));
      return event.type === 'stepped' ? note() : Promise.resolve(heard).then(note);
    };
    await train(training, { ...silent, tell: noting });
    expect(grown).toEqual(['began', 'epoch ended', 'stepped', 'epoch ended', 'ended']);
  });

  const python = process.env['STEMMA_TENSORBOARD_PYTHON'];
  test.runIf(python)('is read by TensorBoard’s own reader: every kind', async () => {
    const { training, tell } = await watched('read');
    await train(training, { ...silent, tell });
    await tell({ type: 'found', finding: { id: 'plateau', phase: 'training', severity: 'warning', message: 'flat', evidence: {}, remedy: 'more' } }); // biome-ignore format: one line
    const script = fileURLToPath(new URL('read.py', import.meta.url));
    const found = JSON.parse(execFileSync(python!, [script, join(folder, 'read')], { encoding: 'utf8' })) as Read;
    expect(Object.keys(found).sort()).toEqual(['histograms', 'hparams', 'images', 'pr_curves', 'scalars', 'text']);
    expect(found['scalars']!['step/loss']!.steps).toEqual([1, 6, 11]);
    expect(found['scalars']!['gradient_norm/conv_1']!.steps).toEqual([1, 6, 11]);
    expect(found['scalars']!['epoch/val_accuracy']!.steps).toEqual([1, 2]);
    expect(Object.keys(found['histograms']!)).toContain('gradients/conv_1/kernel');
    expect(found['histograms']!['weights/head/kernel']!.last).toHaveLength(30);
    expect(found['images']!['first batch']!.last).toHaveLength(2 + 16);
    expect(Object.keys(found['pr_curves']!)).toEqual(['validation/upright']);
    expect(found['text']!['findings/plateau']!.last).toContain('flat');
    expect(found['hparams']!['_hparams_/session_start_info']!.last).toEqual({ epochs: 2, 'optimizer.rate': 0.01 });
  });
});

/** The events of a file of few steps: TFRecords whose bytes begin with the time and the step. */
const readEvents = (file: Buffer): { readonly step: number; readonly data: Buffer }[] => {
  const events: { step: number; data: Buffer }[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    const data = file.subarray(at + 12, at + 12 + length);
    events.push({ step: data[10]!, data });
    at += length + 16;
  }
  return events;
};

type Read = Readonly<Record<string, Readonly<Record<string, { readonly steps: number[]; readonly last: unknown }>>>>;
