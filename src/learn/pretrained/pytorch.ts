import type { Tensor } from '../data/safetensors.ts';
import type { Target } from './targets.ts';
import { reshape, transpose } from './transpose.ts';
import { sizeOf } from './weights.ts';

/**
 * What PyTorch's weights are called by Keras's layers: its modules have `weight` and `bias`, whatever they are.
 *
 * @param name with points or slashes, as `conv_1.weight` or `conv_1/weight`.
 * @returns names to look for, in order.
 */
export const kerasNamesOf = (name: string): readonly string[] => {
  const cut = Math.max(name.lastIndexOf('.'), name.lastIndexOf('/'));
  const [module, part] = [name.slice(0, Math.max(cut, 0)), name.slice(cut + 1)];
  const modules = new Set([module, module.replaceAll('.', '/'), module.replaceAll('.', '_')]);
  return [...modules].flatMap((each) => (parts.get(part) ?? []).map((to) => `${each}/${to}`));
};

const parts: ReadonlyMap<string, readonly string[]> = new Map([
  ['weight', ['kernel', 'depthwise_kernel', 'gamma', 'embeddings', 'alpha']],
  ['bias', ['bias', 'beta']],
  ['running_mean', ['moving_mean']],
  ['running_var', ['moving_variance']],
  ['weight_ih_l0', ['kernel']],
  ['weight_hh_l0', ['recurrent_kernel']],
  ['bias_l0', ['bias']],
]);

/**
 * PyTorch's recurrent modules have two biases, which are only ever added; Keras's layers have their sum, which is named
 * `bias_l0` here.
 */
export const withSummedBiases = (tensors: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor> => {
  const summed = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) {
    const other = tensors.get(name.replace(/bias_ih_l0$/, 'bias_hh_l0'));
    if (name.endsWith('bias_hh_l0') && tensors.has(name.replace(/bias_hh_l0$/, 'bias_ih_l0'))) continue;
    if (!name.endsWith('bias_ih_l0') || other?.data.length !== tensor.data.length) summed.set(name, tensor);
    else summed.set(name.replace(/bias_ih_l0$/, 'bias_l0'), { ...tensor, data: add(tensor, other) });
  }
  return summed;
};

const add = ({ data }: Tensor, other: Tensor): Float32Array =>
  Float32Array.from(data, (value, index) => value + other.data[index]!);

/** Why a layer of this kind cannot take weights of PyTorch, whatever their shapes; undefined where it can. */
export const misfitOf = ({ kind }: Target): string | undefined =>
  kind === 'GRU' ? "PyTorch's GRU resets after the product with the state, this layer before it" : undefined;

/**
 * A tensor of PyTorch as a layer of Keras has it: kernels with their inputs before their outputs, and what follows a
 * Flatten in the order of pixels with their channels, since PyTorch flattens channel by channel.
 */
export const fromPytorch = (tensor: Tensor, { part, kind, flattened, shape }: Target): Tensor => {
  const { length: rank } = tensor.shape;
  if (part === 'depthwise_kernel' && rank === 4) {
    const [, , channels = 1, multiplier = 1] = shape;
    const [filters, , height = 0, width = 0] = tensor.shape;
    if (filters !== channels * multiplier) return tensor;
    return transpose(reshape(tensor, [channels, multiplier, height, width]), [2, 3, 0, 1]);
  }
  if (part === 'kernel' || part === 'recurrent_kernel') {
    const ordered = flattened !== undefined && rank === 2 ? byPixel(tensor, 1, flattened) : tensor;
    return transpose(ordered, kernelAxes(rank));
  }
  const follows = flattened !== undefined && rank === 1 && kind === 'BatchNormalization';
  return follows ? byPixel(tensor, 0, flattened) : tensor;
};

/** [filters, channels, …window] → [...window, channels, filters]. */
const kernelAxes = (rank: number): readonly number[] => [
  ...Array.from({ length: Math.max(rank - 2, 0) }, (_, axis) => axis + 2),
  ...[1, 0].slice(2 - Math.min(rank, 2)),
];

/** Reorders the last axis, which is channels × pixels, to pixels × channels. */
const byPixel = (tensor: Tensor, axis: number, flattened: readonly number[]): Tensor => {
  const channels = flattened.at(-1)!;
  const pixels = sizeOf(flattened) / channels;
  const before = tensor.shape.slice(0, axis);
  if (tensor.shape[axis] !== channels * pixels) return tensor;
  const split = reshape(tensor, [...before, channels, pixels]);
  return reshape(transpose(split, [...before.map((_, each) => each), axis + 1, axis]), tensor.shape);
};
