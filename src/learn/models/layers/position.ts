import * as tf from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { type InitializerConfig, type OwnArgs, OwnLayer, only, onlyShape, type Weight } from './own-layer.ts';

/** Adds to each place of a sequence [batch, length, dim] an embedding of its position, which is learned. */
export class PositionEmbedding extends OwnLayer {
  static readonly className = 'PositionEmbedding';
  readonly #args: { readonly maxLength: number; readonly embeddingsInitializer: InitializerConfig };
  #embeddings: Weight | undefined;

  constructor({ maxLength, embeddingsInitializer = smallUniform, ...args }: PositionEmbeddingArgs) {
    super(args);
    this.#args = { maxLength, embeddingsInitializer };
  }

  override build(inputShape: Shape | Shape[]): void {
    const [, length, dim] = onlyShape(inputShape) as [null, number | null, number];
    const { maxLength } = this.#args;
    if (length !== null && length > maxLength) {
      throw new Error(`a sequence of ${length} places is longer than the ${maxLength} positions that there are`);
    }
    this.#embeddings = this.weight('embeddings', [maxLength, dim]);
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = only(inputs);
    const [length, dim] = x.shape.slice(1) as [number, number];
    return tf.tidy(() => tf.add(x, tf.slice(this.#embeddings!.read(), [0, 0], [length, dim])));
  }

  override getConfig() {
    return { ...super.getConfig(), ...this.#args } as unknown as ReturnType<OwnLayer['getConfig']>;
  }
}

export interface PositionEmbeddingArgs extends OwnArgs {
  /** Positions that there are: of the longest sequence. */
  readonly maxLength: number;
  readonly embeddingsInitializer?: InitializerConfig;
}

const smallUniform: InitializerConfig = { className: 'RandomUniform', config: { minval: -0.05, maxval: 0.05 } };

/**
 * Adds to each place of a sequence [batch, length, dim] waves of its position p: at 2i sin(p / w^(2i / dim)), at 2i + 1
 * cos(p / w^(2i / dim)).
 *
 * @see A. Vaswani et al.: Attention Is All You Need, NeurIPS 2017, section 3.5.
 */
export class SinusoidalPosition extends OwnLayer {
  static readonly className = 'SinePositionEncoding';
  readonly #maxWavelength: number;

  constructor({ maxWavelength = 10_000, ...args }: SinusoidalPositionArgs) {
    super(args);
    this.#maxWavelength = maxWavelength;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = only(inputs);
    const [length, dim] = x.shape.slice(1) as [number, number];
    return tf.tidy(() => tf.add(x, tf.tensor(sinusoids(length, dim, this.#maxWavelength), [length, dim])));
  }

  override getConfig() {
    return { ...super.getConfig(), maxWavelength: this.#maxWavelength };
  }
}

export interface SinusoidalPositionArgs extends OwnArgs {
  /** w, 10,000 by default. */
  readonly maxWavelength?: number;
}

/** [length, dim], computed in float64. */
export const sinusoids = (length: number, dim: number, wavelength: number): Float32Array =>
  Float32Array.from({ length: length * dim }, (_, at) => {
    const [position, element] = [Math.floor(at / dim), at % dim];
    const angle = position / wavelength ** ((2 * Math.floor(element / 2)) / dim);
    return element % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
