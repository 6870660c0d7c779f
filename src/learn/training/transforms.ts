import * as tf from '@tensorflow/tfjs-core';

/** Tensors by name: of variables, or of what an optimizer remembers of them. */
export type Tensors = Readonly<Record<string, tf.Tensor>>;

/** Where a training stands when it takes a step. */
export interface StepPlace {
  /** Counted from 0 over the whole training. */
  readonly step: number;
  /** Learning rate of this step. */
  readonly rate: number;
}

/**
 * A stage between gradients and updates, as in optax: pure, and what it remembers is handed in and out.
 * State is keyed by the variable's name, so that it fits whatever order or choice of variables comes later.
 */
export interface Transform {
  /** The state before the first step. */
  readonly init: (variables: Tensors) => Tensors;
  /**
   * What the update needs to know of the step's place, each number by a name of its own. Nothing else in the update may
   * depend on the place: the step can be compiled once, and is fed these numbers each time.
   */
  readonly numbers: (place: StepPlace) => Numbers;
  /**
   * `updates` are added to the variables once the whole chain is through. Call it in `tf.tidy`.
   *
   * @param numbers those of the step's place, as scalars.
   */
  readonly update: (gradients: Tensors, state: Tensors, numbers: Tensors) => Transformed;
}

export type Numbers = Readonly<Record<string, number>>;

/** Numbers as float32 scalars. */
export const scalarsOf = (numbers: Numbers): Readonly<Record<string, tf.Scalar>> =>
  Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, tf.scalar(value)]));

export interface Transformed {
  readonly updates: Tensors;
  readonly state: Tensors;
}

/** Transforms one after the other; each finds its own state by its names. */
export const chain = (...transforms: readonly Transform[]): Transform => ({
  init: (variables) => Object.assign({}, ...transforms.map(({ init }) => init(variables))) as Tensors,
  numbers: (place) => Object.assign({}, ...transforms.map(({ numbers }) => numbers(place))) as Numbers,
  update: (gradients, state, numbers) =>
    transforms.reduce<Transformed>(
      (so, { update }) => {
        const { updates, state: changed } = update(so.updates, so.state, numbers);
        return { updates, state: { ...so.state, ...changed } };
      },
      { updates: gradients, state },
    ),
});

/** u = −rate · g: downhill, by the schedule's rate. */
export const scaleByRate: Transform = {
  init: () => ({}),
  numbers: ({ rate }) => ({ 'rate/minus': -rate }),
  update: (gradients, state, numbers) => ({
    updates: each(gradients, (g) => tf.mul(g, numbers['rate/minus']!)),
    state,
  }),
};

/**
 * Momentum of what comes in: v ← μ · v + u; the update is v, or with Nesterov's look ahead μ · v + u.
 * After `scaleByRate` that is v ← μ · v − rate · g, as in Keras.
 *
 * @param momentum μ in [0, 1).
 * @see I. Sutskever et al.: On the Importance of Initialization and Momentum in Deep Learning, ICML 2013.
 */
export const addMomentum = (momentum: number, kind: 'plain' | 'nesterov'): Transform => ({
  init: (variables) => slots('momentum', variables),
  numbers: () => ({}),
  update: (gradients, state) => {
    const velocities = each(gradients, (u, name) => tf.add(tf.mul(slot(state, 'momentum', name), momentum), u));
    const ahead = (u: tf.Tensor, name: string) => tf.add(tf.mul(velocities[name]!, momentum), u);
    return {
      updates: kind === 'nesterov' ? each(gradients, ahead) : velocities,
      state: named('momentum', velocities),
    };
  },
});

/**
 * Adam: m ← β₁ · m + (1 − β₁) · g; v ← β₂ · v + (1 − β₂) · g²; u = m · √(1 − β₂ᵗ) / (1 − β₁ᵗ) / (√v + ε), t from 1.
 *
 * @param options β₁ and β₂ in [0, 1); ε above 0.
 * @see D. P. Kingma, J. Ba: Adam, ICLR 2015: the form of the end of section 2, as in Keras and TensorFlow, where ε
 * stands beside √v before its correction.
 */
export const scaleByAdam = ({ beta1, beta2, epsilon }: AdamOptions): Transform => ({
  init: (variables) => ({ ...slots('adam/m', variables), ...slots('adam/v', variables) }),
  numbers: ({ step }) => ({ 'adam/correction': Math.sqrt(1 - beta2 ** (step + 1)) / (1 - beta1 ** (step + 1)) }),
  update: (gradients, state, numbers) => {
    const mean = (decay: number) => (old: tf.Tensor, now: tf.Tensor) =>
      tf.add(tf.mul(old, decay), tf.mul(now, 1 - decay));
    const m = each(gradients, (g, name) => mean(beta1)(slot(state, 'adam/m', name), g));
    const v = each(gradients, (g, name) => mean(beta2)(slot(state, 'adam/v', name), tf.square(g)));
    const scaled = (_: tf.Tensor, name: string) =>
      tf.mul(tf.div(m[name]!, tf.add(tf.sqrt(v[name]!), epsilon)), numbers['adam/correction']!);
    return { updates: each(gradients, scaled), state: { ...named('adam/m', m), ...named('adam/v', v) } };
  },
});

export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

const each = (tensors: Tensors, map: (tensor: tf.Tensor, name: string) => tf.Tensor): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, map(tensor, name)]));

/** Zeros for each variable. */
const slots = (slotName: string, variables: Tensors): Tensors =>
  named(slotName, each(variables, (variable) => tf.zerosLike(variable))); // biome-ignore format: one call

const named = (slotName: string, tensors: Tensors): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${slotName}/${name}`, tensor]));

const slot = (state: Tensors, slotName: string, variable: string): tf.Tensor => {
  const tensor = state[`${slotName}/${variable}`];
  if (tensor === undefined) throw new Error(`the optimizer has no ${slotName} of ${variable}`);
  return tensor;
};
