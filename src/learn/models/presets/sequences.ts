import { StageError } from '../../error.ts';
import type { LayerItem, NetworkShape } from '../list/items.ts';
import { denseItems, droppedAfter, type Penalties, penalized } from './common.ts';

export interface RecurrentParams extends Penalties {
  readonly preset: 'lstm' | 'gru';
  /** Units of each recurrent layer. */
  readonly units: readonly number[];
  /** Size of the vectors of token ids. */
  readonly embedding: number;
  readonly bidirectional: boolean;
  /** Units of each dense layer after them. */
  readonly dense: readonly number[];
  /** Share of the channels after the embedding, and of each layer's outputs, that is dropped while training. */
  readonly dropout: number;
  /** What normalizes the outputs of each recurrent layer. */
  readonly norm: 'none' | 'layer';
}

export interface TransformerParams extends Penalties {
  readonly preset: 'transformer';
  /** Size of the vectors, a multiple of `heads`. */
  readonly width: number;
  /** Encoder blocks. */
  readonly blocks: number;
  readonly heads: number;
  /** Units of each feed-forward network. */
  readonly feed_forward: number;
  readonly positions: 'learned' | 'sinusoidal';
  readonly causal: boolean;
  /** Units of each dense layer after the mean. */
  readonly dense: readonly number[];
  readonly dropout: number;
  /** Whether each block normalizes what goes into its parts, or what comes out. */
  readonly norm: 'first' | 'after';
}

/** Recurrent layers, all but the last of which hand sequences on, and that too where each step has a tag; then dense layers. Padding changes no state. */
export const recurrentItems = (params: RecurrentParams, shape: NetworkShape): readonly LayerItem[] => {
  const { units, dense, dropout, norm } = params;
  const start = isTokens(params.preset, shape) ? embedded(params.embedding, dropout) : [];
  const layers = units.flatMap((count, index): LayerItem[] => {
    const name = `${params.preset}_${index + 1}`;
    const inner = {
      units: count,
      return_sequences: shape.steps !== undefined || index < units.length - 1,
      ...penalized(params),
    };
    return [
      recurrent(params, inner, name),
      ...(norm === 'layer' ? [{ type: 'LayerNormalization', name: `norm_${index + 1}` }] : []),
      ...droppedAfter(name, dropout),
    ];
  });
  return [...start, ...layers, ...denseItems(dense, params)];
};

const recurrent = ({ preset, bidirectional }: RecurrentParams, params: object, name: string): LayerItem => {
  const type = preset === 'lstm' ? 'LSTM' : 'GRU';
  return bidirectional ? { type: 'Bidirectional', layer: { type, ...params }, name } : { type, ...params, name };
};

/** Encoder blocks over the vectors of tokens, or of places, with their positions; the mean over all that is no padding, but where each step has a tag. */
export const transformerItems = (params: TransformerParams, shape: NetworkShape): readonly LayerItem[] => {
  const { width, heads, blocks, dropout, norm, dense } = params;
  if (width % heads !== 0) throw new StageError(`model.width ${width} is no multiple of model.heads ${heads}`);
  const start = isTokens('transformer', shape)
    ? embedding(width)
    : [{ type: 'Dense', units: width, name: 'projection' }];
  const position = params.positions === 'learned' ? 'PositionEmbedding' : 'SinePositionEncoding';
  const encoder = Array.from({ length: blocks }, (_, index) => ({
    ...{ type: 'TransformerBlock', num_heads: heads, intermediate_dim: params.feed_forward, activation: 'gelu' },
    ...{ dropout, norm_first: norm === 'first', causal: params.causal, ...penalized(params) },
    name: `block_${index + 1}`,
  }));
  return [
    ...start,
    { type: position, name: 'positions' },
    ...droppedAfter('positions', dropout),
    ...encoder,
    // What blocks hand on that normalize first is not normalized yet.
    ...(norm === 'first' ? [{ type: 'LayerNormalization', epsilon: 1e-6, name: 'norm' }] : []),
    ...(shape.steps === undefined ? [{ type: 'GlobalAveragePooling1D', name: 'pool' }] : []),
    ...denseItems(dense, params),
  ];
};

const embedding = (size: number): readonly LayerItem[] => [
  { type: 'Embedding', output_dim: size, mask_zero: true, name: 'embedding' },
];

const embedded = (size: number, dropout: number): readonly LayerItem[] => [
  ...embedding(size),
  ...(dropout > 0 ? [{ type: 'SpatialDropout1D', rate: dropout, name: 'dropout_embedding' }] : []),
];

/**
 * Whether the features are ids of tokens [length], rather than a series [window, features].
 *
 * @throws StageError where they are neither.
 */
const isTokens = (preset: string, { features, vocabulary }: NetworkShape): boolean => {
  if (vocabulary !== undefined && features.length === 1) return true;
  if (vocabulary === undefined && features.length === 2) return false;
  throw new StageError(
    `the preset "${preset}" takes ids of tokens [length], or series [window, features]; the features are [${features.join(', ')}]`,
    'normalize makes ids of a text with the method "tokens"; "preset": "mlp" takes features of any shape',
  );
};
