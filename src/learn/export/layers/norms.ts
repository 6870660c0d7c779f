import type { Builder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { product } from '../graph/shapes.ts';
import type { Convert, Given } from './given.ts';

/** (x − μ) / √(σ² + ε), mean and variance (biased) over some axes. */
export const standardized = (
  build: Builder,
  x: Value,
  { axes, epsilon }: { readonly axes: readonly number[]; readonly epsilon: number },
): Value => {
  const centred = build.binary('sub', x, build.reduce('mean', x, { axes, keep: true }));
  const variance = build.reduce('mean', build.binary('mul', centred, centred), { axes, keep: true });
  const deviation = build.unary('sqrt', build.binary('add', variance, build.number(epsilon, x)));
  return build.binary('div', centred, deviation);
};

/** γ · x + β, where there are any. */
export const scaled = ({ build, weights }: Pick<Given, 'build' | 'weights'>, x: Value, prefix = ''): Value => {
  const [gamma, beta] = [`${prefix}gamma`, `${prefix}beta`];
  const stretched = weights.has(gamma) ? build.binary('mul', x, weights.get(gamma)) : x;
  return weights.has(beta) ? build.binary('add', stretched, weights.get(beta)) : stretched;
};

const epsilonOf = ({ config }: Given): number => (config['epsilon'] as number | undefined) ?? 1e-3;

/** As it predicts, a batch norm is one factor and one summand for each channel. */
const batchNorm: Convert = (given) => {
  const { build, weights, inputs } = given;
  const [mean, variance] = [weights.read('moving_mean').values, weights.read('moving_variance').values];
  const gamma = weights.has('gamma') ? weights.read('gamma').values : undefined;
  const beta = weights.has('beta') ? weights.read('beta').values : undefined;
  const factors = Float64Array.from(variance, (each, at) => (gamma?.[at] ?? 1) / Math.sqrt(each + epsilonOf(given)));
  const summands = Float32Array.from(mean, (each, at) => (beta?.[at] ?? 0) - each * factors[at]!);
  const factor = build.weight('factor', { values: Float32Array.from(factors), shape: [mean.length] });
  const summand = build.weight('summand', { values: summands, shape: [mean.length] });
  return build.binary('add', build.binary('mul', inputs[0]!, factor), summand);
};

const groupNorm: Convert = (given) => {
  const { build, inputs, config } = given;
  const x = inputs[0]!;
  const channels = x.shape.at(-1)!;
  const wanted = config['groups'] as number;
  const groups = wanted === -1 ? channels : wanted;
  const places = product(x.shape.slice(1, -1));
  const grouped = build.reshape(x, [null, places, groups, channels / groups]);
  const normal = standardized(build, grouped, { axes: [1, 3], epsilon: epsilonOf(given) });
  return scaled(given, build.reshape(normal, x.shape));
};

export const normLayers: Readonly<Record<string, Convert>> = {
  BatchNormalization: batchNorm,
  GroupNormalization: groupNorm,
  LayerNormalization: (given) => {
    const x = given.inputs[0]!;
    const normal = standardized(given.build, x, { axes: [x.shape.length - 1], epsilon: epsilonOf(given) });
    return scaled(given, normal);
  },
};
