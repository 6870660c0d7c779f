import * as tf from '@tensorflow/tfjs-core';
import { dropped, type MaskSource } from '../dropout.ts';
import { type Activation, activationNamed } from './activations.ts';
import { glorotUniform, type InitializerConfig, type OwnArgs, type Regularizer, type RegularizerConfig, regularizerOf, type Weight } from './own-layer.ts'; // biome-ignore format: one line
import { biasShapeOf, type CellName, cells } from './recurrent-cells.ts';

/** What a recurrent layer is made with, by Keras's names. */
export interface RecurrentArgs extends OwnArgs {
  readonly units: number;
  readonly activation?: Activation;
  readonly recurrentActivation?: Activation;
  readonly useBias?: boolean;
  /** Whether the outputs of all places are handed on, rather than the last. */
  readonly returnSequences?: boolean;
  /** Whether the sequence is read from its end; its outputs stand in that order then. */
  readonly goBackwards?: boolean;
  /** Share of the inputs that is dropped while training, the same elements at each place, in [0, 1). */
  readonly dropout?: number;
  /** Share of the states that the recurrent kernel does not see while training, the same at each place, in [0, 1). */
  readonly recurrentDropout?: number;
  readonly kernelInitializer?: InitializerConfig;
  readonly recurrentInitializer?: InitializerConfig;
  readonly biasInitializer?: InitializerConfig;
  readonly kernelRegularizer?: RegularizerConfig | null;
  readonly recurrentRegularizer?: RegularizerConfig | null;
  readonly biasRegularizer?: RegularizerConfig | null;
  /** Of an LSTM: whether the biases of the forget gate begin at 1. */
  readonly unitForgetBias?: boolean;
  /** Of a GRU. */
  readonly resetAfter?: boolean;
}

export type RecurrentSettings = Required<Omit<RecurrentArgs, keyof OwnArgs>>;

/** Keras's defaults. */
export const settingsOf = (args: RecurrentArgs): RecurrentSettings => {
  const { units, activation = 'tanh', recurrentActivation = 'sigmoid', useBias = true } = args;
  const { returnSequences = false, goBackwards = false, dropout = 0, recurrentDropout = 0 } = args;
  const { kernelInitializer = glorotUniform, recurrentInitializer = orthogonal, biasInitializer = zeros } = args;
  const { kernelRegularizer = null, recurrentRegularizer = null, biasRegularizer = null } = args;
  const { unitForgetBias = true, resetAfter = true } = args;
  return {
    ...{ units, activation, recurrentActivation, useBias, returnSequences, goBackwards, dropout, recurrentDropout },
    ...{ kernelInitializer, recurrentInitializer, biasInitializer },
    ...{ kernelRegularizer, recurrentRegularizer, biasRegularizer, unitForgetBias, resetAfter },
  };
};

const orthogonal: InitializerConfig = { className: 'Orthogonal', config: { gain: 1 } };
const zeros: InitializerConfig = { className: 'Zeros', config: {} };

/** Of one direction. */
export interface RecurrentVariables {
  readonly kernel: Weight;
  readonly recurrent: Weight;
  readonly bias: Weight | undefined;
}

type Add = (name: string, shape: readonly number[], regularizer: Regularizer | undefined) => Weight;

/** Adds the weights of one direction to a layer, by Keras's names and shapes. */
export const recurrentVariables = (
  add: Add,
  dim: number,
  { name, settings }: { readonly name: CellName; readonly settings: RecurrentSettings },
): RecurrentVariables => {
  const { units, useBias, resetAfter } = settings;
  const width = cells[name].gates * units;
  return {
    kernel: add('kernel', [dim, width], regularizerOf(settings.kernelRegularizer)),
    recurrent: add('recurrent_kernel', [units, width], regularizerOf(settings.recurrentRegularizer)),
    bias: useBias
      ? add('bias', biasShapeOf(name, units, resetAfter), regularizerOf(settings.biasRegularizer))
      : undefined,
  };
};

export interface Sequence {
  /** [batch, length, dim] */
  readonly x: tf.Tensor;
  /** [batch, length]; a place that it hides changes no state. */
  readonly mask: tf.Tensor | undefined;
}

export interface Recurrence {
  readonly cell: CellName;
  readonly settings: RecurrentSettings;
  readonly variables: RecurrentVariables;
  readonly training: boolean;
  readonly masks: MaskSource | undefined;
  /** Names the streams of its dropout. */
  readonly label: string;
}

/**
 * The outputs of a recurrent layer: of all places in the order in which they were read, [batch, length, units], or the
 * last, [batch, units]. The places are unrolled, so that a compiled step is one graph.
 */
export const recur = ({ x, mask }: Sequence, recurrence: Recurrence): tf.Tensor => {
  const { settings, cell: name, variables, label } = recurrence;
  const cell = cells[name];
  const { units, goBackwards, returnSequences, activation, recurrentActivation, resetAfter } = settings;
  const batch = x.shape[0]!;
  const weights = { recurrent: variables.recurrent.read(), bias: variables.bias?.read() };
  const computing = {
    ...{
      resetAfter,
      activation: activationNamed(activation),
      recurrentActivation: activationNamed(recurrentActivation),
    },
  };
  const drop = (value: tf.Tensor, of: 'dropout' | 'recurrentDropout', shape: readonly number[]): tf.Tensor =>
    dropped(value, { rate: recurrence.training ? settings[of] : 0, masks: recurrence.masks, label: `${label}/${of}`, shape }); // biome-ignore format: one call

  const inputs = places(projected(drop(x, 'dropout', [batch, 1, x.shape[2]!]), recurrence), goBackwards);
  const seen = mask === undefined ? undefined : places(tf.expandDims(tf.cast(mask, 'float32'), 2), goBackwards);
  let states: readonly tf.Tensor[] = Array.from({ length: cell.states }, () => tf.zeros([batch, units]));
  const outputs: tf.Tensor[] = [];
  for (const [at, input] of inputs.entries()) {
    const before = drop(states[0]!, 'recurrentDropout', [batch, units]);
    const next = cell.step({ x: input, states, before }, weights, computing);
    states = seen === undefined ? next : next.map((state, index) => blended(states[index]!, state, seen[at]!));
    if (returnSequences) outputs.push(states[0]!);
  }
  return returnSequences ? tf.stack(outputs, 1) : states[0]!;
};

/** x W + b at all places in one product: [batch, length, gates × units]. */
const projected = (x: tf.Tensor, { cell, variables }: Recurrence): tf.Tensor => {
  const [batch, length, dim] = x.shape as [number, number, number];
  const kernel = variables.kernel.read() as tf.Tensor2D;
  const flat = tf.matMul(tf.reshape(x, [batch * length, dim]) as tf.Tensor2D, kernel);
  const biased = variables.bias === undefined ? flat : tf.add(flat, cells[cell].inputBias(variables.bias.read()));
  return tf.reshape(biased, [batch, length, kernel.shape[1]]);
};

/** The places [batch, width] of a sequence, in the order in which they are read. */
const places = (x: tf.Tensor, backwards: boolean): readonly tf.Tensor[] => {
  const [batch, length, width] = x.shape as [number, number, number];
  // TensorFlow.js has no gradient of taking one thing apart into one.
  const all = length === 1 ? [tf.reshape(x, [batch, width])] : tf.unstack(x, 1);
  return backwards ? all.toReversed() : all;
};

/** The state before where the mask is 0, the new one where it is 1. */
const blended = (before: tf.Tensor, after: tf.Tensor, mask: tf.Tensor): tf.Tensor =>
  tf.add(before, tf.mul(mask, tf.sub(after, before)));
