import { describe, expect, it } from 'vitest';
import { costsIn, type Figure, figuresOf } from '../../../src/learn/gate/figures.ts';
import { type Candidate, judge } from '../../../src/learn/gate/judge.ts';
import { keeps, type Limit } from '../../../src/learn/gate/limits.ts';
import type { GateParams } from '../../../src/learn/gate/params.ts';

const around = (value: number) => ({ value, low: value - 0.01, high: value + 0.01 });

const candidate = (over: Partial<Candidate> = {}): Candidate => ({
  figures: new Map<string, Figure>([
    ['accuracy', around(0.9)],
    ['rmse', around(2)],
    ['size_bytes', { value: 1000 }],
  ]),
  slices: undefined,
  classes: undefined,
  accepted: undefined,
  paired: new Map(),
  elsewhere: new Set(),
  objective: { metric: 'accuracy', mode: 'max', on: 'validation' },
  ...over,
});

const accepted = (accuracy: number, rmse = 2) =>
  new Map([
    ['accuracy', around(accuracy)],
    ['rmse', around(rmse)],
  ]);

const outcomes = (params: GateParams, over: Partial<Candidate> = {}) =>
  judge(params, candidate(over)).conditions.map(({ outcome }) => outcome);

describe('a limit', () => {
  const found = around(0.9);
  it.each([
    ['min', 0.9, 'value', true],
    ['min', 0.9, 'worst', false],
    ['min', 0.9, 'best', true],
    ['min', 0.91, 'best', true],
    ['min', 0.92, 'best', false],
    ['max', 0.9, 'value', true],
    ['max', 0.9, 'worst', false],
    ['max', 0.89, 'best', true],
    ['max', 0.88, 'best', false],
  ] as const)('%s %d by its %s: %s', (limit, bound, by, kept) => {
    expect(keeps(found, { limit, bound, by })).toBe(kept);
  });

  // Differences: candidate less accepted.
  it.each([
    [-0.005, 'max_drop', 0.005, true],
    [-0.006, 'max_drop', 0.005, false],
    [0.1, 'max_drop', 0, true],
    [0.005, 'min_rise', 0.005, true],
    [0.004, 'min_rise', 0.005, false],
    [0.2, 'max_rise', 0.1, false],
    [-1, 'max_rise', 0, true],
    [-0.3, 'min_drop', 0.3, true],
    [-0.2, 'min_drop', 0.3, false],
  ] as const)('of a difference of %d: %s %d, kept: %s', (value, limit, bound, kept) => {
    expect(keeps({ value }, { limit, bound, by: 'value' } as Limit)).toBe(kept);
  });

  it('is kept by a number that lacks it by rounding alone', () => {
    expect(keeps({ value: 0.985 - 0.99 }, { limit: 'max_drop', bound: 0.005, by: 'value' })).toBe(true);
  });
});

