import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type MeasuredIn, type MetricsFile, packedMetrics } from '../../src/lineage/index/packed-metrics.ts';

const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const metric = fc.oneof(number, fc.record({ value: number, low: number, high: number }));
const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'a\nb', 'ü'));
const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
const measured = fc.record({
  stage: fc.constantFrom('train', 'evaluate'),
  run: fc.constantFrom('2026-11-01T10-00-00-0000', '2026-11-02T10-00-00-0000'),
  metrics: fc.array(fc.tuple(name, metric)).map((entries) => Object.fromEntries(entries)),
});

const files = fc.tuple(fc.dictionary(hex, measured), fc.array(fc.nat())).map(([stageRuns, picks]): MetricsFile => {
  const hexes = Object.keys(stageRuns);
  const runs = picks.map((pick, index): [string, MeasuredIn] => [
    `run ${index}`,
    {
      started: `time ${pick}`,
      outcome: pick % 2 === 0 ? 'succeeded' : 'failed',
      stageRuns: hexes.length === 0 ? [] : [hexes[pick % hexes.length]!],
    },
  ]);
  return { stageRuns, runs: Object.fromEntries(runs) };
});

it('what is packed comes out as it was', () => {
  fc.assert(
    fc.property(files, (file) => {
      const { stageRuns, runs } = packedMetrics.decode(packedMetrics.encode(file));
      expect(runs).toEqual(file.runs);
      expect(Object.keys(stageRuns)).toEqual(Object.keys(file.stageRuns));
      for (const [key, { metrics, ...rest }] of Object.entries(file.stageRuns)) {
        expect(stageRuns[key]).toMatchObject(rest);
        expect(Object.entries(stageRuns[key]!.metrics)).toEqual(Object.entries(metrics));
      }
    }),
  );
});

it('packs what was packed, from a place in memory that is no multiple of anything', () => {
  const file: MetricsFile = {
    stageRuns: {
      ['ab'.repeat(32)]: { stage: 's', run: 'r', metrics: { a: 1 / 3, b: { value: 2, low: -0, high: 3 } } },
    },
    runs: {
      r: { started: '2026-11-23T14:02:07.123Z', outcome: 'interrupted', stageRuns: ['ab'.repeat(32)] },
      later: { started: '2026-11-24T14:02:07.000Z', outcome: 'succeeded', stageRuns: ['ab'.repeat(32)] },
    },
  };
  const bytes = packedMetrics.encode(file);
  const shifted = Buffer.concat([Buffer.from('x'), bytes]).subarray(1);
  expect(packedMetrics.decode(shifted)).toEqual(file);
  expect(packedMetrics.encode(packedMetrics.decode(bytes))).toEqual(bytes);
});
