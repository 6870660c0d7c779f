import { describe, expect, it } from 'vitest';
import type { RemedyResult, Trials } from '../../src/run/remedies/trials.ts';
import { createPaint } from '../../src/ui/paint.ts';
import { renderRemedies, renderTrials } from '../../src/ui/remedies-view.ts';

const side = {
  variant: 'p--x',
  file: 'x.json',
  runs: [],
  seconds: 72,
  ran: 12,
  restored: 33,
  value: 0.83,
  gapLoss: 0.51,
};

const remedy = (number: number, rest: Partial<RemedyResult>): RemedyResult => ({
  ...side,
  ...{ number, title: `remedy ${number}` },
  ...rest,
});

const trials = (rest: Partial<Trials>): Trials => ({
  ...{ pipeline: 'p', run: '2026-01-01T00-00-00-abcd', stage: 'diagnose', diagnosis: 'overfits: it rises' },
  objective: { metric: 'accuracy', mode: 'max' },
  metric: 'val_accuracy',
  seeds: [1, 2, 3],
  outcome: 'succeeded',
  untreated: side,
  remedies: [],
  refused: [],
  ...rest,
});

const view = (columns: number) => ({ paint: createPaint({ color: false }), columns });
const rendered = (rest: Partial<Trials>, columns = 100) => renderTrials(trials(rest), view(columns)).split('\n');

const better = {
  change: { mean: 0.02, low: 0.01, high: 0.03 },
  gapLossChange: { mean: -0.04, low: -0.05, high: -0.03 },
};
const worse = { change: { mean: -0.02, low: -0.03, high: -0.01 }, gapLossChange: { mean: 0.1, low: -0.1, high: 0.3 } };

describe('the table of trials', () => {
  it('has a line a remedy, and says which helps by more than chance', () => {
    const refused = [{ number: 3, title: 'remedy 3', why: 'there is no x' }];
    expect(rendered({ remedies: [remedy(1, better), remedy(2, worse)], refused })).toEqual([
      'p, 3 seeds; run 2026-01-01T00-00-00-abcd: overfits: it rises',
      '',
      '     remedy    gap in loss          change  val_accuracy          change        time',
      '     as it is        0.510                         0.830                  1 min 12 s',
      '  1  remedy 1        0.510  -0.040 ± 0.010         0.830  +0.020 ± 0.010  1 min 12 s',
      '  2  remedy 2        0.510  +0.100 ± 0.200         0.830  -0.020 ± 0.010  1 min 12 s',
      '',
      '3 remedy 3 was not tried: there is no x',
      'all on validation; more of val_accuracy is better',
      'changes are means over the seeds, ± the half of their 95 % interval by the paired t-test',
      '1 remedy 1 helps by more than chance (the best of 2: expect a little less of it); take it: stemma',
      'apply p --remedy 1 --write',
      '',
    ]);
  });

  it('calls nothing better that may be chance, or that is worse', () => {
    const text = rendered({ remedies: [remedy(2, worse)] }).join('\n');
    expect(text).toContain('no remedy changes val_accuracy for the better by more than chance');
    const loss = rendered({
      objective: { metric: 'loss', mode: 'min' },
      metric: 'val_loss',
      remedies: [remedy(2, worse)],
    });
    expect(loss.join('\n')).toContain('2 remedy 2 helps by more than chance; take it');
  });

  it('says so of one seed, of failures, of an interruption, and of what was written', () => {
    const failed = remedy(1, { failure: 'stage "train" failed: no' });
    const { value: _, gapLoss: __, ...without } = failed;
    const text = rendered({
      seeds: [1],
      outcome: 'interrupted',
      remedies: [without],
      written: 'pipelines/p.json',
    }).join('\n');
    expect(text).toContain('  1  remedy 1        fails                                1 min 12 s');
    expect(text).toContain('1 remedy 1: stage "train" failed: no');
    expect(text).toContain('one seed: chance is a part of each change; `--seeds 3` tells how large a part');
    expect(text).toContain('interrupted: the same command goes on from the store');
    expect(text).toContain('pipelines/p.json has it now; `stemma run p` runs it');
    expect(rendered({ untreated: { ...side, failure: 'it failed' } }).join('\n')).toContain(
      'the pipeline itself does not run: it failed',
    );
  });

  it('leaves the time out where the terminal is narrow', () => {
    expect(rendered({ remedies: [remedy(1, better)] }, 70)[2]).not.toContain('time');
  });
});

describe('the list of remedies', () => {
  it('has what each changes', () => {
    const patch = [
      { op: 'add', path: '/stages/a/params/b', value: { c: 1 } } as const,
      { op: 'remove', path: '/seed' } as const,
    ];
    const found = {
      run: 'r',
      diagnosis: { sentence: 'overfits' },
      remedies: [{ number: 1, title: 't', why: 'w', patch }],
    };
    expect(renderRemedies(found, view(80))).toBe(
      'run r: overfits\n\n1  t\n   w\n   add /stages/a/params/b {"c":1}\n   remove /seed\n',
    );
    expect(renderRemedies({ ...found, remedies: [] }, view(80))).toContain('it names no remedy');
  });
});
