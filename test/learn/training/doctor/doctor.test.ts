import { describe, expect, test } from 'vitest';
import { type Chart, emptyChart, hearEpoch, hearStep } from '../../../../src/learn/training/doctor/doctor.ts';
import { checksOf } from '../../../../src/learn/training/doctor/report.ts';
import type { Reading } from '../../../../src/learn/training/readings.ts';

const patient = { chance: 2.3, warmup: 0, variables: ['dense/kernel', 'head/kernel'] };

/** Readings of 32 rows; `squares` are of gradients, weights and updates, two each. */
const reading = (step: number, loss: number, squares?: readonly number[]): Reading => ({
  ...{ step, rate: 0.01, rows: 32, loss: 32 * loss, score: 0 },
  ...(squares && { squares: Float32Array.from(squares) }),
});

const heard = (losses: readonly number[], from: Chart = emptyChart): Chart =>
  losses.reduce((chart, loss, at) => hearStep(chart, reading(at, loss), patient), from);

const ids = ({ findings }: Chart): string[] => findings.map(({ id }) => id);

describe('the doctor', () => {
  test('is silent while a loss falls, however it trembles', () => {
    const losses = Array.from({ length: 300 }, (_, at) => 2.3 * Math.exp(-at / 60) * (1 + 0.4 * Math.sin(at)));
    const chart = hearEpoch(heard(losses), { epoch: 1, layers: [{ layer: 'dense', units: 10, dead: 5, rows: 9 }] }, patient); // biome-ignore format: one line
    expect(ids(chart)).toEqual([]);
    expect(checksOf(chart).map(({ state }) => state)).toEqual(Array(6).fill('clean'));
  });

  test('names the layer whose numbers are no longer finite', () => {
    const chart = hearStep(emptyChart, reading(3, 2, [1, Number.NaN, 4, 4, 0.1, 0.1]), patient);
    expect(chart.findings).toMatchObject([
      { id: 'not-finite', severity: 'error', step: 4, evidence: { layers: 'head' } },
    ]);
  });

  test('takes a step of more than half of the weights for too high a rate, and says which would do', () => {
    expect(ids(hearStep(emptyChart, reading(0, 2, [1, 1, 100, 100, 24, 25]), patient))).toEqual([]);
    const chart = hearStep(emptyChart, reading(0, 2, [1, 1, 100, 100, 400, 400]), patient);
    expect(chart.findings).toMatchObject([
      { id: 'rate-too-high', severity: 'error', step: 1, evidence: { update_ratio: 2, most: 0.5, rate: 0.01 } },
    ]);
    expect(chart.findings[0]!.remedy).toContain('0.00003');
  });

  test('calls a loss that is twice of where it began a rise, once', () => {
    expect(ids(heard([2, 3, 4, 5]))).toEqual([]);
    expect(heard([2, 9, 9, 9, 9, 9]).findings).toMatchObject([
      { id: 'loss-rises', step: 3, evidence: { first_loss: 2 } },
    ]);
    // A number far from 0 begins far above chance, and may stay there for a while.
    expect(ids(heard([500, 700, 800, 600]))).toEqual([]);
  });

  test('calls a loss that had fallen and jumps a spike', () => {
    const fallen = [2.3, ...Array.from({ length: 40 }, () => 0.3)];
    expect(ids(heard([...fallen, 2]))).toEqual([]);
    expect(heard([...fallen, 3]).findings).toMatchObject([{ id: 'loss-spike', severity: 'warning' }]);
    expect(ids(heard([2.3, 0.3, 0.3, 3]))).toEqual([]);
  });

  test('calls 100 steps at chance a plateau, judged once and not while the rate climbs', () => {
    const flat = heard(Array.from({ length: 100 }, () => 2.3));
    expect(ids(hearEpoch(flat, { epoch: 2, layers: [] }, patient))).toEqual(['plateau']);
    expect(ids(hearEpoch(flat, { epoch: 2, layers: [] }, { ...patient, warmup: 51 }))).toEqual([]);
    const falling = heard(Array.from({ length: 100 }, (_, at) => 2.3 - at / 500));
    const judged = hearEpoch(falling, { epoch: 2, layers: [] }, patient);
    expect([ids(judged), judged.plateauJudged]).toEqual([[], true]);
  });

  test('tells dead units once a layer', () => {
    const layers = [
      { layer: 'a', units: 10, dead: 7, rows: 256 },
      { layer: 'b', units: 10, dead: 10, rows: 256 },
    ];
    const chart = hearEpoch(hearEpoch(emptyChart, { epoch: 1, layers }, patient), { epoch: 2, layers }, patient);
    expect(chart.findings.map(({ severity, epoch, evidence }) => [severity, epoch, evidence['layer']])).toEqual([
      ['warning', 1, 'a'],
      ['error', 1, 'b'],
    ]);
  });

  test('goes on from its chart as JSON as if it had never stopped', () => {
    const losses = Array.from({ length: 80 }, (_, at) => (at > 60 ? 30 : 2 / (1 + at)));
    const [before, later] = [losses.slice(0, 40), losses.slice(40)];
    const whole = heard(later, heard(before));
    expect(heard(later, JSON.parse(JSON.stringify(heard(before))) as Chart)).toEqual(whole);
    expect(ids(whole)).toEqual(['loss-rises', 'loss-spike']);
  });

  test('says of a short training what it could not judge', () => {
    expect(checksOf(heard([2, 1])).map(({ id, state }) => `${id}: ${state}`)).toEqual([
      ...['not-finite: clean', 'rate-too-high: clean', 'loss-rises: clean', 'loss-spike: clean'],
      ...['plateau: left out', 'dead-units: left out'],
    ]);
  });
});
