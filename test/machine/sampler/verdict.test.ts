import { describe, expect, test } from 'vitest';
import { formatMoney } from '../../../src/machine/money.ts';
import { type Judged, verdictOf } from '../../../src/machine/sampler/verdict.ts';
import type { GpuRecord } from '../../../src/types/generated/stage-run.ts';

const step = (data: number, transfer: number, compute: number, rest: number) => ({
  count: 100,
  ...{ data, transfer, compute, rest },
});

const gpu = (mean: number, seconds: number, idleSeconds: number): GpuRecord => ({
  index: 0,
  name: 'NVIDIA H100',
  seconds,
  utilization: { mean, max: 100, p10: 0, p50: mean, p90: 100 },
  idleSeconds,
  memory: { mean: 3e9, max: 4e9 },
  memoryTotal: 80e9,
  series: [],
});

const onCpu = (telemetry: object): Judged => ({ telemetry: { ...telemetry }, backend: { device: 'cpu' } });

const onGpu = (telemetry: object, ...gpus: GpuRecord[]): Judged => ({
  telemetry: { ...telemetry },
  backend: { device: 'gpu' },
  hardware: { seconds: 50, interval: 0.5, every: 0.5, gpus },
});

describe('on a processor', () => {
  test.each([
    [step(20, 0, 80, 0), 'input-bound'],
    [step(19, 0, 81, 0), 'compute-bound'],
    [step(5, 8, 80, 7), 'overhead-bound'],
    [step(5, 7, 81, 7), 'compute-bound'],
    // Of two that hold it up, the greater.
    [step(30, 20, 30, 20), 'overhead-bound'],
    [step(40, 10, 30, 20), 'input-bound'],
    // Too short to tell.
    [step(0.5, 0, 0.4, 0), 'unclear'],
  ] as const)('%j is %s', (division, kind) => {
    expect(verdictOf(onCpu({ step: division }))).toMatchObject({ kind });
  });

  test('says how much, what it cost, and what helps', () => {
    const price = { perHour: 0.5, currency: 'EUR' };
    expect(verdictOf(onCpu({ step: step(26.1, 0, 14, 1.7) }), price)).toEqual({
      kind: 'input-bound',
      words: "62 % of the steps' 41.8 s went by waiting for data; what did not compute cost 0.0039 EUR",
      idleSeconds: expect.closeTo(27.8, 6) as number,
      cost: { amount: expect.closeTo((27.8 / 3600) * 0.5, 9) as number, currency: 'EUR' },
      remedy: expect.stringContaining('copies') as string,
    });
  });

  test('names transfer where that is the overhead', () => {
    const { words, remedy } = verdictOf(onCpu({ step: step(1, 12, 80, 7) }))!;
    expect(words).toBe("19 % of the steps' 100.0 s were overhead, 12 % moving batches to where they are computed");
    expect(remedy).toContain('larger pieces');
  });
});

describe('on a GPU', () => {
  test('that hardly works though the data is there is bound by overhead', () => {
    const verdict = verdictOf(onGpu({ step: step(1, 1, 38, 0) }, gpu(20, 50, 12)), { perHour: 3600, currency: 'USD' });
    expect(verdict).toMatchObject({ kind: 'overhead-bound', idleSeconds: 12, cost: { amount: 12 } });
    expect(verdict!.words).toBe(
      "the GPU was busy for at most 25 % of the steps' 40.0 s, and data was there in time; the GPU was idle for 12.0 s of 50.0 s, which cost 12.00 USD",
    );
    expect(verdict!.remedy).toContain('4.0 of 80.0 GB');
  });

  test('that small kernels keep busy now and then is bound by overhead, as was seen on an H200', () => {
    const { kind, words, remedy } = verdictOf(onGpu({ step: step(1.4, 0.2, 77.1, 0.2) }, gpu(64, 85.6, 4.5)))!;
    expect(kind).toBe('overhead-bound');
    expect(words).toContain("at most 69 % of the steps' 78.9 s");
    expect(remedy).toContain('a larger batch_size');
  });

  test('that works is bound by computing', () => {
    expect(verdictOf(onGpu({ step: step(1, 1, 38, 0) }, gpu(80, 50, 4)))).toMatchObject({ kind: 'compute-bound' });
  });

  test('that waits for data is input-bound', () => {
    expect(verdictOf(onGpu({ step: step(20, 1, 19, 0) }, gpu(30, 50, 22)))).toMatchObject({
      kind: 'input-bound',
      idleSeconds: 22,
    });
  });

  test('is judged by the one that worked', () => {
    const idle = { ...gpu(0, 50, 50), index: 1 };
    expect(verdictOf(onGpu({ step: step(1, 1, 38, 0) }, idle, gpu(80, 50, 4)))).toMatchObject({ idleSeconds: 4 });
  });

  test('without a division of its steps is judged only where it was at its limit', () => {
    expect(verdictOf(onGpu({}, gpu(92, 50, 1)))).toMatchObject({ kind: 'compute-bound' });
    expect(verdictOf(onGpu({}, gpu(60, 50, 9)))).toMatchObject({ kind: 'unclear', remedy: '', idleSeconds: 9 });
  });
});

test('nothing that could be judged has no verdict', () => {
  expect(verdictOf(onCpu({}))).toBeUndefined();
});

test.each([{ step: 'slow' }, { step: null }, { step: { ...step(1, 1, 1, 1), data: -1 } }, { step: { count: 3 } }])(
  'telemetry may be anything: %j',
  (telemetry) => expect(verdictOf(onCpu(telemetry))).toBeUndefined(),
);

test.each([
  [12.4, '12.40 USD'],
  [0.997, '1.00 USD'],
  [0.0036, '0.0036 USD'],
  [0.1234, '0.12 USD'],
  [0, '0.00 USD'],
])('%d is told as %s', (amount, text) => expect(formatMoney({ amount, currency: 'USD' })).toBe(text));
