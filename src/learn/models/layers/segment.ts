import * as tf from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { type InitializerConfig, type OwnArgs, OwnLayer, onlyShape, type Weight } from './own-layer.ts';

/**
 * Adds to each place of a sequence [batch, length, dim] an embedding of the segment that it is of, which is learned: of
 * the first or second text of a pair. With one input all places are of the first segment, 0; a second input
 * [batch, length] names the segments.
 *
 * @see J. Devlin et al.: BERT, NAACL 2019.
 */
export class SegmentEmbedding extends OwnLayer {
  static readonly className = 'SegmentEmbedding';
  readonly #args: { readonly segments: number; readonly embeddingsInitializer: InitializerConfig };
  #embeddings: Weight | undefined;

  constructor({ segments, embeddingsInitializer = smallNormal, ...args }: SegmentEmbeddingArgs) {
    super(args);
    this.#args = { segments, embeddingsInitializer };
  }

  override build(inputShape: Shape | Shape[]): void {
    const dim = onlyShape(inputShape).at(-1) as number;
    this.#embeddings = this.weight('embeddings', [this.#args.segments, dim]);
    this.built = true;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return onlyShape(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x, segments] = [inputs].flat() as [tf.Tensor, tf.Tensor | undefined];
    return tf.tidy(() => {
      const embeddings = this.#embeddings!.read();
      if (segments === undefined) return tf.add(x, tf.slice(embeddings, [0, 0], [1, x.shape.at(-1)!]));
      return tf.add(x, tf.gather(embeddings, tf.cast(segments, 'int32'))); // [b, t, dim]
    });
  }

  override getConfig() {
    return { ...super.getConfig(), ...this.#args } as unknown as ReturnType<OwnLayer['getConfig']>;
  }
}

export interface SegmentEmbeddingArgs extends OwnArgs {
  /** Segments that there are; 2 for pairs of texts. */
  readonly segments: number;
  readonly embeddingsInitializer?: InitializerConfig;
}

const smallNormal: InitializerConfig = { className: 'TruncatedNormal', config: { mean: 0, stddev: 0.02 } };
