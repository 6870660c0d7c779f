import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Pretrained } from '../../types/generated/pretrained.ts';
import { counted } from '../data/words.ts';
import { StageError } from '../error.ts';
import type { CutNetwork } from '../models/cut.ts';
import { adapt } from './adapt.ts';
import { layoutOf } from './layout.ts';
import { type Match, match } from './match.ts';
import { withSummedBiases } from './pytorch.ts';
import type { ReadWeights } from './read-weights.ts';
import { examples, type Renamed, type Rule, rename, wholeName } from './rules.ts';
import { targetsOf } from './targets.ts';
import type { Layout } from './weights.ts';

export interface LoadOptions {
  /** How names of the file become names of the network's weights. */
  readonly map: readonly Rule[];
  /** Regular expressions of whole names: the network's weights that may stay as they were drawn. */
  readonly allowMissing: readonly string[];
  /** Which axes the file's kernels have; undefined: what the file tells. */
  readonly layout: Layout | undefined;
  /** Where the network stands on the first layers of the file's: those, and those that are left off. */
  readonly cut?: Pick<CutNetwork, 'taken' | 'left'> | undefined;
}

/**
 * Gives a network the weights of a file, by name. Nothing is written unless all is well.
 *
 * @returns which weight was taken from where, and what was left.
 * @throws StageError where a weight is missing that may not be, has another shape, or none is taken at all.
 */
export const loadPretrained = (network: LayersModel, weights: ReadWeights, options: LoadOptions): Pretrained => {
  const layout = options.layout ?? layoutOf(weights);
  const tensors = layout === 'pytorch' ? withSummedBiases(weights.tensors) : weights.tensors;
  const renamed = leftOff(rename([...tensors.keys()], options.map), options.cut);
  const targets = targetsOf(network).filter(({ layer }) => options.cut?.taken.has(layer) ?? true);
  const matched = match(renamed, targets, { tensors, layout });
  const allowed = allowedOf(
    options.allowMissing,
    targets.map(({ name }) => name),
  );
  refuse(matched, allowed, weights);
  const values = matched.loaded.map(({ target, from }) => ({
    target,
    from,
    value: adapt(tensors.get(from)!, target, layout),
  }));
  for (const { from, value } of values) {
    if (!value.data.every(Number.isFinite))
      throw new StageError(`${weights.file}: "${from}" is not made of finite numbers`);
  }
  for (const { target, value } of values) {
    const tensor = tf.tensor(value.data, [...value.shape], 'float32');
    target.weight.write(tensor);
    tensor.dispose();
  }
  return reportOf(matched, weights, layout);
};

/** What belongs to layers beyond a cut is left out. */
const leftOff = (renamed: readonly Renamed[], cut: LoadOptions['cut']): readonly Renamed[] =>
  renamed.map((each) => (cut?.left.some((layer) => each.to?.startsWith(`${layer}/`)) ? { ...each, to: null } : each));

const allowedOf = (patterns: readonly string[], names: readonly string[]): ReadonlySet<string> => {
  const allowed = new Set<string>();
  for (const pattern of patterns) {
    const fits = names.filter((name) => wholeName(pattern, 'pretrained.allow_missing').test(name));
    if (fits.length === 0) {
      throw new StageError(
        `"${pattern}" of pretrained.allow_missing fits no weight of the network`,
        `it has ${examples(names)}`,
      );
    }
    for (const name of fits) allowed.add(name);
  }
  return allowed;
};

const refuse = (
  { loaded, missing, misshapen, unexpected }: Match,
  allowed: ReadonlySet<string>,
  { file }: ReadWeights,
): void => {
  const wrong = misshapen.filter(({ name }) => !allowed.has(name));
  if (wrong.length > 0) {
    const [{ name, from, expected, found, why }] = wrong as [Match['misshapen'][number]];
    throw new StageError(
      `${counted(wrong.length, 'weight')} of ${file} do not fit the network: "${name}" is [${expected.join(', ')}], ` +
        `"${from}" is [${found.join(', ')}]${why === undefined ? '' : ` (${why})`}`,
      'where it is to be learnt anew, name it in pretrained.allow_missing',
    );
  }
  if (loaded.length === 0) {
    throw new StageError(
      `no weight of the network is in ${file}: it has ${examples(unexpected)}`,
      `the network has ${examples([...missing, ...misshapen.map(({ name }) => name)])}; pretrained.map says which is which`,
    );
  }
  const lacking = missing.filter((name) => !allowed.has(name));
  if (lacking.length === 0) return;
  throw new StageError(
    `${counted(lacking.length, 'weight')} of the network are not in ${file}: ${examples(lacking)}` +
      (unexpected.length === 0
        ? ''
        : `; for what it has and the network has not, as ${examples(unexpected)}, nothing says where it belongs`),
    'pretrained.map renames; pretrained.allow_missing names what is to be learnt anew',
  );
};

const reportOf = (matched: Match, weights: ReadWeights, layout: Layout): Pretrained => ({
  format: 'stemma-pretrained-v1',
  file: weights.file,
  sha256: weights.sha256,
  kind: weights.kind,
  layout,
  loaded: matched.loaded.map(({ target, from }) => ({ name: target.name, from, shape: [...target.shape] })),
  missing: [...matched.missing],
  misshapen: matched.misshapen.map(({ name, from, expected, found }) => ({
    ...{ name, from },
    ...{ expected: [...expected], found: [...found] },
  })),
  unexpected: [...matched.unexpected],
  left_out: [...matched.leftOut],
  integers: [...weights.integers],
});
