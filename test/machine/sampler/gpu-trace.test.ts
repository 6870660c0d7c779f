import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { summarizeGpus } from '../../../src/machine/sampler/gpu-summary.ts';
import { parseReading } from '../../../src/machine/sampler/nvidia-smi.ts';
import { createSeries } from '../../../src/machine/sampler/series.ts';
import type { GpuRecord } from '../../../src/types/generated/stage-run.ts';

// A minute of one GPU, as nvidia-smi prints it: idle at first, at work with dips, and a gap of two seconds in it.

const fixture = new URL('../../fixtures/machine/nvidia-smi-one-gpu.csv', import.meta.url);
const trace = readFileSync(fixture, 'utf8').trimEnd().split('\n');

const summaryOf = (lines: readonly string[]): readonly GpuRecord[] => {
  const summary = summarizeGpus(0.5, createSeries(0.5));
  // Heard all at once: what counts is when nvidia-smi took them.
  for (const line of lines) {
    const reading = parseReading(line);
    if (reading !== undefined) summary.add(reading, 0.25);
  }
  return summary.read();
};

test('a trace is summed up by the time that each reading stands for', () => {
  const [gpu, ...others] = summaryOf(trace);
  expect(others).toEqual([]);
  // Computed from the file by another program: of the gap, one second counts.
  expect(gpu).toMatchObject({
    index: 0,
    name: 'NVIDIA H100 80GB HBM3',
    seconds: 58.538,
    utilization: { mean: 68.18, max: 97, p10: 0, p50: 91, p90: 95 },
    idleSeconds: 15.51,
    memory: { max: 18_944 * 2 ** 20 },
    memoryTotal: 81_559 * 2 ** 20,
    power: { mean: 456.155, max: 590.6 },
    temperature: { mean: 49.79, max: 63 },
  });
});

test('its series is over the time of the trace, with nothing where nothing was read', () => {
  const { series } = summaryOf(trace)[0]!;
  expect(series).toHaveLength(120);
  expect(series.filter((value) => value === null).length).toBeGreaterThanOrEqual(4);
  expect(series.slice(0, 12)).toEqual(Array.from({ length: 12 }, () => 0));
  expect(Math.max(...series.map(Number))).toBe(97);
});

test('several GPUs are told apart', () => {
  const second = trace.map((line) => line.replace(', 0, NVIDIA', ', 3, NVIDIA'));
  const both = trace.flatMap((line, index) => [line, second[index]!]);
  const [first, other] = summaryOf(both);
  expect(other).toEqual({ ...first, index: 3 });
});

test('a reading that a card does not give is absent, and the rest counts', () => {
  const [gpu] = summaryOf(['2026/11/20 14:02:07.118, 0, NVIDIA GeForce GT 1030, 12, [N/A], [N/A], [N/A], 41']);
  expect(gpu).toMatchObject({ utilization: { mean: 12 }, temperature: { max: 41 } });
  expect(gpu).not.toHaveProperty('memory');
  expect(gpu).not.toHaveProperty('power');
});

test.each([
  ['', 'an empty line'],
  ['Failed to initialize NVML: Driver/library version mismatch', 'a complaint'],
  ['No devices were found', 'none there'],
  ['2026/11/20 14:02:07.118, 0, NVIDIA H100, [Not Supported], 4, 81559, 71.20, 34', 'no utilization'],
  ['2026/11/20 14:02:07.118, 0, NVIDIA H100, 4096, 4, 81559, 71.20, 34', 'more than all'],
  ['2026/11/20 14:02:07.118, 0, NVIDIA H100, 97', 'cut off'],
  ['14:02:07, 0, NVIDIA H100, 97, 4, 81559, 71.20, 34', 'another clock'],
])('%j is no reading (%s)', (line) => {
  expect(parseReading(line)).toBeUndefined();
});

test('a clock that is set back weighs one interval, not less than nothing', () => {
  const line = (time: string) => `2026/10/25 ${time}, 0, NVIDIA H100, 50, 4, 81559, 71.20, 34`;
  const [gpu] = summaryOf([line('02:59:59.900'), line('02:00:00.400'), line('02:00:00.900')]);
  expect(gpu!.seconds).toBe(1.5);
});
