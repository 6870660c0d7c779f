import type { Stream } from '../../random.ts';
import type { TensorData } from '../safetensors.ts';

export interface Erasing {
  /** [height, width, channels] */
  readonly shape: readonly number[];
  /** Greatest share of the area that is erased, in (0, 1]. */
  readonly amount: number;
  readonly random: Stream;
}

/**
 * Puts random values in place of a rectangle of an image: its area is a share uniform in [0.02, amount], the ratio of
 * its sides uniform in [0.3, 1 / 0.3], its place uniform among those where it fits. The values are uniform between the
 * image's own extremes.
 *
 * @see Z. Zhong et al.: Random Erasing Data Augmentation, AAAI 2020 (algorithm 1, RE-R).
 */
export const eraseRow = (values: TensorData, { shape, amount, random }: Erasing): void => {
  const [height, width, channels] = shape as [number, number, number];
  const box = drawBox(height, width, { amount, random });
  if (box === undefined) return;
  const [low, high] = extremesOf(values);
  for (let y = box.top; y < box.top + box.height; y += 1) {
    const from = (y * width + box.left) * channels;
    for (let at = from; at < from + box.width * channels; at += 1) values[at] = low + random.next() * (high - low);
  }
};

const leastShare = 0.02;
const leastRatio = 0.3;
/** The paper tries until a box fits; a hundred times is enough for any image of more than a few pixels. */
const tries = 100;

const drawBox = (height: number, width: number, { amount, random }: Pick<Erasing, 'amount' | 'random'>) => {
  const least = Math.min(leastShare, amount);
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const area = height * width * (least + (amount - least) * random.next());
    const ratio = leastRatio + (1 / leastRatio - leastRatio) * random.next();
    const box = { height: Math.round(Math.sqrt(area * ratio)), width: Math.round(Math.sqrt(area / ratio)) };
    if (box.height < 1 || box.width < 1 || box.height >= height || box.width >= width) continue;
    return { ...box, top: random.int(height - box.height + 1), left: random.int(width - box.width + 1) };
  }
  return undefined;
};

const extremesOf = (values: TensorData): readonly [number, number] => {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < values.length; at += 1) {
    low = Math.min(low, values[at]!);
    high = Math.max(high, values[at]!);
  }
  return [low, high];
};
