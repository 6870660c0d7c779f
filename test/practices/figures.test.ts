import { describe, expect, it } from 'vitest';
import type { Experiment, PracticeRecord, Value } from './experiments.ts';
import { figureTable, summarize, within } from './figures.ts';

const experiment = (read: Experiment['read'], seeds = [1, 2, 3]): Experiment => ({
  ...{ pipeline: 'p', seeds, read },
  arms: [{ name: 'without' }, { name: 'with' }],
});

const recordOf = (values: Readonly<Record<'without' | 'with', readonly (Value | undefined)[]>>): PracticeRecord => ({
  runs: (['without', 'with'] as const).flatMap((arm) =>
    values[arm].map((value, at) => ({
      ...{ arm, seed: at + 1, command: '', exit: 0, stages: {} },
      values: value === undefined ? {} : { accuracy: value },
    })),
  ),
  stageRuns: {},
});

const accuracy = { name: 'accuracy', stage: 'train', metric: 'accuracy', digits: 2, better: 'more' } as const;

describe('a table of figures', () => {
  it('has means and paired differences with their intervals by Student’s t', () => {
    // Differences 0.1, 0.2, 0.3: their deviation is 0.1, and t of 2 degrees 4.303, so that the half is 0.248.
    const record = recordOf({ without: [0.5, 0.5, 0.5], with: [0.6, 0.7, 0.8] });
    expect(figureTable(experiment([accuracy]), record).split('\n')).toEqual([
      '|  | accuracy | accuracy, difference |',
      '| --- | --- | --- |',
      '| without | 0.50 |  |',
      '| with | 0.70 [0.45, 0.95] | +0.20 [−0.05, +0.45]: not shown |',
    ]);
  });

  it.each([
    ['more', 0.5, 'better'],
    ['less', 0.5, 'worse'],
    ['more', -0.5, 'worse'],
    ['less', -0.5, 'better'],
  ] as const)('calls a difference by whether %s is better: %f is %s', (better, by, word) => {
    const record = recordOf({ without: [1, 1.1, 1.2], with: [1 + by, 1.11 + by, 1.2 + by] });
    expect(figureTable(experiment([{ ...accuracy, better }]), record)).toContain(`]: ${word} |`);
  });

  it('shows of one run its own interval, a text as it is, and a dash where there is nothing', () => {
    const record = recordOf({ without: [{ value: 0.9, low: 0.85, high: 0.93 }], with: [undefined] });
    expect(figureTable(experiment([accuracy], [1]), record)).toContain('| without | 0.90 [0.85, 0.93] |\n| with | – |');
    const texts = recordOf({ without: ['sound'], with: ['overfitting'] });
    expect(figureTable(experiment([accuracy], [1]), texts)).toContain('| without | sound |\n| with | overfitting |');
  });
});

describe('runs that are made again', () => {
  const before = recordOf({ without: [0.5, 0.52, 0.51], with: [0.6, 0.61, 0.65] });
  const held = (now: PracticeRecord, asked = experiment([accuracy])) => {
    const [was, is] = [summarize(asked, before), summarize(asked, now)];
    return is.flatMap((each, at) => within(each, was[at]!));
  };

  it('are held within the intervals of means and of differences', () => {
    expect(held(before)).toEqual([]);
    expect(held(recordOf({ without: [0.51, 0.51, 0.51], with: [0.62, 0.62, 0.62] }))).toEqual([]);
    expect(held(recordOf({ without: [0.51, 0.51, 0.51], with: [0.51, 0.51, 0.51] })).join()).toMatch(
      /^with, accuracy: 0.51 is not in .*with, accuracy, difference: 0 is not in/,
    );
  });

  it('have the same texts, and the same counts', () => {
    const one = experiment([accuracy], [1]);
    const of = (value: Value) => summarize(one, recordOf({ without: [value], with: [value] }))[0]!;
    expect(within(of('sound'), of('sound'))).toEqual([]);
    expect(within(of('unclear'), of('sound'))).toEqual(['without, accuracy: unclear, not sound']);
    expect(within(of(53), of(53))).toEqual([]);
    expect(within(of(54), of(53))).toEqual(['without, accuracy: 54 is not in [53, 53]']);
  });

  it('have what a clock is in within the bounds that are stated, wherever it was before', () => {
    const timed = experiment([{ ...accuracy, measured: { from: 0.5, to: 2 } }], [1]);
    const of = (value: Value) => summarize(timed, recordOf({ without: [value], with: [value] }))[0]!;
    expect(within(of(1.9), of(0.6))).toEqual([]);
    expect(within(of(2.1), of(0.6))).toEqual(['without, accuracy: 2.1 is not in [0.5, 2]']);
    expect(figureTable(timed, recordOf({ without: [0.6], with: [1.9] }))).toMatch(
      /^\| {2}\| accuracy \(held within 0\.5 to 2\) \|\n/,
    );
  });
});
