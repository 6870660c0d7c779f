import { describe, expect, it } from 'vitest';
import type { Ablation, StepResult } from '../../src/run/ablation/ablation.ts';
import { formatGain, renderAblation } from '../../src/ui/ablation-view.ts';
import { createPaint } from '../../src/ui/paint.ts';

const side = { variant: 'p--x', file: 'x.json', runs: [], seconds: 72, ran: 12, restored: 33 };

const step = (name: string, rest: Partial<StepResult>): StepResult => ({
  ...side,
  step: name,
  otherRows: false,
  notGiven: [],
  notRun: [],
  ...rest,
});

const ablation = (rest: Partial<Ablation>): Ablation => ({
  pipeline: 'p',
  objective: { metric: 'accuracy', mode: 'max' },
  metric: 'val_accuracy',
  judge: 'train',
  on: 'validation',
  seeds: [1, 2, 3],
  outcome: 'succeeded',
  whole: side,
  steps: [],
  refused: [],
  ...rest,
});

const rendered = (rest: Partial<Ablation>, columns = 80) =>
  renderAblation(ablation(rest), { paint: createPaint({ color: false }), columns });

describe('the table of an ablation', () => {
  it('has a line a step, and says what to make of it', () => {
    const text = rendered({
      steps: [
        step('normalize.method', { with: 0.985, without: 0.97, gain: { mean: 0.015, low: -0.01, high: 0.04 } }),
        step('clean', { failure: 'stage "train" failed: no', otherRows: false }),
        step('clean.map', {
          with: 0.985,
          without: 0.99,
          gain: { mean: -0.005, low: -0.02, high: 0.01 },
          otherRows: true,
        }),
      ],
      refused: [{ step: 'split', why: 'stage "train" needs split.train, and no dep holds the same rows' }],
    });
    expect(text.split('\n')).toEqual([
      'p: what each step gains in val_accuracy (on validation; more is better), 3 seeds',
      '',
      '  step               with  without  gain            ran  restored        time',
      '  normalize.method  0.985    0.970  +0.015 ± 0.025   12        33  1 min 12 s',
      '  clean                      fails                   12        33  1 min 12 s',
      '  clean.map *       0.985    0.990  -0.005 ± 0.015   12        33  1 min 12 s',
      '',
      'clean: the pipeline does not run without it: stage "train" failed: no',
      'split: not left out: stage "train" needs split.train, and no dep holds the same',
      'rows',
      '* without it, other rows are judged: a part of the difference may be theirs',
      'gains are means over the seeds, ± the half of their 95 % interval by the paired',
      't-test',
      '',
    ]);
  });

  it('says that test is worn out, only where it was asked', () => {
    const both = step('augment', { with: 0.9, without: 0.9, gain: { mean: 0 }, testGain: { mean: -0.01 } });
    const text = rendered({ seeds: [1], steps: [both] });
    expect(text).toContain('gains on test: augment -0.010\ntest is for judging once');
    expect(text).toContain('one seed: chance is a part of each gain');
    expect(rendered({ on: 'test', steps: [step('augment', { with: 1, without: 1, gain: { mean: 0 } })] })).toContain(
      'test is for judging once',
    );
    expect(rendered({ steps: [step('augment', { with: 1, without: 1, gain: { mean: 0 } })] })).not.toContain('wear');
  });

  it('leaves the costs out where they do not fit', () => {
    const one = step('augment', { with: 0.9, without: 0.8, gain: { mean: 0.1 } });
    const lines = rendered({ steps: [one] }, 40).split('\n');
    expect(lines).toContain('  step      with  without  gain');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
  });

  it('tells of a pipeline that does not run at all, and of an interrupt', () => {
    expect(rendered({ whole: { ...side, failure: 'stage "train" failed: no' } })).toContain(
      'the pipeline itself does not run: stage "train" failed: no',
    );
    expect(rendered({ outcome: 'interrupted' })).toContain('the same command goes on');
  });
});

describe('a gain', () => {
  it.each([
    [{ mean: 0 }, '0.000'],
    [{ mean: 0.39394 }, '+0.394'],
    [{ mean: -0.00002 }, '-0.000020'],
    [{ mean: 12.345, low: -1.31, high: 26 }, '+12.3 ± 13.7'],
    [{ mean: -0.0301, low: -0.0603, high: 0.0001 }, '-0.030 ± 0.030'],
    [{ mean: -0.0001, low: -0.0503, high: 0.0501 }, '0.000 ± 0.050'],
  ])('%o is %s', (gain, text) => {
    expect(formatGain(gain)).toBe(text);
  });
});
