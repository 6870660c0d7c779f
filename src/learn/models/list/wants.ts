/** What a layer takes, where that has a certain number of axes. */
export interface Want {
  /** Axes of one example. */
  readonly rank: number;
  readonly words: string;
}

const sequences: Want = { rank: 2, words: 'sequences [length, width]' };
const images: Want = { rank: 3, words: 'images [height, width, channels]' };
const volumes: Want = { rank: 4, words: 'volumes [depth, height, width, channels]' };
const vectors: Want = { rank: 1, words: 'vectors [width]' };

const dimensional = (names: readonly string[]): Readonly<Record<string, Want>> =>
  Object.fromEntries(
    names.flatMap((name) => [
      [name.replace('#', '1'), sequences],
      [name.replace('#', '2'), images],
      [name.replace('#', '3'), volumes],
    ]),
  );

/** By the layer's type; of others any shape is taken, or TensorFlow.js says what is not. */
export const wants: Readonly<Record<string, Want>> = {
  ...dimensional(['Conv#D', 'MaxPooling#D', 'AveragePooling#D', 'GlobalAveragePooling#D', 'GlobalMaxPooling#D']),
  ...{ Conv2DTranspose: images, DepthwiseConv2D: images, SeparableConv2D: images },
  ...{ ZeroPadding2D: images, Cropping2D: images, UpSampling2D: images, SpatialDropout2D: images },
  ...{ SpatialDropout1D: sequences, SimpleRNN: sequences, LSTM: sequences, GRU: sequences, Bidirectional: sequences },
  ...{ MultiHeadAttention: sequences, TransformerBlock: sequences, Masking: sequences },
  ...{ PositionEmbedding: sequences, SinePositionEncoding: sequences },
  ...{ Embedding: { rank: 1, words: 'ids of tokens [length]' }, RepeatVector: vectors },
};

/** What may be put before, by the axes that there are. */
export const remedyFor = (want: Want, rank: number): string | undefined => {
  if (want === vectors || want.rank < rank) return 'Flatten or a global pooling before it makes vectors of them';
  if (want === sequences && rank === 1)
    return 'an Embedding before it makes sequences of token ids, RepeatVector of vectors';
  if (want === images && rank === 2) return 'Reshape before it adds an axis for the channels';
  return undefined;
};
