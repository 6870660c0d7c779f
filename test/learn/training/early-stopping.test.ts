import { describe, expect, test } from 'vitest';
import { StageError } from '../../../src/learn/error.ts';
import { judge, type Monitor } from '../../../src/learn/training/early-stopping.ts';

const monitor: Monitor = { name: 'val_loss', mode: 'min', minDelta: 0, patience: 2 };
const epochs = (...losses: readonly number[]) =>
  losses.map((loss, index) => ({ epoch: index + 1, rate: 0.1, loss: 9, val_loss: loss, val_accuracy: 1 - loss }));

describe('judge', () => {
  test('the best is the least, or the greatest', () => {
    expect(judge(epochs(0.5, 0.3, 0.4), monitor)).toEqual({ best: 2, value: 0.3, stop: false });
    expect(judge(epochs(0.5, 0.3, 0.4), { ...monitor, name: 'val_accuracy', mode: 'max' }).best).toBe(2);
  });

  test('it stops after `patience` epochs without a better one, not before', () => {
    expect(judge(epochs(0.5, 0.6), monitor).stop).toBe(false);
    expect(judge(epochs(0.5, 0.6, 0.7), monitor)).toEqual({ best: 1, value: 0.5, stop: true });
    expect(judge(epochs(0.5, 0.6, 0.4, 0.5), monitor).stop).toBe(false);
  });

  test('of equal epochs the first is the best', () => {
    expect(judge(epochs(0.5, 0.5, 0.5), monitor)).toEqual({ best: 1, value: 0.5, stop: true });
  });

  test('small gains do not count, as in Keras', () => {
    expect(judge(epochs(0.5, 0.45, 0.42), { ...monitor, minDelta: 0.1 })).toEqual({ best: 1, value: 0.5, stop: true });
    expect(judge(epochs(0.5, 0.45, 0.39), { ...monitor, minDelta: 0.1 }).best).toBe(3);
  });

  test('without patience it never stops', () => {
    expect(judge(epochs(0.1, 1, 1, 1, 1, 1, 1, 1), { ...monitor, patience: undefined }).stop).toBe(false);
  });

  test('what is not recorded cannot be monitored, and the message says what can', () => {
    const unknown = () => judge(epochs(0.1), { ...monitor, name: 'val_auc' });
    expect(unknown).toThrow(StageError);
    expect(unknown).toThrow('recorded are loss, val_loss, val_accuracy');
    expect(() => judge(epochs(0.1), { ...monitor, name: 'epoch' })).toThrow(StageError);
  });
});
