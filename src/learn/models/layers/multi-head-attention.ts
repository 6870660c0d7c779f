import * as tf from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { dropped } from '../dropout.ts';
import { type AttentionWeights, attention, type Projection } from './attention.ts';
import { type CallOptions, glorotUniform, type InitializerConfig, maskAt, type OwnArgs, OwnLayer, onlyShape, type Regularizer, type RegularizerConfig, regularizerOf, type Weight } from './own-layer.ts'; // biome-ignore format: one line

/**
 * Multi-head attention with Keras's weights. With one input it is self-attention; with two or three, [query, value] or
 * [query, value, key], the query looks at the others. Where the value (or the key) has a mask, what it hides is not looked at.
 * Unlike Keras's, a query that is masked itself is computed like any other: who reads it has its mask.
 */
export class MultiHeadAttention extends OwnLayer {
  static readonly className = 'MultiHeadAttention';
  readonly #args: Settings;
  #weights: AttentionVariables | undefined;

  constructor(args: MultiHeadAttentionArgs) {
    super(args);
    const { numHeads, keyDim, valueDim, dropout = 0, useBias = true, causal = false } = args;
    const { kernelInitializer = glorotUniform, kernelRegularizer = null } = args;
    this.#args = {
      ...{ numHeads, keyDim, valueDim: valueDim ?? keyDim, dropout, useBias, causal },
      ...{ kernelInitializer, kernelRegularizer },
    };
  }

  override build(inputShape: Shape | Shape[]): void {
    const shapes = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as Shape[];
    const [query, value = query, key = value] = shapes.map((shape) => shape.at(-1) as number);
    this.#weights = attentionVariables(
      (name, shape, regularizer) => this.weight(name, shape, { regularizer }),
      { query: query!, value: value!, key: key! },
      { ...this.#args, regularizer: regularizerOf(this.#args.kernelRegularizer) },
    );
    this.built = true;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return onlyShape(inputShape);
  }

  override computeMask(_: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor {
    // Its type does not know that there may be none.
    return (maskAt(mask) ?? null) as tf.Tensor;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training, mask }: CallOptions = {}): tf.Tensor {
    const [query, value = query, key] = [inputs].flat() as tf.Tensor[];
    const { dropout, causal } = this.#args;
    const isSelf = !Array.isArray(inputs) || inputs.length === 1;
    const dropping = { rate: training === true ? dropout : 0, masks: this.masks, label: this.name };
    return tf.tidy(() =>
      attention(
        {
          ...{ query: query!, value: value!, key, causal },
          mask: both(maskAt(mask, isSelf ? 0 : 1), maskAt(mask, 2)),
          drop: (shares) => dropped(shares, dropping),
        },
        weightsOf(this.#weights!),
      ),
    );
  }

  override getConfig() {
    return { ...super.getConfig(), ...this.#args } as unknown as ReturnType<OwnLayer['getConfig']>;
  }
}

export interface MultiHeadAttentionArgs extends OwnArgs {
  readonly numHeads: number;
  /** Size of each head's queries and keys. */
  readonly keyDim: number;
  /** Size of each head's values; absent: `keyDim`. */
  readonly valueDim?: number | null;
  /** Share of the attention that is dropped while training, in [0, 1). */
  readonly dropout?: number;
  readonly useBias?: boolean;
  /** Whether a place looks at itself and those before it alone. */
  readonly causal?: boolean;
  readonly kernelInitializer?: InitializerConfig;
  readonly kernelRegularizer?: RegularizerConfig | null;
}

type Settings = Required<Omit<MultiHeadAttentionArgs, keyof OwnArgs>> & { readonly valueDim: number };

const both = (a: tf.Tensor | undefined, b: tf.Tensor | undefined): tf.Tensor | undefined =>
  a === undefined || b === undefined ? (a ?? b) : tf.logicalAnd(tf.cast(a, 'bool'), tf.cast(b, 'bool'));

interface ProjectionVariables {
  readonly kernel: Weight;
  readonly bias: Weight | undefined;
}

export type AttentionVariables = Readonly<Record<keyof AttentionWeights, ProjectionVariables>>;

export interface AttentionSizes {
  readonly numHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  readonly useBias: boolean;
  /** Of the kernels. */
  readonly regularizer: Regularizer | undefined;
}

type Add = (name: string, shape: readonly number[], regularizer?: Regularizer | undefined) => Weight;

/** Adds the weights of an attention to a layer, by Keras's names and shapes. */
export const attentionVariables = (
  add: Add,
  dims: Readonly<Record<'query' | 'key' | 'value', number>>,
  { numHeads, keyDim, valueDim, useBias, regularizer }: AttentionSizes,
): AttentionVariables => {
  const projection = (name: string, kernel: readonly number[], bias: readonly number[]): ProjectionVariables => ({
    kernel: add(`${name}/kernel`, kernel, regularizer),
    bias: useBias ? add(`${name}/bias`, bias) : undefined,
  });
  return {
    query: projection('query', [dims.query, numHeads, keyDim], [numHeads, keyDim]),
    key: projection('key', [dims.key, numHeads, keyDim], [numHeads, keyDim]),
    value: projection('value', [dims.value, numHeads, valueDim], [numHeads, valueDim]),
    output: projection('attention_output', [numHeads, valueDim, dims.query], [dims.query]),
  };
};

export const weightsOf = ({ query, key, value, output }: AttentionVariables): AttentionWeights => {
  const read = ({ kernel, bias }: ProjectionVariables): Projection => ({ kernel: kernel.read(), bias: bias?.read() });
  return { query: read(query), key: read(key), value: read(value), output: read(output) };
};
