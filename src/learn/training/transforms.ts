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
  /**
   * The state before the first step, none of it one of the network's own tensors.
   *
   * @param statistics the network's weights that no gradient moves, as those of batch normalization.
   * @throws StageError where the optimizer names a variable that the network does not have.
   */
  readonly init: (variables: Tensors, statistics: Tensors) => Tensors;
  /**
   * What the update needs to know of the step's place, each number by a name of its own. Nothing else in the update may
   * depend on the place: the step can be compiled once, and is fed these numbers each time.
   */
  readonly numbers: (place: StepPlace) => Numbers;
  /**
   * `updates` are added to the variables once the whole chain is through. Call it in `tf.tidy`.
   */
  readonly update: (gradients: Tensors, state: Tensors, step: StepTensors) => Transformed;
}

/** What an update may look at beside the gradients and its own state. */
export interface StepTensors {
  /** Those of the step's place, as scalars. */
  readonly numbers: Tensors;
  /** As they are before the step. */
  readonly variables: Tensors;
  /** As they are after it. */
  readonly statistics: Tensors;
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
  init: (variables, statistics) =>
    Object.assign({}, ...transforms.map(({ init }) => init(variables, statistics))) as Tensors,
  numbers: (place) => Object.assign({}, ...transforms.map(({ numbers }) => numbers(place))) as Numbers,
  update: (gradients, state, step) =>
    transforms.reduce<Transformed>(
      (so, { update }) => {
        const { updates, state: changed } = update(so.updates, so.state, step);
        return { updates, state: { ...so.state, ...changed } };
      },
      { updates: gradients, state },
    ),
});

/** u = −rate · g: downhill, by the schedule's rate. */
export const scaleByRate: Transform = {
  init: () => ({}),
  numbers: ({ rate }) => ({ 'rate/minus': -rate }),
  update: (gradients, state, { numbers }) => ({
    updates: each(gradients, (g) => tf.mul(g, numbers['rate/minus']!)),
    state,
  }),
};

/** The tensors, each put through `map`. */
export const each = (tensors: Tensors, map: (tensor: tf.Tensor, name: string) => tf.Tensor): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, map(tensor, name)]));

/** State for each variable under `slotName`, at first all `value`. */
export const slots = (slotName: string, variables: Tensors, value = 0): Tensors =>
  named(
    slotName,
    each(variables, ({ shape }) => tf.fill(shape, value)),
  );

/** State for each variable under `slotName`, at first the variable's own value: a copy, and no other view of it. */
export const copies = (slotName: string, variables: Tensors): Tensors =>
  named(
    slotName,
    each(variables, (variable) => tf.add(variable, 0)),
  );

/** The tensors by their names as state. */
export const named = (slotName: string, tensors: Tensors): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${slotName}/${name}`, tensor]));

/** What is remembered of a variable under `slotName`. */
export const slot = (state: Tensors, slotName: string, variable: string): tf.Tensor => {
  const tensor = state[`${slotName}/${variable}`];
  if (tensor === undefined) throw new Error(`the optimizer has no ${slotName} of ${variable}`);
  return tensor;
};

/** One of two, by a flag of the step's place: `yes` where it is 1, `no` where it is 0. Both have to be finite. */
export const pick = (flag: tf.Tensor, yes: tf.Tensor, no: tf.Tensor): tf.Tensor =>
  tf.add(tf.mul(yes, flag), tf.mul(no, tf.sub(1, flag)));
