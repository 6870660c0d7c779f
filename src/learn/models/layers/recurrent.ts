import * as tf from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { type CallOptions, maskAt, OwnLayer, only, onlyShape, type Regularizer } from './own-layer.ts';
import { type RecurrentArgs, type RecurrentSettings, type RecurrentVariables, recur, recurrentVariables, settingsOf } from './recurrence.ts'; // biome-ignore format: one line
import type { CellName } from './recurrent-cells.ts';

/**
 * A recurrent layer over sequences [batch, length, dim], with Keras's weights and defaults.
 * TensorFlow.js's own draw dropout from no seed, and their GRU knows no reset gate that comes after.
 */
abstract class Recurrent extends OwnLayer {
  protected abstract readonly cell: CellName;
  readonly #settings: RecurrentSettings;
  #variables: RecurrentVariables | undefined;

  constructor(args: RecurrentArgs) {
    super(args);
    this.#settings = settingsOf(args);
  }

  override build(inputShape: Shape | Shape[]): void {
    const dim = onlyShape(inputShape).at(-1) as number;
    const add = (name: string, shape: readonly number[], regularizer: Regularizer | undefined) =>
      this.weight(name, shape, { regularizer });
    this.#variables = recurrentVariables(add, dim, { name: this.cell, settings: this.#settings });
    this.built = true;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [batch, length] = onlyShape(inputShape) as [null, number | null];
    const { units, returnSequences } = this.#settings;
    return returnSequences ? [batch, length, units] : [batch, units];
  }

  override computeMask(_: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return (this.#settings.returnSequences ? (maskAt(mask) ?? null) : null) as tf.Tensor;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training, mask }: CallOptions = {}): tf.Tensor {
    const sequence = { x: only(inputs), mask: maskAt(mask) };
    return tf.tidy(() =>
      recur(sequence, {
        ...{ cell: this.cell, settings: this.#settings, variables: this.#variables! },
        ...{ training: training === true, masks: this.masks, label: this.name },
      }),
    );
  }

  override getConfig() {
    return { ...super.getConfig(), ...this.#settings } as unknown as ReturnType<OwnLayer['getConfig']>;
  }
}

export class SimpleRNN extends Recurrent {
  static readonly className = 'SimpleRNN';
  protected readonly cell = 'SimpleRNN';
}

export class LSTM extends Recurrent {
  static readonly className = 'LSTM';
  protected readonly cell = 'LSTM';
}

export class GRU extends Recurrent {
  static readonly className = 'GRU';
  protected readonly cell = 'GRU';
}

export const recurrentLayers = { SimpleRNN, LSTM, GRU } as const;