describe('a gate', () => {
  it('accepts where every condition is kept, and gives a reason for each that is not', () => {
    const params: GateParams = { require: { accuracy: { min: 0.95 }, rmse: { max: 3 }, size_bytes: { max: 500 } } };
    expect(judge(params, candidate())).toMatchObject({
      accepted: false,
      compared: 'not asked',
      conditions: [{ outcome: 'failed' }, { outcome: 'passed' }, { outcome: 'failed' }],
      reasons: [
        'accuracy is 0.900 [0.890, 0.910]; at least 0.95 was asked for',
        'size_bytes is 1000; at most 500 was asked for',
      ],
    });
    expect(judge({ require: { rmse: { max: 2, min: 2 } } }, candidate())).toMatchObject({
      accepted: true,
      reasons: [],
    });
  });

  it('tells a number apart from its bound that would read the same', () => {
    const figures = new Map([['accuracy', { value: 0.97, low: 0.94971, high: 0.98 }]]);
    expect(judge({ require: { accuracy: { min: 0.95, by: 'worst' } } }, candidate({ figures })).reasons).toEqual([
      'accuracy is 0.9700 [0.9497, 0.9800]; at least 0.95 at the worst end of the interval was asked for',
    ]);
  });

  it('holds a change against the accepted model, by the paired difference where there is one', () => {
    const params: GateParams = { change: { accuracy: { max_drop: 0.01, by: 'worst' } } };
    expect(judge(params, candidate({ accepted: accepted(0.9) }))).toMatchObject({
      compared: 'accepted',
      conditions: [
        {
          method: 'intervals',
          outcome: 'failed',
          found: { value: 0 },
          before: { value: 0.9 },
          candidate: { value: 0.9 },
        },
      ],
    });
    const paired = new Map([['accuracy', { value: 0, low: -0.002, high: 0.002 }]]);
    expect(judge(params, candidate({ accepted: accepted(0.9), paired }))).toMatchObject({
      accepted: true,
      conditions: [{ method: 'paired', outcome: 'passed' }],
    });
    expect(outcomes({ change: { rmse: { max_rise: 0.5, min_drop: 0.1 } } }, { accepted: accepted(0.9, 1.6) })).toEqual([
      'passed',
      'failed',
    ]);
  });

  it('judges no change before a model was accepted, and says so', () => {
    expect(judge({ change: { accuracy: { max_drop: 0 } } }, candidate())).toMatchObject({
      accepted: true,
      compared: 'nothing accepted',
      conditions: [
        { outcome: 'not judged', reason: 'accuracy: no fall was not judged, since no model has been accepted before' },
      ],
    });
  });

  it('asks by default that the objective has not certainly become worse', () => {
    expect(outcomes({}, { accepted: accepted(0.91) })).toEqual(['passed']);
    expect(outcomes({}, { accepted: accepted(0.95) })).toEqual(['failed']);
    const objective = { metric: 'rmse', mode: 'min', on: 'validation' } as const;
    expect(outcomes({}, { accepted: accepted(0.9, 1.9), objective })).toEqual(['failed']);
    expect(outcomes({}, { accepted: accepted(0.9, 1.99), objective })).toEqual(['passed']);
    expect(() => judge({}, candidate({ objective: undefined }))).toThrow('the gate asks for nothing');
  });

  it('asks by default that the bounds of the objective hold, also of the first model', () => {
    const bound = (rmse: number) =>
      ({ metric: 'accuracy', mode: 'max', on: 'validation', subject_to: { rmse: { max: rmse } } }) as const;
    expect(judge({}, candidate({ objective: bound(1) }))).toMatchObject({
      accepted: false,
      conditions: [{ kind: 'require', metric: 'rmse', limit: 'max', bound: 1, outcome: 'failed' }, { kind: 'change' }],
    });
    expect(judge({}, candidate({ objective: bound(100) }))).toMatchObject({ accepted: true });
    const asked = { require: { accuracy: { min: 0 } } };
    expect(judge(asked, candidate({ objective: bound(1) }))).toMatchObject({ accepted: true });
  });

  it('asks the same of every slice, and names the one that fails', () => {
    const slices = [
      { name: 'age < 30', rows: 50, metrics: { accuracy: around(0.8) } },
      { name: 'age ≥ 30', rows: 500, metrics: { accuracy: around(0.95) } },
      { name: 'no age', rows: 3, metrics: { accuracy: null } },
    ];
    const params: GateParams = { slices: { accuracy: { min: 0.9 } } };
    expect(judge(params, candidate({ slices })).reasons).toEqual([
      'accuracy on age < 30 is 0.800 [0.790, 0.810]; at least 0.9 was asked for',
    ]);
    expect(outcomes(params, { slices })).toEqual(['failed', 'passed', 'not judged']);
    expect(outcomes({ slices: { accuracy: { min: 0.9, min_rows: 100 } } }, { slices })).toEqual([
      'not judged',
      'passed',
      'not judged',
    ]);
  });

  it('asks of single classes, and names the one that fails', () => {
    const classes = [
      { class: 'ham', metrics: { recall: around(0.99), precision: around(0.9) } },
      { class: 'spam', metrics: { recall: around(0.85), precision: null } },
    ];
    const params: GateParams = {
      classes: { spam: { recall: { min: 0.9, by: 'best' }, precision: { min: 0.5 } }, ham: { recall: { min: 0.9 } } },
    };
    const told = judge(params, candidate({ classes }));
    expect(told.conditions).toMatchObject([
      { kind: 'class', class: 'spam', metric: 'recall', outcome: 'failed', found: { value: 0.85 } },
      { kind: 'class', class: 'spam', metric: 'precision', outcome: 'not judged' },
      { kind: 'class', class: 'ham', outcome: 'passed' },
    ]);
    expect(told).toMatchObject({ accepted: false, compared: 'not asked' });
    expect(told.reasons).toEqual([
      'recall of class "spam" is 0.850 [0.840, 0.860]; at least 0.9 at the best end of the interval was asked for',
    ]);
  });

  it('takes no condition for kept that it cannot judge', () => {
    const asks =
      (params: GateParams, over: Partial<Candidate> = {}) =>
      () =>
        judge(params, candidate(over));
    expect(asks({ require: { acuracy: { min: 0.9 } } })).toThrow(
      /the candidate has no metric "acuracy"[\s\S]*"accuracy", "rmse", "size_bytes"/,
    );
    expect(asks({ slices: { accuracy: { min: 0.9 } } })).toThrow('the evaluation has none');
    expect(
      asks({ slices: { f1: { min: 0.9 } } }, { slices: [{ name: 'a', rows: 1, metrics: { accuracy: null } }] }),
    ).toThrow('slice a has no metric "f1"');
    const classes = [{ class: 'ham', metrics: { recall: { value: 1 } } }];
    expect(asks({ classes: { Ham: { recall: { min: 0.9 } } } }, { classes })).toThrow(
      /class "Ham", and the evaluation has none of that name[\s\S]*it has "ham"/,
    );
    expect(asks({ classes: { ham: { f1: { min: 0.9 } } } }, { classes })).toThrow('class "ham" has no metric "f1"');
    expect(asks({ classes: { ham: { recall: { min: 0.9, by: 'worst' } } } }, { classes })).toThrow('recall has none');
    expect(asks({ classes: { ham: { recall: { min: 0.9 } } } })).toThrow('the evaluation is of numbers');
    expect(asks({ require: { size_bytes: { max: 1, by: 'worst' } } })).toThrow('size_bytes has none');
  });
});

