import type { Builder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { activationNamed } from './activations.ts';
import type { Convert, Given, LayerWeights, Mask } from './given.ts';
import { scaled, standardized } from './norms.ts';

interface Attending {
  readonly query: Value;
  readonly value: Value;
  readonly key: Value;
  /** Which places may be looked at, [batch, s]. */
  readonly mask: Mask;
  readonly causal: boolean;
}

/** softmax(Q Kᵀ / √size) V for each head, put together and projected, as models/layers/attention.ts computes it. */
const attention = (
  build: Builder,
  { query, value, key, mask, causal }: Attending,
  { weights, prefix }: { readonly weights: LayerWeights; readonly prefix: string },
): Value => {
  const heads = (x: Value, name: string): Value => projected(build, x, { weights, name: `${prefix}${name}` });
  const q = heads(query, 'query'); // [b, t, h, size]
  const size = q.shape[3]!;
  const scaledQuery = build.binary('mul', q, build.number(1 / Math.sqrt(size), q));
  const left = build.transpose(scaledQuery, [0, 2, 1, 3]); // [b, h, t, size]
  const right = build.transpose(heads(key, 'key'), [0, 2, 3, 1]); // [b, h, size, s]
  const scores = masked(build, build.matMul(left, right), { mask, causal }); // [b, h, t, s]
  const values = build.transpose(heads(value, 'value'), [0, 2, 1, 3]); // [b, h, s, value size]
  const seen = build.transpose(build.matMul(build.softmax(scores), values), [0, 2, 1, 3]); // [b, t, h, value size]
  return together(build, seen, { weights, prefix });
};

/** x [b, t, dim] by kernel [dim, h, size] → [b, t, h, size]. */
const projected = (
  build: Builder,
  x: Value,
  { weights, name }: { readonly weights: LayerWeights; readonly name: string },
): Value => {
  const weight = weights.read(`${name}/kernel`);
  const [dim, count, size] = weight.shape as [number, number, number];
  const kernel = build.weight(`${name}/kernel`, { ...weight, shape: [dim, count * size] });
  const flat = build.matMul(x, kernel);
  const bias = weights.has(`${name}/bias`) ? { ...weights.read(`${name}/bias`), shape: [count * size] } : undefined;
  const biased = bias === undefined ? flat : build.binary('add', flat, build.weight(`${name}/bias`, bias));
  return build.reshape(biased, [null, x.shape[1]!, count, size]);
};

/** seen [b, t, h, size] by kernel [h, size, out] → [b, t, out]. */
const together = (
  build: Builder,
  seen: Value,
  { weights, prefix }: { readonly weights: LayerWeights; readonly prefix: string },
): Value => {
  const name = `${prefix}attention_output`;
  const kernel = weights.read(`${name}/kernel`);
  const [count, size, out] = kernel.shape as [number, number, number];
  const flat = build.reshape(seen, [null, seen.shape[1]!, count * size]);
  const product = build.matMul(flat, build.weight(`${name}/kernel`, { ...kernel, shape: [count * size, out] }));
  return weights.has(`${name}/bias`) ? build.binary('add', product, weights.get(`${name}/bias`)) : product;
};

/** Scores [b, h, t, s], those of what may not be looked at lowered beyond all others. */
const masked = (build: Builder, scores: Value, { mask, causal }: Pick<Attending, 'mask' | 'causal'>): Value => {
  const [length, places] = [scores.shape[2]!, scores.shape[3]!];
  const ordered = causal ? build.binary('add', scores, causalBias(build, length, places)) : scores;
  if (mask === null) return ordered;
  const hidden = build.binary('sub', build.number(1, mask), mask);
  const lowered = build.binary('mul', hidden, build.number(forbidden, mask));
  return build.binary('add', ordered, build.reshape(lowered, [null, 1, 1, places]));
};

const forbidden = -1e9;

const causalBias = (build: Builder, length: number, places: number): Value =>
  build.constant(
    Float32Array.from({ length: length * places }, (_, at) => (at % places <= Math.floor(at / places) ? 0 : forbidden)),
    [1, 1, length, places],
  );

const both = (build: Builder, a: Mask, b: Mask): Mask =>
  a === null || b === null ? (a ?? b) : build.binary('minimum', a, b);

const multiHead: Convert = ({ build, inputs, masks, weights, config }) => {
  const [query, value = query, key = value] = inputs as [Value, Value?, Value?];
  const mask = both(build, masks[inputs.length === 1 ? 0 : 1] ?? null, masks[2] ?? null);
  const causal = config['causal'] === true;
  return attention(build, { query, value: value!, key: key!, mask, causal }, { weights, prefix: '' });
};

/** As models/layers/transformer-block.ts has it. */
const block: Convert = (given: Given) => {
  const { build, inputs, masks, weights, config, layer } = given;
  const x = inputs[0]!;
  const epsilon = (config['epsilon'] as number | undefined) ?? 1e-6;
  const normal = (value: Value, name: string): Value =>
    scaled(given, standardized(build, value, { axes: [2], epsilon }), `${name}/`);
  const look = (value: Value): Value => {
    const attending = { query: value, value, key: value, mask: masks[0] ?? null, causal: config['causal'] === true };
    return attention(build, attending, { weights, prefix: 'attention/' });
  };
  const dense = (value: Value, name: string): Value =>
    build.binary('add', build.matMul(value, weights.get(`${name}/kernel`)), weights.get(`${name}/bias`));
  const act = activationNamed((config['activation'] as string | undefined) ?? 'relu', layer.name);
  const think = (value: Value): Value => dense(act(build, dense(value, 'intermediate')), 'output');
  if (config['normFirst'] === true) {
    const seen = build.binary('add', x, look(normal(x, 'attention_norm')));
    return build.binary('add', seen, think(normal(seen, 'output_norm')));
  }
  const seen = normal(build.binary('add', x, look(x)), 'attention_norm');
  return normal(build.binary('add', seen, think(seen)), 'output_norm');
};

export const attentionLayers: Readonly<Record<string, Convert>> = {
  MultiHeadAttention: multiHead,
  TransformerBlock: block,
};
