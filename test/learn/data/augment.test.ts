import { describe, expect, it } from 'vitest';
import { augmentBatch } from '../../../src/learn/data/augment.ts';
import type { AugmentPolicy } from '../../../src/learn/data/dataset.ts';
import { stream } from '../../../src/learn/random.ts';

const still: AugmentPolicy = { shift: 0, flip: 'none', noise: 0, seed: 1337, fill: -1, spared: [] };

/** One row after the policy; `row` is not changed. */
const altered = (
  policy: AugmentPolicy,
  row: Float32Array,
  place: { shape: number[]; id?: string; epoch?: number },
): number[] => {
  const copy = row.slice();
  augmentBatch(policy, copy, { shape: place.shape, ids: [place.id ?? 'a'], epoch: place.epoch ?? 1 });
  return [...copy];
};

/** 3 × 3 pixels, the middle one set apart. */
const dot = Float32Array.of(0, 0, 0, 0, 5, 0, 0, 0, 0);
const shape = [3, 3, 1];

describe('augmentBatch', () => {
  it('decides by seed, epoch and id, not by the batch', () => {
    const policy = { ...still, shift: 2, flip: 'horizontal', noise: 0.1 } as const;
    const random = stream(1);
    const ids = Array.from({ length: 40 }, (_, row) => `id${row}`);
    const rows = ids.map(() => Float32Array.from({ length: 50 }, random.next));
    const whole = Float32Array.from(rows.flatMap((row) => [...row]));
    augmentBatch(policy, whole, { shape: [5, 5, 2], ids, epoch: 3 });
    ids.forEach((id, row) => {
      const alone = altered(policy, rows[row] as Float32Array, { shape: [5, 5, 2], id, epoch: 3 });
      expect([...whole.subarray(50 * row, 50 * row + 50)]).toEqual(alone);
    });
    const other = altered(policy, rows[0] as Float32Array, { shape: [5, 5, 2], id: 'id0', epoch: 4 });
    expect(other).not.toEqual([...whole.subarray(0, 50)]);
    expect(
      altered({ ...policy, seed: 1 }, rows[0] as Float32Array, { shape: [5, 5, 2], id: 'id0', epoch: 3 }),
    ).not.toEqual([...whole.subarray(0, 50)]);
  });

  it('changes nothing where nothing is asked for', () => {
    expect(altered(still, dot, { shape })).toEqual([...dot]);
  });

  it('shifts to every place within reach equally often, and fills what is laid bare', () => {
    const places = new Map<string, number>();
    for (let epoch = 1; epoch <= 900; epoch += 1) {
      const image = altered({ ...still, shift: 1 }, dot, { shape, epoch });
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
    ['horizontal', [3, 4, 1, 2, 7, 8, 5, 6]],
    ['vertical', [5, 6, 7, 8, 1, 2, 3, 4]],
  ] as const)('mirrors half of the images: %s', (flip, mirrored) => {
    const image = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const seen = new Map<string, number>();
    for (let epoch = 1; epoch <= 1000; epoch += 1) {
      const text = altered({ ...still, flip }, image, { shape: [2, 2, 2], epoch }).join();
      seen.set(text, (seen.get(text) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).toEqual([[...image].join(), mirrored.join()].sort());
    expect(Math.abs((seen.get(mirrored.join()) ?? 0) - 500)).toBeLessThan(52);
  });

  it('adds noise of the deviation asked for, but to what is spared', () => {
    const row = new Float32Array(10_001).fill(2);
    const noisy = altered({ ...still, noise: 0.5, spared: [3] }, row, { shape: [10_001] });
    expect(noisy[3]).toBe(2);
    const noise = noisy.filter((_, at) => at !== 3).map((value) => value - 2);
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const sd = Math.sqrt(noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length);
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(sd - 0.5)).toBeLessThan(0.02);
  });
});
