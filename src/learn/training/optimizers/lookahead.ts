import * as tf from '@tensorflow/tfjs-core';
import { copies, each, named, pick, slot, type Transform } from '../transforms.ts';

export interface LookaheadParams {
  /** Steps of the inner optimizer to one of the slow weights, at least 1. */
  readonly k: number;
  /** How far the slow weights go towards the fast ones, in (0, 1]. */
  readonly alpha: number;
}

/**
 * The inner optimizer runs ahead with fast weights θ; after every k steps the slow ones φ follow, φ ← φ + α · (θ − φ),
 * and it begins again from there, θ ← φ. What it remembers stays. The network has the fast weights.
 *
 * @see M. R. Zhang et al.: Lookahead Optimizer: k steps forward, 1 step back, NeurIPS 2019, algorithm 1.
 */
export const lookahead = (inner: Transform, { k, alpha }: LookaheadParams): Transform => ({
  init: (variables, statistics) => ({ ...inner.init(variables, statistics), ...copies('lookahead/slow', variables) }),
  numbers: (place) => ({ ...inner.numbers(place), 'lookahead/meet': (place.step + 1) % k === 0 ? 1 : 0 }),
  update: (gradients, state, step) => {
    const meet = step.numbers['lookahead/meet']!;
    const moved = inner.update(gradients, state, step);
    const slow = each(moved.updates, (u, name) => {
      const before = slot(state, 'lookahead/slow', name);
      const fast = tf.add(step.variables[name]!, u);
      return pick(meet, tf.add(before, tf.mul(tf.sub(fast, before), alpha)), before);
    });
    const updates = each(moved.updates, (u, name) => pick(meet, tf.sub(slow[name]!, step.variables[name]!), u));
    return { updates, state: { ...moved.state, ...named('lookahead/slow', slow) } };
  },
});
