import { describe, expect, it } from 'vitest';
import { answersOf, gapsOf } from '../../../src/learn/diagnosis/answers.ts';
import { baselinesOf } from '../../../src/learn/diagnosis/baselines.ts';
import { courseOf } from '../../../src/learn/diagnosis/course.ts';
import { type Case, diagnose } from '../../../src/learn/diagnosis/diagnose.ts';
import { someOf } from '../../../src/learn/diagnosis/sample.ts';
import { isDiagnosis } from '../../../src/learn/generated/diagnosis.js';
import type { DiagnosisGap, DiagnosisMemorization } from '../../../src/types/generated/diagnosis.ts';
import type { EpochRecord, TrainingHistory } from '../../../src/types/generated/history.ts';
import { penguins } from '../training/real.ts';
import { subjectOf } from './subject.ts';

const historyOf = (losses: readonly number[], train: (epoch: number) => number, kept = 1): TrainingHistory => ({
  format: 'stemma-history-v1',
  epochs: losses.map((loss, at): EpochRecord => ({ epoch: at + 1, rate: 0.001, loss: train(at + 1), val_loss: loss })),
  best: { epoch: kept, monitor: 'val_loss', mode: 'min', value: losses[kept - 1]! },
  kept,
  stopped: 'finished',
});

const gap = (measure: string, train: number, validation: number, half: number): DiagnosisGap => {
  const better = measure === 'accuracy' ? 'more' : 'less';
  const value = better === 'more' ? train - validation : validation - train;
  return { measure, better, train, validation, gap: { value, low: value - half, high: value + half } };
};

const close: Case['gaps'] = [gap('loss', 0.2, 0.21, 0.05), gap('accuracy', 0.95, 0.94, 0.02)];
const apart: Case['gaps'] = [gap('loss', 0.01, 0.5, 0.05), gap('accuracy', 1, 0.85, 0.03)];

const caseOf = (losses: readonly number[], changes: Partial<Case> = {}): Case => {
  const history = changes.history ?? historyOf(losses, (epoch) => Math.exp(-epoch / 5));
  return {
    ...{ history, course: courseOf(history.epochs), rows: { train: 200, validation: 100 } },
    ...{ gaps: close, baselines: [], memorization: undefined, subject: subjectOf({ model: { preset: 'mlp' } }) },
    ...changes,
  };
};

const settled = Array.from({ length: 30 }, (_, at) => 0.3 + Math.exp(-at / 3) + 0.002 * (at % 2));
const turned = Array.from({ length: 30 }, (_, at) => 0.5 + Math.exp(-at / 2) + 0.02 * Math.max(0, at - 9));
const still = Array.from({ length: 12 }, (_, at) => 2 - 0.1 * at);

const verdictOf = (given: Case) => {
  const found = diagnose(given);
  if (!isDiagnosis(found)) throw new Error(JSON.stringify(isDiagnosis.errors));
  return { verdict: found.verdict, kinds: found.findings.map(({ kind, severity }) => `${severity} ${kind}`), found };
};

describe('the verdict', () => {
  it('is overfitting where the loss on validation rises, with the onset and the remedies', () => {
    const { verdict, kinds, found } = verdictOf(caseOf(turned, { gaps: apart }));
    expect([verdict, kinds]).toEqual(['overfitting', ['warning overfitting']]);
    expect(found.course.onset).toBe(found.course.lowest);
    expect(found.findings[0]!.evidence.map(({ name }) => name)).toEqual(['onset', 'val_loss_slope', 'p_value', 'rise', 'train_loss_slope', 'gap_loss', 'gap_accuracy']); // biome-ignore format: one list
    expect(found.findings[0]!.remedies.length).toBeGreaterThan(3);
    expect(found.sentence).toMatch(
      /^overfits: after epoch \d+ of 30 the loss on validation rises by 0\.0\d+ \[0\.0\d+, 0\.0\d+\] an epoch, 0\.\d+ in all, while that on train falls/,
    );
  });

  it('is a standing gap where it does not rise, and a warning only where the gap is large', () => {
    const large = verdictOf(caseOf(settled, { gaps: apart }));
    expect([large.verdict, large.kinds]).toEqual(['standing-gap', ['warning standing-gap']]);
    const small: Case['gaps'] = [gap('loss', 0.05, 0.08, 0.01), gap('accuracy', 0.99, 0.97, 0.01)];
    expect(verdictOf(caseOf(settled, { gaps: small })).kinds).toEqual(['note standing-gap']);
  });

  it('is sound where train and validation are close, and nothing moves', () => {
    const { verdict, kinds, found } = verdictOf(caseOf(settled));
    expect([verdict, kinds]).toEqual(['sound', []]);
    expect(found.sentence).toBe(
      'sound: the gap in accuracy is 0.010 [-0.010, 0.030], and the loss on validation does not rise',
    );
  });

  it('is underfitting where the loss on validation still fell when it ended', () => {
    const { verdict, kinds } = verdictOf(caseOf(still));
    expect([verdict, kinds]).toEqual(['underfitting', ['warning undertrained']]);
    const early = caseOf(still, { subject: subjectOf({ model: { preset: 'mlp' } }, { stopped: 'early' }) });
    expect(verdictOf(early).verdict).toBe('sound');
  });

  it('is underfitting where a simple model does as well even on train', () => {
    const worse = { name: 'nearest neighbours', measure: 'accuracy', value: 0.97, ahead: { value: -0.03, low: -0.05, high: -0.01 } } as const; // biome-ignore format: one row
    expect(verdictOf(caseOf(settled, { baselines: [worse] })).kinds).toEqual(['warning underfitting']);
    // What is better on train than that is no underfitting, whatever it is on validation.
    expect(verdictOf(caseOf(settled, { gaps: apart, baselines: [worse] })).kinds).toEqual(['warning standing-gap']);
    const blind = { name: 'majority', measure: 'accuracy', value: 0.93, ahead: { value: 0.01, low: -0.01, high: 0.03 } } as const; // biome-ignore format: one row
    expect(verdictOf(caseOf(settled, { baselines: [blind] })).found.findings[0]!.sentence).toContain(
      'not surely better than an answer that looks at nothing',
    );
    // Nor is what is no better here, on few examples, and far better on train.
    expect(verdictOf(caseOf(settled, { gaps: apart, baselines: [blind] })).kinds).toEqual(['warning standing-gap']);
  });

  it('is unclear where there are too few epochs', () => {
    const { verdict, kinds } = verdictOf(caseOf([2, 1, 0.5]));
    expect([verdict, kinds]).toEqual(['unclear', ['note too-few-epochs']]);
  });

  it('says of memory what the control says', () => {
    const control = (random: number): DiagnosisMemorization => ({
      ...{ examples: 200, of: 200, epochs: 30, steps: 210, measure: 'accuracy', chance: 0.1, actual: 1 },
      random: { value: random, low: random, high: random },
    });
    const of = (random: number) => verdictOf(caseOf(settled, { memorization: control(random) })).found.findings[0]!;
    expect(of(1).sentence).toContain('it can learn as much by heart');
    expect(of(0.2).sentence).toContain('it cannot learn as much by heart');
    expect(of(0.2).evidence.at(-1)!.value).toBeCloseTo(1 / 9, 10);
  });
});

