import { describe, expect, test } from 'vitest';
import { StageError } from '../../../src/learn/error.ts';
import { judge, type Monitor } from '../../../src/learn/training/early-stopping.ts';
import golden from './early-stopping.json' with { type: 'json' };

const monitor: Monitor = { name: 'val_loss', mode: 'min', minDelta: 0, patience: 2 };
const epochs = (...losses: readonly number[]) =>
  losses.map((loss, index) => ({ epoch: index + 1, rate: 0.1, loss: 9, val_loss: loss, val_accuracy: 1 - loss }));

describe('judge', () => {
  test('the best is the least, or the greatest', () => {
    expect(judge(epochs(0.5, 0.3, 0.4), monitor)).toEqual({ best: 2, value: 0.3, stop: undefined });
    expect(judge(epochs(0.5, 0.3, 0.4), { ...monitor, name: 'val_accuracy', mode: 'max' }).best).toBe(2);
  });

  test('it stops after `patience` epochs without a better one, not before', () => {
    expect(judge(epochs(0.5, 0.6), monitor).stop).toBe(undefined);
    expect(judge(epochs(0.5, 0.6, 0.7), monitor)).toEqual({ best: 1, value: 0.5, stop: 'patience' });
    expect(judge(epochs(0.5, 0.6, 0.4, 0.5), monitor).stop).toBe(undefined);
  });

  test('of equal epochs the first is the best', () => {
    expect(judge(epochs(0.5, 0.5, 0.5), monitor)).toEqual({ best: 1, value: 0.5, stop: 'patience' });
  });

  test('of equal epochs the one with the lower loss is the better, where ties are broken', () => {
    const records = epochs(0.5, 0.4, 0.45, 0.3, 0.35, 0.36).map((record) => ({ ...record, val_accuracy: 0.9 }));
    const accuracy: Monitor = { ...monitor, name: 'val_accuracy', mode: 'max' };
    expect(judge(records, accuracy)).toEqual({ best: 1, value: 0.9, stop: 'patience' });
    expect(judge(records.slice(0, 5), { ...accuracy, tieBreak: 'val_loss' })).toEqual({
      best: 4,
      value: 0.9,
      stop: undefined,
    });
    expect(judge(records, { ...accuracy, tieBreak: 'val_loss' })).toEqual({ best: 4, value: 0.9, stop: 'patience' });
    // A better value decides by itself, whatever its loss is.
    const better = [...records, { ...records[0]!, epoch: 7, val_accuracy: 0.91 }];
    expect(judge(better, { ...accuracy, tieBreak: 'val_loss' }).best).toBe(7);
  });

  test('small gains do not count, as in Keras', () => {
    expect(judge(epochs(0.5, 0.45, 0.42), { ...monitor, minDelta: 0.1 })).toEqual({
      best: 1,
      value: 0.5,
      stop: 'patience',
    });
    expect(judge(epochs(0.5, 0.45, 0.39), { ...monitor, minDelta: 0.1 }).best).toBe(3);
  });

  test('without patience it never stops', () => {
    expect(judge(epochs(0.1, 1, 1, 1, 1, 1, 1, 1), { ...monitor, patience: undefined }).stop).toBe(undefined);
  });

  test('a baseline that is not beaten stops it, unless each epoch is better than the one before, as in Keras', () => {
    const hurdle = { ...monitor, baseline: 0.4 };
    expect(judge(epochs(0.6, 0.55, 0.56), hurdle)).toEqual({ best: 2, value: 0.55, stop: 'patience' });
    expect(judge(epochs(0.6, 0.55, 0.5, 0.45), hurdle).stop).toBe(undefined);
    expect(judge(epochs(0.6, 0.35, 0.36), hurdle)).toEqual({ best: 2, value: 0.35, stop: undefined });
    expect(judge(epochs(0.6, 0.35, 0.36, 0.37), hurdle).stop).toBe('patience');
  });

  test('epochs before the start are not judged: none is the best, and none is waited for', () => {
    const late = { ...monitor, startFromEpoch: 3 };
    expect(judge(epochs(0.1, 0.2), late)).toEqual({ best: 2, value: 0.2, stop: undefined });
    expect(judge(epochs(0.1, 0.2, 0.3, 0.5, 0.6), late)).toEqual({ best: 4, value: 0.5, stop: undefined });
    expect(judge(epochs(0.1, 0.2, 0.3, 0.5, 0.6, 0.7), late)).toEqual({ best: 4, value: 0.5, stop: 'patience' });
  });

  test('an epoch that is better than the stopping threshold is the last, and one that is no better is not', () => {
    const enough = { ...monitor, stoppingThreshold: 0.2 };
    expect(judge(epochs(0.5, 0.2), enough).stop).toBe(undefined);
    expect(judge(epochs(0.5, 0.19), enough)).toEqual({ best: 2, value: 0.19, stop: 'stopping_threshold' });
    const most = { ...enough, name: 'val_accuracy', mode: 'max', stoppingThreshold: 0.9 } as const;
    expect(judge(epochs(0.5, 0.05), most).stop).toBe('stopping_threshold');
  });

  test('an epoch that is worse than the divergence threshold is the last', () => {
    const away = { ...monitor, divergenceThreshold: 2 };
    expect(judge(epochs(0.5, 2), away).stop).toBe(undefined);
    expect(judge(epochs(0.5, 2.1), away)).toEqual({ best: 1, value: 0.5, stop: 'divergence_threshold' });
    const least = { ...away, name: 'val_accuracy', mode: 'max', divergenceThreshold: 0.2 } as const;
    expect(judge(epochs(0.5, 0.9), least).stop).toBe('divergence_threshold');
  });

  test.each(golden.cases.map((each) => [JSON.stringify(each.options), each] as const))(
    'stops in the epoch in which Keras’s EarlyStopping does, with its best one: %s',
    (_, { options, values, stopped, best }) => {
      const asked: Monitor = {
        ...{ name: 'val_loss', mode: options.mode as 'min' | 'max', patience: options.patience },
        ...{ minDelta: options.min_delta, baseline: options.baseline ?? undefined },
        startFromEpoch: options.start_from_epoch,
      };
      const all = epochs(...values);
      const counts = values.map((_value, at) => at + 1);
      const found = counts.find((count) => judge(all.slice(0, count), asked).stop !== undefined);
      expect(found ?? null).toBe(stopped);
      expect(judge(all.slice(0, found ?? values.length), asked).best).toBe(best);
    },
  );

  test('what is not recorded cannot be monitored, and the message says what can', () => {
    const unknown = () => judge(epochs(0.1), { ...monitor, name: 'val_auc' });
    expect(unknown).toThrow(StageError);
    expect(unknown).toThrow('early_stopping.monitor is "val_auc", which is not recorded');
    expect(unknown).toThrow('recorded are loss, val_loss, val_accuracy');
    expect(() => judge(epochs(0.1), { ...monitor, name: 'val_auc', tieBreak: 'val_loss' })).toThrow(
      'the objective\'s metric is "val_auc", which is not recorded',
    );
    expect(() => judge(epochs(0.1), { ...monitor, name: 'epoch' })).toThrow(StageError);
  });
});
