import type { AugmentPolicy } from '../../../types/generated/dataset.ts';
import { derive, type Stream, stream } from '../../random.ts';
import { drawBeta } from './beta.ts';
import { mixing } from './catalogue.ts';

/** How one row is mixed with another of train. */
export interface Mixture {
  /** Index of the other row. */
  readonly partner: number;
  /** Share of the row's own target, in [0, 1]; the rest is the partner's. */
  readonly share: number;
  /** Mixes the features in place; `other` are those of the partner. */
  readonly apply: (values: Float32Array, other: Float32Array) => void;
}

export interface MixPlace {
  /** Shape of one row. */
  readonly shape: readonly number[];
  readonly id: string;
  readonly epoch: number;
  /** Rows of train. */
  readonly rows: number;
}

export const mixes = ({ transforms }: AugmentPolicy): boolean => transforms.some(({ name }) => mixing.has(name));

/**
 * What mixup and cutmix do to a row, one after the other; empty where chance spares it.
 *
 * The papers mix a batch with a shuffled copy of itself, and draw one λ for it. Here each row draws its own λ and its
 * partner, from all of train and from its own stream: so a row's fate depends on no batch. λ is the larger of λ and 1 − λ,
 * so that a row is never less than half of what stands in its place; since any two rows are as likely either way round,
 * the mixtures are the same on the whole.
 *
 * @see D. Berthelot et al.: MixMatch, NeurIPS 2019 (the larger λ).
 */
export const mixturesOf = (policy: AugmentPolicy, place: MixPlace): Mixture[] =>
  policy.transforms.flatMap(({ name, amount, probability }) => {
    if (!mixing.has(name)) return [];
    const random = stream(derive(policy.seed, place.epoch, place.id, name));
    if (random.next() >= probability) return [];
    const partner = random.int(place.rows);
    const drawn = drawBeta(Number(amount), random);
    const lambda = Math.max(drawn, 1 - drawn);
    return [name === 'mixup' ? mixup({ partner, lambda }) : cutmix(place.shape, { partner, lambda, random })];
  });

interface Drawn {
  readonly partner: number;
  readonly lambda: number;
}

/**
 * v' = λ·v + (1 − λ)·w, for the features and the targets of two rows; λ of Beta(α, α). Columns of whole numbers are
 * mixed too: halfway between two categories is what the method means.
 *
 * @see H. Zhang et al.: mixup: Beyond Empirical Risk Minimization, ICLR 2018.
 */
const mixup = ({ partner, lambda }: Drawn): Mixture => ({
  partner,
  share: lambda,
  apply: (values, other) => {
    for (let at = 0; at < values.length; at += 1) values[at] = lambda * values[at]! + (1 - lambda) * other[at]!;
  },
});

/**
 * Puts a rectangle of the partner into the image: its sides are √(1 − λ) of the image's, λ of Beta(α, α), its middle
 * uniform over the image; what leaves the image is cut off. The share is that of the area which is the row's own still.
 *
 * @see S. Yun et al.: CutMix, ICCV 2019 (appendix A).
 */
const cutmix = (
  shape: readonly number[],
  { partner, lambda, random }: Drawn & { readonly random: Stream },
): Mixture => {
  const [height, width, channels] = shape as [number, number, number];
  const [top, bottom] = stretch(height, lambda, random);
  const [left, right] = stretch(width, lambda, random);
  return {
    partner,
    share: 1 - ((bottom - top) * (right - left)) / (height * width),
    apply: (values, other) => {
      for (let y = top; y < bottom; y += 1) {
        const [from, to] = [(y * width + left) * channels, (y * width + right) * channels];
        values.set(other.subarray(from, to), from);
      }
    },
  };
};

/** Beginning and end of a side of the rectangle. */
const stretch = (size: number, lambda: number, random: Stream): readonly [number, number] => {
  const length = Math.floor(size * Math.sqrt(1 - lambda));
  const first = random.int(size) - Math.floor(length / 2);
  return [Math.max(0, first), Math.min(size, first + length)];
};
