import type { LayerItem, NetworkShape } from '../list/items.ts';
import { droppedAfter, type ImageNorm, normItem, type Penalties, penalized, refuseNoImages } from './common.ts';

export interface ResnetParams extends Penalties {
  readonly preset: 'resnet';
  /** Filters of each stage. */
  readonly filters: readonly number[];
  /** Blocks in each stage. */
  readonly blocks: number;
  /** `bottleneck`: its last convolution has four times the filters. */
  readonly block: 'basic' | 'bottleneck';
  readonly norm: ImageNorm;
  /** Share of the head's inputs that is dropped while training, in [0, 1). */
  readonly dropout: number;
}

/**
 * A residual network for small images: a 3×3 convolution, then stages of residual blocks, each stage but the first at half
 * the resolution, and the mean of each channel. A shortcut that changes its shape is a 1×1 convolution.
 *
 * @see K. He et al.: Deep Residual Learning for Image Recognition, CVPR 2016, section 4.2.
 */
export const resnetItems = (params: ResnetParams, shape: NetworkShape): readonly LayerItem[] => {
  refuseNoImages('resnet', shape);
  const { filters, blocks } = params;
  const items: LayerItem[] = [...convolution(params, { filters: filters[0]!, size: 3, name: 'stem' }), relu('stem')];
  let [last, channels] = ['relu_stem', filters[0]!];
  for (const [stage, count] of filters.entries()) {
    for (let block = 0; block < blocks; block += 1) {
      const place = { name: `${stage + 1}_${block + 1}`, from: last, channels, filters: count };
      const strides = stage > 0 && block === 0 ? 2 : 1;
      items.push(...residual(params, { ...place, strides }));
      last = `relu_${place.name}`;
      channels = widthOf(params, count);
    }
  }
  return [...items, { type: 'GlobalAveragePooling2D', name: 'pool' }, ...droppedAfter('pool', params.dropout)];
};

const widthOf = ({ block }: ResnetParams, filters: number): number => (block === 'bottleneck' ? 4 * filters : filters);

interface Place {
  readonly name: string;
  /** The layer that it stands on, and its channels. */
  readonly from: string;
  readonly channels: number;
  readonly filters: number;
  readonly strides: number;
}

const residual = (params: ResnetParams, place: Place): readonly LayerItem[] => {
  const { name, from, channels, filters, strides } = place;
  const width = widthOf(params, filters);
  const parts = params.block === 'basic' ? [{ size: 3, filters, strides }, { size: 3, filters: width }] : [{ size: 1, filters }, { size: 3, filters, strides }, { size: 1, filters: width }]; // biome-ignore format: one list
  const main = parts.flatMap((part, index) => [
    ...convolution(params, { ...part, name: `${name}_${index + 1}`, ...(index === 0 ? { inputs: from } : {}) }),
    ...(index < parts.length - 1 ? [relu(`${name}_${index + 1}`)] : []),
  ]);
  const isSame = channels === width && strides === 1;
  const shortcut = isSame ? [] : convolution(params, { size: 1, filters: width, strides, name: `${name}_shortcut`, inputs: from }); // biome-ignore format: one call
  const ends = [main.at(-1)!.name!, shortcut.at(-1)?.name ?? from];
  return [...main, ...shortcut, { type: 'Add', inputs: ends, name: `add_${name}` }, relu(name)];
};

interface Convolution {
  readonly filters: number;
  readonly size: number;
  readonly name: string;
  readonly strides?: number;
  readonly inputs?: string;
}

/** A convolution that keeps the borders, normalized in place of its bias. */
const convolution = (
  params: ResnetParams,
  { filters, size, name, strides = 1, inputs }: Convolution,
): readonly LayerItem[] => {
  const { norm } = params;
  const item = {
    ...{ type: 'Conv2D', filters, kernel_size: size, strides, padding: 'same', name: `conv_${name}` },
    ...{ use_bias: norm === 'none', kernel_initializer: 'he_normal', ...penalized(params) },
    ...(inputs === undefined ? {} : { inputs }),
  };
  return norm === 'none' ? [item] : [item, normItem(norm, filters, `norm_${name}`)];
};

const relu = (name: string): LayerItem => ({ type: 'ReLU', name: `relu_${name}` });
