import * as tf from '@tensorflow/tfjs-core';

/** The weights of multi-head attention; biases may be absent. */
export interface AttentionWeights {
  /** [dim, heads, size] and [heads, size]. */
  readonly query: Projection;
  readonly key: Projection;
  /** [dim, heads, value size] and [heads, value size]. */
  readonly value: Projection;
  /** [heads, value size, out dim] and [out dim]. */
  readonly output: Projection;
}

export interface Projection {
  readonly kernel: tf.Tensor;
  readonly bias?: tf.Tensor | undefined;
}

export interface Attending {
  /** [batch, t, dim] */
  readonly query: tf.Tensor;
  /** [batch, s, dim]; the query itself in self-attention. */
  readonly value: tf.Tensor;
  /** [batch, s, dim]; absent: the value. */
  readonly key?: tf.Tensor | undefined;
  /** Which of the s places may be looked at, [batch, s], or [batch, t, s] for each of the t by itself; absent: all. */
  readonly mask?: tf.Tensor | undefined;
  /** Whether a place looks at itself and those before it alone. */
  readonly causal?: boolean;
  /** Applied to the shares of attention while training. */
  readonly drop?: (shares: tf.Tensor) => tf.Tensor;
}

/**
 * softmax(Q Kᵀ / √size) V for each head, put together and projected: [batch, t, out dim].
 * Who may look nowhere looks everywhere alike, as in Keras.
 *
 * @see A. Vaswani et al.: Attention Is All You Need, NeurIPS 2017.
 */
export const attention = (attending: Attending, weights: AttentionWeights): tf.Tensor => {
  const { query, value, key = value, drop = (shares) => shares } = attending;
  const size = weights.query.kernel.shape[2]!;
  const q = tf.mul(heads(query, weights.query), 1 / Math.sqrt(size)); // [b, h, t, size]
  const k = heads(key, weights.key); // [b, h, s, size]
  const scores = tf.matMul(q, k, false, true); // [b, h, t, s]
  const shares = drop(tf.softmax(masked(scores, attending)));
  const seen = tf.transpose(tf.matMul(shares, heads(value, weights.value)), [0, 2, 1, 3]); // [b, t, h, value size]
  return together(seen, weights.output);
};

/** x [b, t, dim] by kernel [dim, h, size] → [b, h, t, size]. */
const heads = (x: tf.Tensor, { kernel, bias }: Projection): tf.Tensor => {
  const [batch, length, dim] = x.shape as [number, number, number];
  const [, count, size] = kernel.shape as [number, number, number];
  const flat = tf.matMul(tf.reshape(x, [batch * length, dim]), tf.reshape(kernel, [dim, count * size]));
  const projected = bias === undefined ? flat : tf.add(flat, tf.reshape(bias, [count * size]));
  return tf.transpose(tf.reshape(projected, [batch, length, count, size]), [0, 2, 1, 3]);
};

/** seen [b, t, h, size] by kernel [h, size, out] → [b, t, out]. */
const together = (seen: tf.Tensor, { kernel, bias }: Projection): tf.Tensor => {
  const [batch, length, count, size] = seen.shape as [number, number, number, number];
  const out = kernel.shape[2]!;
  const flat = tf.matMul(tf.reshape(seen, [batch * length, count * size]), tf.reshape(kernel, [count * size, out]));
  return tf.reshape(bias === undefined ? flat : tf.add(flat, bias), [batch, length, out]);
};

/** Scores [b, h, t, s], those of what may not be looked at lowered beyond all others. */
const masked = (scores: tf.Tensor, { mask, causal = false }: Attending): tf.Tensor => {
  const [, , length, places] = scores.shape as [number, number, number, number];
  const withCausal = causal ? tf.add(scores, causalBias(length, places)) : scores;
  if (mask === undefined) return withCausal;
  const allowed = tf.cast(mask, 'float32');
  const shape = mask.rank === 2 ? [mask.shape[0]!, 1, 1, places] : [mask.shape[0]!, 1, length, places];
  return tf.add(withCausal, tf.reshape(tf.mul(tf.sub(1, allowed), forbidden), shape));
};

const forbidden = -1e9;

/** [1, 1, t, s]: 0 up to the diagonal, then −10⁹. */
const causalBias = (length: number, places: number): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: length * places }, (_, at) => (at % places <= Math.floor(at / places) ? 0 : forbidden)),
    [1, 1, length, places],
  );
