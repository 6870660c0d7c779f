import { describe, expect, it } from 'vitest';
import { type Judged, lintMetrics } from '../../../src/learn/evaluation/lint.ts';
import type { Interval } from '../../../src/learn/metrics/interval.ts';
import type { Comparison } from '../../../src/types/generated/evaluation.ts';

const metric = (value: number, half = 0.02): Interval => ({ value, low: value - half, high: value + half });
const judged = (given: Partial<Omit<Judged, 'metrics'>> & { metrics: Record<string, Interval> }): Judged => ({
  ...{ objective: undefined, supports: [50, 50], classes: ['ham', 'spam'], comparisons: [], margin: undefined },
  ...given,
  metrics: new Map(Object.entries(given.metrics)),
});
const idsOf = (of: Judged) => lintMetrics(of).map(({ id }) => id);
const accuracy = { metric: 'accuracy', mode: 'max', on: 'validation' } as const;
const beside = (name: string, low: number, value: number, high: number): Comparison => ({
  baseline: 'linear',
  metrics: { [name]: 0.5 },
  differences: { [name]: { value, low, high, p: 0.3 } },
});

describe('what speaks against metrics', () => {
  it('is accuracy alone on uneven classes, and not beside one that sees the rare class', () => {
    const uneven = { supports: [90, 10], metrics: { accuracy: metric(0.92) } };
    const [finding] = lintMetrics(judged(uneven));
    expect(finding).toMatchObject({ id: 'accuracy-alone', severity: 'warning', evidence: { share: 0.9 } });
    expect(finding!.message).toContain('90.0 % of the examples are "ham"');
    expect(idsOf(judged({ ...uneven, metrics: { ...uneven.metrics, mcc: metric(0.4) } }))).toEqual([]);
    expect(idsOf(judged({ ...uneven, supports: [55, 45] }))).toEqual([]);
    expect(idsOf(judged({ ...uneven, metrics: { micro_f1: metric(0.92) } }))).toEqual(['accuracy-alone']);
  });

  it('is an objective, or a bound of it, that is not asked for', () => {
    const objective = { ...accuracy, metric: 'recall', subject_to: { precision: { min: 0.9 } } };
    const [finding] = lintMetrics(judged({ objective, metrics: { accuracy: metric(0.9), recall: metric(0.8) } }));
    expect(finding).toMatchObject({ id: 'objective-not-measured', remedy: 'add "precision" to params.metrics' });
    expect(idsOf(judged({ objective: { ...accuracy, metric: 'loss' }, metrics: { accuracy: metric(0.9) } }))).toEqual(
      [],
    );
  });

  it('is a metric that the objective does not need', () => {
    const metrics = { accuracy: metric(0.9), macro_f1: metric(0.9), log_loss: metric(0.3) };
    const [finding] = lintMetrics(judged({ objective: accuracy, metrics }));
    expect(finding).toMatchObject({ id: 'unneeded-metric', severity: 'note', evidence: { metrics: 'log_loss' } });
    expect(
      idsOf(
        judged({
          objective: { ...accuracy, metric: 'brier', mode: 'min' },
          metrics: { ...metrics, brier: metric(0.1) },
        }),
      ),
    ).toEqual([]);
  });

  it('is a gain over the best baseline whose interval holds 0, of errors too', () => {
    const metrics = { accuracy: metric(0.9) };
    expect(idsOf(judged({ metrics, comparisons: [beside('accuracy', -0.01, 0.02, 0.05)] }))).toEqual([
      'uncertain-gain',
    ]);
    expect(idsOf(judged({ metrics, comparisons: [beside('accuracy', 0.01, 0.03, 0.05)] }))).toEqual([]);
    const errors = { rmse: metric(3) };
    const comparisons = [
      beside('rmse', -3, -2, -1),
      { ...beside('rmse', -0.5, -0.1, 0.3), baseline: 'neighbours' as const },
    ];
    const [finding] = lintMetrics(judged({ metrics: errors, comparisons, supports: [] }));
    expect(finding).toMatchObject({ id: 'uncertain-gain', evidence: { baseline: 'neighbours' } });
  });

  it('is a baseline that is surely better, of errors too, and the best of them is told', () => {
    const metrics = { accuracy: metric(0.9) };
    const [finding, ...more] = lintMetrics(
      judged({
        metrics,
        comparisons: [
          beside('accuracy', -0.01, 0, 0.01),
          { ...beside('accuracy', -0.3, -0.2, -0.1), baseline: 'linear' as const },
        ],
      }),
    );
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      id: 'worse-than-baseline',
      severity: 'warning',
      evidence: { baseline: 'linear', difference: -0.2 },
    });
    expect(finding!.message).toBe(
      'accuracy is worse than that of the baseline "linear" by 0.200 [0.100, 0.300], on the same examples',
    );
    const errors = { rmse: metric(3) };
    const worse = judged({ metrics: errors, comparisons: [beside('rmse', 0.1, 0.2, 0.4)], supports: [] });
    expect(lintMetrics(worse)[0]!.message).toContain('by 0.200 [0.100, 0.400]');
    expect(idsOf(worse)).toEqual(['worse-than-baseline']);
  });

  it('is no gain over a baseline that breaks the objective’s bounds', () => {
    const metrics = { recall: metric(0.9), precision: metric(0.95) };
    const objective = { ...accuracy, metric: 'recall', subject_to: { precision: { min: 0.9 } } };
    const all = { ...beside('recall', -0.15, -0.1, -0.05), metrics: { recall: 1, precision: 0.5 } };
    const close = { ...beside('recall', -0.05, 0, 0.05), metrics: { recall: 0.9, precision: 0.92 } };
    expect(idsOf(judged({ objective, metrics, comparisons: [all] }))).toEqual([]);
    expect(idsOf(judged({ objective, metrics, comparisons: [all, close] }))).toEqual(['uncertain-gain']);
  });

  it('is an interval that is wider than the gain that matters', () => {
    const metrics = { accuracy: metric(0.9, 0.02) };
    expect(idsOf(judged({ metrics, margin: 0.01 }))).toEqual(['uncertain-gain']);
    expect(idsOf(judged({ metrics, margin: 0.05 }))).toEqual([]);
  });

  it('is a bound that no threshold keeps', () => {
    const threshold = { reached: false, rows: 40, missed: 'precision is 0.840, and has to be at least 0.900' };
    const [finding] = lintMetrics(judged({ metrics: { accuracy: metric(0.9) }, threshold }));
    expect(finding).toMatchObject({ id: 'constraint-not-reached', severity: 'warning' });
    expect(finding!.message).toContain('precision is 0.840');
  });
});
