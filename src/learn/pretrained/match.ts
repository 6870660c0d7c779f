import type { Tensor } from '../data/safetensors.ts';
import { StageError } from '../error.ts';
import { adapt } from './adapt.ts';
import { kerasNamesOf, misfitOf } from './pytorch.ts';
import type { Renamed } from './rules.ts';
import type { Target } from './targets.ts';
import type { Layout } from './weights.ts';

/** Which tensor is for which weight. */
export interface Match {
  readonly loaded: readonly { readonly target: Target; readonly from: string }[];
  /** Weights for which there is no tensor. */
  readonly missing: readonly string[];
  /** Weights whose tensor has another shape. */
  readonly misshapen: readonly Misshapen[];
  /** Tensors for which there is no weight. */
  readonly unexpected: readonly string[];
  /** Tensors that a rule leaves out. */
  readonly leftOut: readonly string[];
}

export interface Misshapen {
  readonly name: string;
  readonly from: string;
  /** The weight's. */
  readonly expected: readonly number[];
  /** The tensor's, as the file has it. */
  readonly found: readonly number[];
  /** Where the shapes are not what is wrong. */
  readonly why?: string | undefined;
}

/**
 * Finds the weight of each tensor: by its name after the rules, else by what such a weight is called by Keras's layers.
 *
 * @throws StageError where two tensors are for one weight.
 */
export const match = (
  renamed: readonly Renamed[],
  targets: readonly Target[],
  { tensors, layout }: { readonly tensors: ReadonlyMap<string, Tensor>; readonly layout: Layout },
): Match => {
  const byName = new Map(targets.map((target) => [target.name, target]));
  const taken = new Map<Target, string>();
  const unexpected: string[] = [];
  for (const { from, to } of renamed) {
    if (to === null) continue;
    const name = [to, ...otherNamesOf(to, layout, targets)].find((each) => byName.has(each));
    const target = name === undefined ? undefined : byName.get(name)!;
    if (target === undefined) unexpected.push(from);
    else if (taken.has(target)) throw twice(target.name, [taken.get(target)!, from]);
    else taken.set(target, from);
  }
  const judged = targets.flatMap((target) => {
    const from = taken.get(target);
    return from === undefined ? [] : [{ target, from, misfit: misfit(tensors.get(from)!, { target, from, layout }) }];
  });
  return {
    loaded: judged.filter(({ misfit: wrong }) => wrong === undefined),
    missing: targets.filter((target) => !taken.has(target)).map(({ name }) => name),
    misshapen: judged.flatMap(({ misfit: wrong }) => wrong ?? []),
    unexpected,
    leftOut: renamed.filter(({ to }) => to === null).map(({ from }) => from),
  };
};

const otherNamesOf = (name: string, layout: Layout, targets: readonly Target[]): readonly string[] => {
  if (layout === 'pytorch') return kerasNamesOf(name);
  const bare = name.replace(/:\d+$/, '');
  // Keras 3 names the kernel of a depthwise convolution as any other.
  const others = [bare, bare.replace(/\/kernel$/, '/depthwise_kernel')];
  const [, layer, number] = /^(.*)\/vars\/(\d+)$/.exec(bare) ?? [];
  const siblings = targets.find((target) => target.name.startsWith(`${layer}/`))?.siblings;
  return layer === undefined ? others : [...others, siblings?.[Number(number)] ?? bare];
};

const misfit = (
  tensor: Tensor,
  { target, from, layout }: { readonly target: Target; readonly from: string; readonly layout: Layout },
): Misshapen | undefined => {
  const why = layout === 'pytorch' ? misfitOf(target) : undefined;
  const { shape } = adapt(tensor, target, layout);
  const same = shape.length === target.shape.length && shape.every((size, axis) => size === target.shape[axis]);
  if (same && why === undefined) return undefined;
  return { name: target.name, from, expected: target.shape, found: tensor.shape, why };
};

const twice = (name: string, sources: readonly string[]): StageError =>
  new StageError(
    `two tensors are for the weight "${name}": ${sources.map((source) => `"${source}"`).join(' and ')}`,
    'let a rule of pretrained.map leave one out, as { "from": "…", "to": null }',
  );