describe('costs', () => {
  it('are metrics, of names that the evaluation does not have', () => {
    const costs = new Map([['latency_ms_p95', { value: 3 }]]);
    expect(figuresOf({ accuracy: around(0.9) }, costs).get('latency_ms_p95')).toEqual({ value: 3 });
    expect(() => figuresOf({ accuracy: around(0.9) }, new Map([['accuracy', { value: 1 }]]))).toThrow(
      'both have "accuracy"',
    );
  });

  it('are read from their JSON, or told to be none', () => {
    expect(costsIn('{"format":"x","metrics":{"size_bytes":12}}', 'costs.json')).toEqual({
      figures: new Map([['size_bytes', { value: 12 }]]),
      ...{ measured: [], on: undefined },
    });
    const timed =
      '{"metrics":{"ms":{"value":2,"low":1,"high":3}},"measured":["ms"],"on":{"processor":"A","node":"20"}}';
    expect(costsIn(timed, 'cost.json')).toEqual({
      figures: new Map([['ms', { value: 2, low: 1, high: 3 }]]),
      ...{ measured: ['ms'], on: 'A, 20' },
    });
    expect(() => costsIn('{"metrics":{"a":{"value":1}}}', 'costs.json')).toThrow('"a" should be numbers');
    expect(() => costsIn('{"size_bytes":12}', 'costs.json')).toThrow('costs.json has no object "metrics"');
    expect(() => costsIn('{"metrics":{"a":"1","b":2}}', 'costs.json')).toThrow('costs.json: "a" should be numbers');
    expect(() => costsIn('{', 'costs.json')).toThrow('costs.json is not JSON');
  });
});
