import { describe, expect, it } from 'vitest';
import { adviseOn, sharesOf } from '../../src/machine/advice.ts';
import type { DeclaredMachine } from '../../src/types/machine.ts';
import type { Rehearsal } from '../../src/types/stage.ts';
import { renderAdvice } from '../../src/ui/advice-view.ts';
import { createPaint } from '../../src/ui/paint.ts';

/** An epoch here is 1,000 steps of 0.1 s and 20 s between; ten of them and 30 s before are 1,230 s. */
const rehearsal: Rehearsal = {
  steps: 20,
  step: { data: 0.01, transfer: 0.004, compute: 0.076, rest: 0.01 },
  stepsPerEpoch: 1000,
  epochs: 10,
  before: 30,
  between: { compute: 16, rest: 4 },
};

const machine = (name: string, perHour: number, speedup?: number): DeclaredMachine => ({
  name,
  price: { perHour, currency: 'USD' },
  ...(speedup !== undefined && { speedup }),
});

const here = { perHour: 0.36, currency: 'USD' };

const wordsOn = (price: typeof here | undefined, ...machines: DeclaredMachine[]) =>
  adviseOn(rehearsal, { machines, ...(price && { price }) }).words;

describe('a projection', () => {
  it('is made of its parts: computing is faster elsewhere, data and all else take what they take here', () => {
    const { projections, unknown } = adviseOn(rehearsal, { price: here, machines: [machine('a100', 3.6, 8)] });
    expect(unknown).toEqual([]);
    expect(projections).toEqual([
      {
        machine: 'here',
        speedup: 1,
        secondsPerEpoch: expect.closeTo(120, 9) as number,
        seconds: expect.closeTo(1230, 9) as number,
        cost: { amount: expect.closeTo(0.123, 9) as number, currency: 'USD' },
      },
      {
        machine: 'a100',
        speedup: 8,
        // 1,000 · (0.01 + 0.01 + 0.08 / 8) + 4 + 16 / 8
        secondsPerEpoch: expect.closeTo(36, 9) as number,
        seconds: expect.closeTo(390, 9) as number,
        cost: { amount: expect.closeTo(0.39, 9) as number, currency: 'USD' },
      },
    ]);
  });

  it('of a training that waits for its data gains little from a faster machine', () => {
    const starved = { ...rehearsal, step: { data: 0.09, transfer: 0, compute: 0.01, rest: 0 } };
    const { projections } = adviseOn(starved, { machines: [machine('a100', 1, 1000)] });
    expect(projections[0]!.seconds / projections[1]!.seconds).toBeLessThan(1.35);
  });

  it('is made for no machine whose speed is not known', () => {
    const { projections, unknown } = adviseOn(rehearsal, { machines: [machine('l4', 0.7)] });
    expect([projections.map((each) => each.machine), unknown]).toEqual([['here'], ['l4']]);
  });

  it('tells where the time of an epoch goes', () => {
    const shares = Object.values(sharesOf(rehearsal));
    expect(shares.map((share) => Math.round(share * 1000) / 10)).toEqual([8.3, 3.3, 63.3, 8.3, 16.7]);
  });
});

describe('whether a machine is worth it', () => {
  it.each([
    [machine('l4', 0.36, 8), 'l4 is worth it: 14 min less (3.2 times as fast as a whole), and 0.084 USD cheaper'],
    [
      machine('a100', 3.6, 8),
      'a100 is worth it if an hour of your time is worth 1.14 USD: 14 min less (3.2 times as fast as a whole), for 0.27 USD more; to cost no more it would have to be 3.2 times as fast as that',
    ],
    [machine('pi', 0.01, 0.5), 'pi is not worth it: the training would take 16 min longer there'],
    [
      machine('b', 3.6, 1.05),
      'b is not worth it: 45.7 s less (1.0 times as fast as a whole), for 1.06 USD more; to cost no more it would have to be 9.6 times as fast as that',
    ],
  ])('%j', (offer, words) => {
    expect(wordsOn(here, offer)).toEqual([words]);
  });

  it('is not told in money where this machine has no price', () => {
    expect(wordsOn(undefined, machine('a100', 3.6, 8))).toEqual([
      'a100 takes 14 min less (3.2 times as fast as a whole); what that is worth cannot be told without a price for `here`',
    ]);
  });

  it('of a machine that costs nothing here, any other is dearer', () => {
    expect(wordsOn({ perHour: 0, currency: 'USD' }, machine('a100', 3.6, 8))[0]).toBe(
      'a100 is worth it if an hour of your time is worth 1.67 USD: 14 min less (3.2 times as fast as a whole), for 0.39 USD more',
    );
  });
});

describe('what people are shown', () => {
  const view = { paint: createPaint({ color: false }), columns: 100 };
  const backend = { name: 'wasm', version: '4.22.0', device: 'cpu', threads: 1, deterministic: true } as const;

  it('is a row a machine, where the time goes, and a word on each', async () => {
    const machines = [machine('l4', 0.36, 8), machine('a100', 3.6)];
    const about = { pipeline: 'mnist', stage: 'train', backend, rehearsal };
    const text = renderAdvice({ ...about, ...adviseOn(rehearsal, { price: here, machines }) }, view);
    await expect(text).toMatchFileSnapshot('../fixtures/ui/advice.txt');
  });

  it('says how to declare machines where none is', () => {
    const text = renderAdvice({ pipeline: 'p', stage: 's', rehearsal, ...adviseOn(rehearsal, { machines: [] }) }, view);
    expect(text).toContain('"machines": { "here": { "price_per_hour": 0.5 }');
    expect(text).toContain('–');
  });
});
