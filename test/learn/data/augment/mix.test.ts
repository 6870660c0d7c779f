import { describe, expect, it } from 'vitest';
import { drawBeta } from '../../../../src/learn/data/augment/beta.ts';
import { mixes, mixturesOf } from '../../../../src/learn/data/augment/mix.ts';
import { stream } from '../../../../src/learn/random.ts';
import { policyOf } from '../policy.ts';

const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('Beta(α, α)', () => {
  it.each([0.1, 0.4, 1, 3])('has the mean 1/2 and the variance 1 / (4 (2α + 1)): α = %d', (alpha) => {
    const random = stream(3);
    const draws = many(20_000, () => drawBeta(alpha, random));
    const variance = 1 / (4 * (2 * alpha + 1));
    expect(Math.abs(mean(draws) - 0.5)).toBeLessThan(4 * Math.sqrt(variance / 20_000));
    expect(mean(draws.map((draw) => (draw - 0.5) ** 2)) / variance).toBeCloseTo(1, 1);
    expect(draws.every((draw) => draw >= 0 && draw <= 1)).toBe(true);
  });

  it('is uniform for α = 1', () => {
    const random = stream(4);
    const counts = many(10, () => 0);
    for (let draw = 0; draw < 10_000; draw += 1) counts[Math.min(9, Math.floor(10 * drawBeta(1, random)))]! += 1;
    // χ² of 9 degrees of freedom at 0.1 %.
    expect(counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(27.9);
  });

  it('is an end of the interval where α is next to nothing', () => {
    const random = stream(5);
    expect(many(100, () => drawBeta(1e-9, random)).every((draw) => draw === 0 || draw === 1)).toBe(true);
  });
});

describe('mixup', () => {
  const place = { shape: [2], epoch: 1, rows: 5 };

  it('mixes a row with another of train by λ, of which it is half at least', () => {
    const policy = policyOf({ mixup: 0.5 });
    const partners = new Set<number>();
    for (const id of many(200, (at) => `id${at}`)) {
      const [mixture] = mixturesOf(policy, { ...place, id });
      const { partner, share, apply } = mixture!;
      partners.add(partner);
      expect(share).toBeGreaterThanOrEqual(0.5);
      const values = Float32Array.of(1, -2);
      apply(values, Float32Array.of(3, 4));
      expect([...values]).toEqual([Math.fround(share + (1 - share) * 3), Math.fround(share * -2 + (1 - share) * 4)]);
    }
    expect([...partners].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('is decided by seed, epoch and id, and spares rows by chance', () => {
    const policy = policyOf({ mixup: 0.5 }, { probability: 0.3 });
    const shares = (epoch: number, seed = 1337) =>
      many(1000, (at) => mixturesOf({ ...policy, seed }, { ...place, id: `id${at}`, epoch }).map(({ share }) => share));
    expect(shares(1)).toEqual(shares(1));
    expect(shares(1)).not.toEqual(shares(2));
    expect(shares(1)).not.toEqual(shares(1, 5));
    expect(Math.abs(shares(1).flat().length - 300)).toBeLessThan(3.3 * Math.sqrt(1000 * 0.3 * 0.7));
    expect([mixes(policy), mixes(policyOf({ noise: 1 }))]).toEqual([true, false]);
  });
});

describe('cutmix', () => {
  it('puts a rectangle of the partner into the image, and counts its area', () => {
    const shape = [10, 8, 2];
    for (const id of many(300, (at) => `id${at}`)) {
      const { share, apply } = mixturesOf(policyOf({ cutmix: 1 }), { shape, epoch: 1, rows: 3, id })[0]!;
      const image = new Float32Array(160);
      apply(image, new Float32Array(160).fill(1));
      const pixels = many(80, (pixel) => image[2 * pixel]!);
      expect(many(80, (pixel) => image[2 * pixel + 1]!)).toEqual(pixels);
      const taken = pixels.flatMap((value, pixel) =>
        value === 1 ? [[Math.floor(pixel / 8), pixel % 8] as const] : [],
      );
      expect(1 - taken.length / 80).toBeCloseTo(share, 12);
      expect(share).toBeGreaterThanOrEqual(0.5);
      if (taken.length === 0) continue;
      const [ys, xs] = [taken.map(([y]) => y), taken.map(([, x]) => x)];
      const box = (Math.max(...ys) - Math.min(...ys) + 1) * (Math.max(...xs) - Math.min(...xs) + 1);
      expect(box).toBe(taken.length);
    }
  });
});
