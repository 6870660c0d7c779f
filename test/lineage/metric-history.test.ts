import { describe, expect, it } from 'vitest';
import { type HistoryRequest, type MetricHistory, metricHistory } from '../../src/lineage/metric-history.ts';
import { interval, measured, objective } from './measured.ts';

const rows = [
  measured(1, 'old', { gone: 1 }),
  measured(2, 'train', { val_loss: 0.5, val_accuracy: 0.9 }),
  measured(2, 'evaluate', { accuracy: interval(0.9, 0.1), macro_f1: 0.8, recall: 0.7 }),
  measured(3, 'train', { val_loss: 0.4, val_accuracy: 0.95 }, { outcome: 'failed' }),
  measured(4, 'train', { val_loss: 0.4, val_accuracy: 0.95 }, { executedIn: '2026-11-03T10-00-00-0003' }),
  measured(4, 'evaluate', { accuracy: interval(0.8, 0.1), macro_f1: 0.7, recall: 0.6 }),
];

const request: HistoryRequest = { pipeline: 'p', objective, metrics: [], stage: undefined };
const history = (more: Partial<HistoryRequest> = {}, given = rows) =>
  metricHistory(given, { ...request, ...more }) as MetricHistory;
const names = ({ columns }: MetricHistory) => columns.map(({ stage, metric }) => `${stage}.${metric}`);

describe('the columns are', () => {
  it('the objective on validation, and the first two of the last stage', () => {
    expect(names(history())).toEqual(['train.val_accuracy', 'evaluate.accuracy', 'evaluate.macro_f1']);
  });

  it('those of the last stage alone where there is no objective, or it has it itself', () => {
    expect(names(history({ objective: undefined }))).toEqual(['evaluate.accuracy', 'evaluate.macro_f1']);
    const own = [measured(1, 's', { accuracy: 1, b: 2, c: 3 })];
    expect(names(history({}, own))).toEqual(['s.accuracy', 's.b']);
  });

  it('those asked for, of every stage or of one', () => {
    expect(names(history({ metrics: ['recall', 'val_loss'] }))).toEqual(['evaluate.recall', 'train.val_loss']);
    expect(names(history({ stage: 'train' }))).toEqual(['train.val_loss', 'train.val_accuracy']);
    expect(names(history({ stage: 'old', metrics: ['gone'] }))).toEqual(['old.gone']);
  });

  it('never what nobody measured', () => {
    expect(history({ metrics: ['recal'] })).toMatchObject({ unknown: 'metric', name: 'recal' });
    expect(history({ stage: 'train', metrics: ['recall'] })).toEqual({
      unknown: 'metric',
      name: 'recall',
      known: ['val_loss', 'val_accuracy'],
    });
    expect(history({ stage: 'trian' })).toMatchObject({ unknown: 'stage', known: ['train', 'evaluate', 'old'] });
  });
});

describe('the runs', () => {
  it('are those that have a column, with what a kept stage measured when it ran', () => {
    const { runs } = history();
    expect(runs.map(({ run, outcome }) => `${run} ${outcome}`)).toEqual([
      '2026-11-02T10-00-00-0002 succeeded',
      '2026-11-03T10-00-00-0003 failed',
      '2026-11-04T10-00-00-0004 succeeded',
    ]);
    expect(runs[1]!.values).toEqual([0.95, undefined, undefined]);
    expect(runs[2]!.values).toEqual([0.95, interval(0.8, 0.1), 0.7]);
    expect(runs[2]!.executedIn[0]).toBe('2026-11-03T10-00-00-0003');
  });

  it('have a best one by the objective on validation, the first of equals, and by nothing else', () => {
    expect(history().columns.map(({ best }) => best)).toEqual([
      { run: '2026-11-03T10-00-00-0003', value: 0.95, equals: 2 },
      undefined,
      undefined,
    ]);
    const low = history({ objective: { ...objective, metric: 'loss', mode: 'min' }, metrics: ['val_loss'] });
    expect(low.columns[0]!.best).toEqual({ run: '2026-11-03T10-00-00-0003', value: 0.4, equals: 2 });
    expect(history({ objective: undefined, metrics: ['val_accuracy'] }).columns[0]!.best).toBeUndefined();
  });
});
