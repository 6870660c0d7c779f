import * as tf from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { dropped } from '../dropout.ts';
import { type Activation, activationNamed } from './activations.ts';
import { attention } from './attention.ts';
import { layerNorm } from './layer-norm.ts';
import { type AttentionVariables, attentionVariables, weightsOf } from './multi-head-attention.ts';
import { type CallOptions, glorotUniform, type InitializerConfig, maskAt, type OwnArgs, OwnLayer, only, onlyShape, type RegularizerConfig, regularizerOf, type Weight } from './own-layer.ts'; // biome-ignore format: one line

/**
 * An encoder block: self-attention and a feed-forward network, each with dropout, a residual connection and layer
 * normalization, on sequences [batch, length, dim]. Places that the mask hides are not looked at.
 *
 * Normalized after (as BERT): h = N(x + A(x)), y = N(h + F(h)); first (as GPT-2): h = x + A(N(x)), y = h + F(N(h)).
 * F(h) = act(h W₁ + b₁) W₂ + b₂.
 *
 * @see A. Vaswani et al.: Attention Is All You Need, NeurIPS 2017.
 * @see R. Xiong et al.: On Layer Normalization in the Transformer Architecture, ICML 2020.
 */
export class TransformerBlock extends OwnLayer {
  static readonly className = 'TransformerBlock';
  readonly #args: Settings;
  #weights: Variables | undefined;

  constructor(args: TransformerBlockArgs) {
    super(args);
    const { numHeads, intermediateDim, dropout = 0, attentionDropout = dropout, activation = 'relu' } = args;
    const { normFirst = false, causal = false, epsilon = 1e-6 } = args;
    const { kernelInitializer = glorotUniform, kernelRegularizer = null } = args;
    this.#args = {
      ...{ numHeads, intermediateDim, dropout, attentionDropout, activation, normFirst, causal, epsilon },
      ...{ kernelInitializer, kernelRegularizer },
    };
  }

  override build(inputShape: Shape | Shape[]): void {
    const dim = onlyShape(inputShape).at(-1) as number;
    const { numHeads, intermediateDim, kernelRegularizer } = this.#args;
    if (dim % numHeads !== 0) throw new Error(`${numHeads} heads cannot share ${dim} units`);
    const regularizer = regularizerOf(kernelRegularizer);
    const sizes = { numHeads, keyDim: dim / numHeads, valueDim: dim / numHeads, useBias: true, regularizer };
    const norm = (name: string): Norm => ({
      gamma: this.weight(`${name}/gamma`, [dim], { initial: 'ones' }),
      beta: this.weight(`${name}/beta`, [dim]),
    });
    const dense = (name: string, from: number, to: number): Dense => ({
      kernel: this.weight(`${name}/kernel`, [from, to], { regularizer }),
      bias: this.weight(`${name}/bias`, [to]),
    });
    this.#weights = {
      attention: attentionVariables(
        (name, shape, of) => this.weight(`attention/${name}`, shape, { regularizer: of }),
        { query: dim, key: dim, value: dim },
        sizes,
      ),
      attentionNorm: norm('attention_norm'),
      inner: dense('intermediate', dim, intermediateDim),
      outer: dense('output', intermediateDim, dim),
      outputNorm: norm('output_norm'),
    };
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training, mask }: CallOptions = {}): tf.Tensor {
    const x = only(inputs);
    const { normFirst } = this.#args;
    const { attentionNorm, outputNorm } = this.#weights!;
    const normal = (value: tf.Tensor, { gamma, beta }: Norm): tf.Tensor =>
      layerNorm(value, { gamma: gamma.read(), beta: beta.read() }, this.#args.epsilon);
    const look = (value: tf.Tensor): tf.Tensor =>
      this.#look(value, { training: training === true, mask: mask ?? null });
    const think = (value: tf.Tensor): tf.Tensor => this.#think(value, training === true);
    return tf.tidy(() => {
      if (normFirst) {
        const seen = tf.add(x, look(normal(x, attentionNorm)));
        return tf.add(seen, think(normal(seen, outputNorm)));
      }
      const seen = normal(tf.add(x, look(x)), attentionNorm);
      return normal(tf.add(seen, think(seen)), outputNorm);
    });
  }

  #look(
    x: tf.Tensor,
    { training, mask }: { readonly training: boolean; readonly mask: (CallOptions['mask'] & {}) | null },
  ): tf.Tensor {
    const { causal, attentionDropout } = this.#args;
    const seen = attention(
      {
        ...{ query: x, value: x, causal, mask: maskAt(mask) },
        drop: (shares) => this.#drop(shares, training ? attentionDropout : 0, 'shares'),
      },
      weightsOf(this.#weights!.attention),
    );
    return this.#drop(seen, training ? this.#args.dropout : 0, 'attention');
  }

  #think(x: tf.Tensor, training: boolean): tf.Tensor {
    const { inner, outer } = this.#weights!;
    const thought = activationNamed(this.#args.activation)(apply(x, inner));
    return this.#drop(apply(thought, outer), training ? this.#args.dropout : 0, 'output');
  }

  #drop(x: tf.Tensor, rate: number, of: string): tf.Tensor {
    return dropped(x, { rate, masks: this.masks, label: `${this.name}/${of}` });
  }

  override getConfig() {
    return { ...super.getConfig(), ...this.#args } as unknown as ReturnType<OwnLayer['getConfig']>;
  }
}

export interface TransformerBlockArgs extends OwnArgs {
  /** Heads of the attention; the width of the sequence is a multiple of it. */
  readonly numHeads: number;
  /** Units between the two layers of the feed-forward network. */
  readonly intermediateDim: number;
  /** Share of what attention and feed-forward network add that is dropped while training, in [0, 1). */
  readonly dropout?: number;
  /** Share of the attention itself that is dropped while training; absent: `dropout`. */
  readonly attentionDropout?: number;
  readonly activation?: Activation;
  /** Whether what goes into attention and feed-forward network is normalized, rather than their sum with it. */
  readonly normFirst?: boolean;
  readonly causal?: boolean;
  readonly epsilon?: number;
  readonly kernelInitializer?: InitializerConfig;
  readonly kernelRegularizer?: RegularizerConfig | null;
}

type Settings = Required<Omit<TransformerBlockArgs, keyof OwnArgs>>;

interface Norm {
  readonly gamma: Weight;
  readonly beta: Weight;
}

interface Dense {
  readonly kernel: Weight;
  readonly bias: Weight;
}

interface Variables {
  readonly attention: AttentionVariables;
  readonly attentionNorm: Norm;
  readonly inner: Dense;
  readonly outer: Dense;
  readonly outputNorm: Norm;
}

/** x [b, t, from] by kernel [from, to] → [b, t, to]. */
const apply = (x: tf.Tensor, { kernel, bias }: Dense): tf.Tensor => {
  const [batch, length, from] = x.shape as [number, number, number];
  const flat = tf.add(tf.matMul(tf.reshape(x, [batch * length, from]), kernel.read() as tf.Tensor2D), bias.read());
  return tf.reshape(flat, [batch, length, bias.shape[0] as number]);
};
