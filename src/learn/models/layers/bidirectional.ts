import * as tf from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { type CallOptions, maskAt, type OwnArgs, OwnLayer, only, onlyShape, type Regularizer } from './own-layer.ts';
import { type RecurrentArgs, type RecurrentSettings, type RecurrentVariables, recur, recurrentVariables, settingsOf } from './recurrence.ts'; // biome-ignore format: one line
import type { CellName } from './recurrent-cells.ts';

/** A recurrent layer that reads a sequence from both ends; what the two find at a place stands together. */
export class Bidirectional extends OwnLayer {
  static readonly className = 'Bidirectional';
  readonly #cell: CellName;
  readonly #settings: RecurrentSettings;
  readonly #mergeMode: MergeMode;
  readonly #layerName: string;
  #forward: RecurrentVariables | undefined;
  #backward: RecurrentVariables | undefined;

  constructor({ layer, mergeMode = 'concat', ...args }: BidirectionalArgs) {
    super(args);
    this.#cell = layer.className;
    this.#settings = settingsOf(layer.config);
    this.#layerName = layer.config.name ?? layer.className.toLowerCase();
    this.#mergeMode = mergeMode;
  }

  override build(inputShape: Shape | Shape[]): void {
    const dim = onlyShape(inputShape).at(-1) as number;
    const direction = (prefix: string): RecurrentVariables =>
      recurrentVariables(
        (name, shape, regularizer: Regularizer | undefined) =>
          this.weight(`${prefix}_${this.#layerName}/${name}`, shape, { regularizer }),
        dim,
        { name: this.#cell, settings: this.#settings },
      );
    this.#forward = direction('forward');
    this.#backward = direction('backward');
    this.built = true;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [batch, length] = onlyShape(inputShape) as [null, number | null];
    const { units, returnSequences } = this.#settings;
    const width = this.#mergeMode === 'concat' ? 2 * units : units;
    return returnSequences ? [batch, length, width] : [batch, width];
  }

  override computeMask(_: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return (this.#settings.returnSequences ? (maskAt(mask) ?? null) : null) as tf.Tensor;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training, mask }: CallOptions = {}): tf.Tensor {
    const sequence = { x: only(inputs), mask: maskAt(mask) };
    const { goBackwards, returnSequences } = this.#settings;
    const read = (direction: 'forward' | 'backward', variables: RecurrentVariables): tf.Tensor =>
      recur(sequence, {
        ...{ cell: this.#cell, variables, training: training === true, masks: this.masks },
        settings: { ...this.#settings, goBackwards: goBackwards !== (direction === 'backward') },
        label: `${this.name}/${direction}`,
      });
    return tf.tidy(() => {
      const forward = read('forward', this.#forward!);
      const backward = read('backward', this.#backward!);
      const aligned = returnSequences ? tf.reverse(backward, 1) : backward;
      return merges[this.#mergeMode](forward, aligned);
    });
  }

  override getConfig() {
    const layer = { className: this.#cell, config: { ...this.#settings, name: this.#layerName } };
    const own = { layer, mergeMode: this.#mergeMode };
    return { ...super.getConfig(), ...own } as unknown as ReturnType<OwnLayer['getConfig']>;
  }
}

export interface BidirectionalArgs extends OwnArgs {
  /** The recurrent layer, as it stands in a model's file. */
  readonly layer: { readonly className: CellName; readonly config: RecurrentArgs };
  readonly mergeMode?: MergeMode;
}

type MergeMode = 'concat' | 'sum' | 'mul' | 'ave';

const merges: Readonly<Record<MergeMode, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor>> = {
  concat: (a, b) => tf.concat([a, b], -1),
  sum: tf.add,
  mul: tf.mul,
  ave: (a, b) => tf.div(tf.add(a, b), 2),
};
