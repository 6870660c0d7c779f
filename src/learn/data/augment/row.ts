import type { AugmentPolicy, PolicyTransform } from '../../../types/generated/dataset.ts';
import { derive, type Stream, stream } from '../../random.ts';
import type { TensorData } from '../safetensors.ts';
import type { Affine } from './affine.ts';
import { blurRow } from './blur.ts';
import { geometric, mixing } from './catalogue.ts';
import { eraseRow } from './erase.ts';
import { drawGeometry, moveRow, together } from './geometry.ts';
import { brightnessRow, contrastRow } from './light.ts';
import { noiseRow } from './noise.ts';
import { loadOwn } from './own.ts';
import { scaleRow, timeMaskRow, timeShiftRow, windowRow } from './series.ts';
import { type Pool, swapRow } from './swap.ts';
import { dropTokens, swapTokens } from './tokens.ts';

/** Where rows stand that a policy alters. */
export interface RowPlace {
  /** Shape of one row: [height, width, channels], [steps, channels], or [k]. */
  readonly shape: readonly number[];
  /** From 1. */
  readonly epoch: number;
  readonly pool: Pool | undefined;
}

/** Alters one row in place. */
export type AlterRow = (values: TensorData, id: string) => void;

/**
 * The policy as a function of a row, but for what mixes rows.
 *
 * Each transform has a stream of its own, of the seed, the epoch, the row's id and the transform's name: one more in
 * the policy changes nothing of the others.
 */
export const alterRow = (policy: AugmentPolicy, place: RowPlace): AlterRow => {
  const moves = policy.transforms.filter(({ name }) => geometric.has(name));
  const others = policy.transforms.filter(({ name }) => !geometric.has(name) && !mixing.has(name));
  const own = policy.own.map((each, at) => ({ ...each, alter: loadOwn(each), label: `own ${at} ${each.file}` })); // A file may be there twice.
  const { range, outside, groups, mask_token } = policy;
  const given = { ...place, range, outside, groups, spared: new Set(policy.spared), mask: mask_token ?? 0 };
  let spare: TensorData | undefined;
  return (values, id) => {
    spare ??= values.slice();
    const row = derive(policy.seed, place.epoch, id);
    const drawn = (name: string, probability: number): Stream | undefined => {
      const random = stream(derive(row, name));
      return random.next() < probability ? random : undefined;
    };
    if (moves.length > 0) move(values, moves, { policy, place, drawn, spare });
    for (const transform of others) {
      const random = drawn(transform.name, transform.probability);
      if (random === undefined) continue;
      const amount = Number(transform.amount);
      alterers[transform.name]!(values as Float32Array, { ...given, amount, random, spare: spare as Float32Array });
    }
    for (const { label, probability, alter } of own) {
      const random = drawn(label, probability);
      if (random !== undefined) alter(values as Float32Array, place.shape, random);
    }
  };
};

interface Moving {
  readonly policy: AugmentPolicy;
  readonly place: RowPlace;
  readonly drawn: (name: string, probability: number) => Stream | undefined;
  readonly spare: TensorData;
}

/** All that moves an image, as one warp. */
const move = (
  values: TensorData,
  moves: readonly PolicyTransform[],
  { policy: { fill, outside }, place: { shape }, drawn, spare }: Moving,
): void => {
  const maps: Affine[] = [];
  for (const { name, amount, probability } of moves) {
    const random = drawn(name, probability);
    if (random !== undefined) maps.push(drawGeometry(name, amount, { shape, random }));
  }
  if (maps.length > 0) moveRow(values, { shape, back: together(maps), fill, outside, spare });
};

/** What a transform that moves nothing is given. */
interface Given {
  readonly shape: readonly number[];
  readonly amount: number;
  readonly random: Stream;
  readonly range: readonly [number, number] | null;
  readonly outside: number;
  readonly spare: Float32Array;
  readonly spared: ReadonlySet<number>;
  readonly groups: readonly (readonly number[])[];
  readonly pool: Pool | undefined;
  readonly mask: number;
}

const alterers: Readonly<Record<string, (values: Float32Array, given: Given) => void>> = {
  contrast: contrastRow,
  brightness: brightnessRow,
  blur: blurRow,
  erase: eraseRow,
  noise: (values, { amount, spared, random }) => noiseRow(values, { sd: amount, spared, random }),
  swap: (values, { amount, random, pool, groups }) => {
    if (pool === undefined) throw new RangeError('swap needs the rows of train');
    swapRow(values, { amount, random, pool, groups });
  },
  scale: scaleRow,
  window: windowRow,
  time_shift: timeShiftRow,
  time_mask: timeMaskRow,
  word_dropout: dropTokens,
  word_swap: swapTokens,
};
