import { describe, expect, it } from 'vitest';
import { transformNames } from '../../../src/learn/data/augment/catalogue.ts';
import type { AugmentedBatch } from '../../../src/learn/data/augment.ts';
import { augmentBatch } from '../../../src/learn/data/augment.ts';
import type { AugmentPolicy } from '../../../src/learn/data/dataset.ts';
import { stream } from '../../../src/learn/random.ts';
import { policyOf } from './policy.ts';

type Place = Partial<AugmentedBatch> & { readonly shape: readonly number[]; readonly id?: string };

/** One row after the policy; `row` is not changed. */
const altered = (policy: AugmentPolicy, row: Float32Array, { id = 'a', ...place }: Place): number[] => {
  const copy = row.slice();
  augmentBatch(policy, copy, { epoch: 1, ids: [id], ...place });
  return [...copy];
};

/** 3 × 3 pixels, the middle one set apart. */
const dot = Float32Array.of(0, 0, 0, 0, 5, 0, 0, 0, 0);
const shape = [3, 3, 1];

describe('augmentBatch', () => {
  const images = policyOf(
    {
      ...{ crop: 0.5, flip: 'horizontal', shear: 10, rotate: 20, zoom: 0.2, shift: 2, contrast: 0.3 },
      ...{ brightness: 0.2, blur: 1, noise: 0.1, erase: 0.2 },
    },
    { probability: 0.7, range: [0, 1] },
  );
  const series = policyOf({ window: 0.7, time_shift: 3, scale: 0.1, noise: 0.1, time_mask: 4 }, { probability: 0.7 });
  const tokens = policyOf({ word_swap: 0.3, word_dropout: 0.3 }, { mask_token: 1 });
  const table = policyOf({ swap: 0.3, noise: 0.1 }, { groups: [[0], [1, 2], [3]], spared: [1, 2] });

  it.each([
    ['images', images, [8, 6, 2]],
    ['series', series, [20, 2]],
    ['tokens', tokens, [30]],
    ['columns', table, [4]],
  ] as const)('decides by seed, epoch and id, not by the batch: %s', (_, policy, shape) => {
    const random = stream(1);
    const size = shape.reduce((all, length) => all * length, 1);
    const ids = Array.from({ length: 40 }, (_each, row) => `id${row}`);
    const rows = ids.map(() => Float32Array.from({ length: size }, () => 2 + random.int(50)));
    const all = Float32Array.from(rows.flatMap((row) => [...row]));
    const pool = { rows: ids.length, features: all.slice() };
    augmentBatch(policy, all, { shape, ids, epoch: 3, pool });
    const whole = ids.map((_id, row) => [...all.subarray(size * row, size * row + size)]);
    ids.forEach((id, row) => {
      expect(altered(policy, rows[row]!, { shape, id, epoch: 3, pool })).toEqual(whole[row]);
    });
    const again = (changed: AugmentPolicy, epoch: number) =>
      ids.map((id, row) => altered(changed, rows[row]!, { shape, id, epoch, pool }));
    expect(again(policy, 4)).not.toEqual(whole);
    expect(again({ ...policy, seed: 1 }, 3)).not.toEqual(whole);
    expect(whole.flat().every(Number.isFinite)).toBe(true);
  });

  it('draws each transform from a stream of its own: one more changes nothing of the others', () => {
    const one = altered(policyOf({ shift: 1 }), dot, { shape });
    const brighter = policyOf({ shift: 1, brightness: 0.5 });
    const more = altered(brighter, dot, { shape });
    expect(more.map((value) => Math.fround(value - more[0]! + one[0]!))).toEqual(one);
    expect(more).not.toEqual(one);
  });

  it('changes nothing where nothing is asked for', () => {
    expect(altered(policyOf({}), dot, { shape })).toEqual([...dot]);
  });

  it('shifts to every place within reach equally often, and fills what is laid bare', () => {
    const places = new Map<string, number>();
    for (let epoch = 1; epoch <= 900; epoch += 1) {
      const image = altered(policyOf({ shift: 1 }, { outside: -1 }), dot, { shape, epoch });
      const at = image.indexOf(5);
      const [down, right] = [Math.floor(at / 3) - 1, (at % 3) - 1];
      image.forEach((value, pixel) => {
        const [y, x] = [Math.floor(pixel / 3) - down, (pixel % 3) - right];
        const bare = y < 0 || y > 2 || x < 0 || x > 2;
        expect(value).toBe(bare ? -1 : dot[3 * y + x]);
      });
      places.set(`${down},${right}`, (places.get(`${down},${right}`) ?? 0) + 1);
    }
    expect(places.size).toBe(9);
    const chi = [...places.values()].reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);
    expect(chi).toBeLessThan(26.1);
  });

  it.each([
    ['horizontal', 0.5, [3, 4, 1, 2, 7, 8, 5, 6]],
    ['vertical', 0.2, [5, 6, 7, 8, 1, 2, 3, 4]],
  ] as const)('alters with the chance asked for: %s flips with %d', (flip, probability, mirrored) => {
    const image = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const seen = new Map<string, number>();
    for (let epoch = 1; epoch <= 1000; epoch += 1) {
      const text = altered(policyOf({ flip }, { probability }), image, { shape: [2, 2, 2], epoch }).join();
      seen.set(text, (seen.get(text) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).toEqual([[...image].join(), mirrored.join()].sort());
    const deviation = Math.sqrt(1000 * probability * (1 - probability));
    expect(Math.abs((seen.get(mirrored.join()) ?? 0) - 1000 * probability)).toBeLessThan(3.3 * deviation);
  });

  it('adds noise of the deviation asked for, but to what is spared', () => {
    const row = new Float32Array(10_001).fill(2);
    const noisy = altered(policyOf({ noise: 0.5 }, { spared: [3] }), row, { shape: [10_001] });
    expect(noisy[3]).toBe(2);
    const noise = noisy.filter((_, at) => at !== 3).map((value) => value - 2);
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const sd = Math.sqrt(noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length);
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(sd - 0.5)).toBeLessThan(0.02);
  });

  it('knows an alteration for each transform that the catalogue names', () => {
    // Texts and mixing are applied elsewhere: test/learn/data/augment/text.test.ts, mix.test.ts.
    const elsewhere = ['synonyms', 'typos', 'mixup', 'cutmix'];
    const shapes = [[4, 4, 1], [8, 2], [6]];
    for (const name of transformNames.filter((each) => !elsewhere.includes(each))) {
      const policy = policyOf({ [name]: name === 'flip' ? 'vertical' : name === 'shift' ? 1 : 0.9 }, { groups: [[0]] });
      const changed = shapes.some((shape) => {
        const size = shape.reduce((all, length) => all * length, 1);
        const row = Float32Array.from({ length: size }, (_, at) => at + 1);
        const pool = { rows: 1, features: new Float32Array(size).fill(-7) };
        try {
          const epochs = [1, 2, 3].map((epoch) => altered(policy, row, { shape, pool, epoch }));
          return epochs.some((values) => values.length === size && values.join() !== [...row].join());
        } catch {
          return false;
        }
      });
      expect(changed, name).toBe(true);
    }
  });
});