describe('answers', () => {
  it('of classes: losses in nats, and hits', () => {
    const { losses, scores } = answersOf(Float32Array.of(0, 0, Math.log(3), 0), {
      target: Int32Array.of(1, 0),
      classes: ['a', 'b'],
    });
    expect([...losses]).toEqual([expect.closeTo(Math.log(2), 6), expect.closeTo(Math.log(4 / 3), 6)]);
    expect([...scores]).toEqual([0, 1]);
  });

  it('of numbers: squared and absolute errors; the gap is worse by more of them', () => {
    const of = (values: readonly number[]) =>
      answersOf(Float32Array.from(values), { target: Float32Array.from(values, () => 1), classes: null });
    const [loss, mae] = gapsOf(of([1, 1.5, 1]), of([3, 1, 2]));
    expect([mae.train, mae.validation, mae.gap.value]).toEqual([expect.closeTo(1 / 6, 9), 1, expect.closeTo(5 / 6, 9)]);
    expect(loss.gap.value).toBeCloseTo(5 / 3 - 0.25 / 3, 9);
  });
});

describe('baselines on penguins', () => {
  it('of classes: nothing, neighbours and a linear model, compared example by example', async () => {
    const birds = await penguins();
    const perfect = { measure: 'accuracy', scores: new Float64Array(birds.rows).fill(1) } as const;
    const { baselines, leftOut } = baselinesOf(birds, birds, perfect);
    const [majority, linear, near] = baselines;
    expect(leftOut).toEqual([]);
    expect([majority!.name, linear!.name, near!.name]).toEqual([
      'majority',
      'logistic regression',
      'nearest neighbours',
    ]);
    expect(majority!.value).toBeCloseTo(151 / 342, 10);
    expect(near!.value).toBeGreaterThan(0.95);
    expect(linear!.value).toBeGreaterThan(0.95);
    for (const { value, ahead } of [majority!, near!, linear!]) expect(ahead.value).toBeCloseTo(1 - value, 10);
  });

  it('of classes that count differently in training: none, since accuracy would not', async () => {
    const birds = { ...(await penguins()), classWeights: [1, 2, 3] };
    const perfect = { measure: 'accuracy', scores: new Float64Array(birds.rows).fill(1) } as const;
    const { baselines, leftOut } = baselinesOf(birds, birds, perfect);
    expect(baselines).toEqual([]);
    expect(leftOut.map(({ name }) => name)).toEqual(['majority', 'logistic regression', 'nearest neighbours']);
  });

  it('of numbers: the mean, a linear model and neighbours', async () => {
    const birds = await penguins();
    const target = Float32Array.from({ length: birds.rows }, (_, row) => 2 * birds.features[4 * row]! + 1);
    const numbers = { ...birds, target, classes: null };
    const exact = { measure: 'mae', scores: new Float64Array(birds.rows) } as const;
    const [mean, linear, near] = baselinesOf(numbers, numbers, exact).baselines;
    expect([mean!.name, linear!.name, near!.name]).toEqual(['mean', 'linear regression', 'nearest neighbours']);
    expect(linear!.value).toBeLessThan(0.05);
    expect(near!.value).toBeGreaterThan(linear!.value);
    expect(mean!.value).toBeGreaterThan(near!.value);
    expect(mean!.value).toBeGreaterThan(1);
    expect(linear!.ahead.value).toBeCloseTo(linear!.value, 10);
  });

  it('a sample is of the rows at even distances, with all that belongs to them', async () => {
    const birds = await penguins();
    const some = someOf(birds, 10);
    expect(some.ids).toEqual(Array.from({ length: 10 }, (_, at) => `row-${Math.floor(at * 34.2)}`));
    expect([...some.features.subarray(4, 8)]).toEqual([...birds.features.subarray(34 * 4, 35 * 4)]);
    expect(some.target[9]).toBe(birds.target[307]);
    expect(someOf(birds, 1000)).toBe(birds);
  });
});
