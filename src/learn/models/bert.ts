import { initializers, input, layers as make, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { StageError } from '../error.ts';
import { type MaskSource, SeededDropout } from './dropout.ts';
import { FirstPlace } from './layers/first-place.ts';
import { LayerNorm } from './layers/layer-norm.ts';
import { connectMasks } from './layers/masks.ts';
import type { InitializerConfig } from './layers/own-layer.ts';
import { PositionEmbedding } from './layers/position.ts';
import { SegmentEmbedding } from './layers/segment.ts';
import { TransformerBlock } from './layers/transformer-block.ts';
import { Network } from './network.ts';

export interface BertParams {
  readonly preset: 'bert';
  /** Pieces that there are; ids are below it. */
  readonly vocabulary: number;
  /** Size of the vectors, a multiple of `heads`. */
  readonly width: number;
  /** Encoder blocks. */
  readonly blocks: number;
  readonly heads: number;
  /** Units of each feed-forward network. */
  readonly feed_forward: number;
  /** Places of the longest text. */
  readonly positions: number;
  /** Share that is dropped while training: of the vectors, of the attention, of what each block adds, of the pooled. */
  readonly dropout: number;
}

/** As of bert-base: 109,482,240 weights without a head. */
export const bertBase: BertParams = {
  ...{ preset: 'bert', vocabulary: 30_522, width: 768, blocks: 12, heads: 12 },
  ...{ feed_forward: 3_072, positions: 512, dropout: 0.1 },
};

export interface BertShape {
  /** Ids of one text, with [CLS] before it: [length]. */
  readonly features: readonly number[];
  /** Outputs of the head; undefined: the network ends with what the pooler gives, [batch, width]. */
  readonly outputs?: number | undefined;
  /** Whether the network has a second input with the segment of each place; else all are of the first. */
  readonly segments?: 'given' | undefined;
}

/**
 * BERT: embeddings of pieces, positions and segments, normalized; encoder blocks that normalize after; the first place,
 * through a dense layer with tanh; a head without activation. Id 0 is padding, which nobody looks at.
 *
 * @throws StageError where the features are no ids, or longer than there are positions.
 * @see J. Devlin et al.: BERT: Pre-training of Deep Bidirectional Transformers, NAACL 2019.
 */
export const buildBert = (params: BertParams, shape: BertShape, masks: MaskSource): Network => {
  refuseMisfit(params, shape.features);
  const { vocabulary, width, blocks, heads, feed_forward: intermediateDim, positions, dropout } = params;
  const [length] = shape.features as [number];
  const ids = input({ shape: [length], name: 'features' });
  const segments = shape.segments === undefined ? undefined : input({ shape: [length], name: 'segment_ids' });

  const drawn = initializers.truncatedNormal({ ...small.config });
  const words = { inputDim: vocabulary, outputDim: width, maskZero: true, embeddingsInitializer: drawn, name: 'words' };
  let x = make.embedding(words).apply(ids) as SymbolicTensor; // [b, t, width]
  x = new PositionEmbedding({ maxLength: positions, embeddingsInitializer: small, name: 'positions' }).apply(
    x,
  ) as SymbolicTensor;
  x = new SegmentEmbedding({ segments: 2, name: 'segments' }).apply(
    segments === undefined ? x : [x, segments],
  ) as SymbolicTensor;
  x = new LayerNorm({ epsilon, name: 'embedding_norm' }).apply(x) as SymbolicTensor;
  x = dropped(x, 'embedding_norm', { dropout, masks });
  for (let index = 0; index < blocks; index += 1) {
    const block = {
      numHeads: heads,
      intermediateDim,
      dropout,
      epsilon,
      kernelInitializer: small,
      name: `block_${index}`,
    };
    x = new TransformerBlock({ ...block, activation: 'gelu' }).apply(x) as SymbolicTensor;
  }
  x = new FirstPlace({ name: 'first' }).apply(x) as SymbolicTensor; // [b, width]
  x = make
    .dense({ units: width, activation: 'tanh', kernelInitializer: drawn, name: 'pooler' })
    .apply(x) as SymbolicTensor;
  if (shape.outputs !== undefined) {
    x = dropped(x, 'pooler', { dropout, masks });
    x = make
      .dense({ units: shape.outputs, kernelInitializer: 'glorotUniform', name: 'head' })
      .apply(x) as SymbolicTensor;
  }
  const inputs = segments === undefined ? ids : [ids, segments];
  const network = new Network({ inputs, outputs: x, name: 'bert' });
  connectMasks(network, masks);
  return network;
};

const epsilon = 1e-12;
const small = { className: 'TruncatedNormal', config: { mean: 0, stddev: 0.02 } } as const satisfies InitializerConfig;

const dropped = (
  x: SymbolicTensor,
  after: string,
  { dropout: rate, masks: source }: { readonly dropout: number; readonly masks: MaskSource },
): SymbolicTensor =>
  rate > 0 ? (new SeededDropout({ rate, source, name: `dropout_${after}` }).apply(x) as SymbolicTensor) : x;

const refuseMisfit = ({ width, heads, positions }: BertParams, features: readonly number[]): void => {
  if (width % heads !== 0) throw new StageError(`model.width ${width} is no multiple of model.heads ${heads}`);
  const [length = 0, ...others] = features;
  if (others.length > 0 || length === 0) {
    throw new StageError(
      `the preset "bert" takes ids of pieces [length]; the features are [${features.join(', ')}]`,
      'normalize makes them of a text by the method "wordpiece"',
    );
  }
  if (length <= positions) return;
  throw new StageError(
    `texts of ${length} ids are longer than the ${positions} positions of the model`,
    'let normalize cut them by "length", or say more by model.positions',
  );
};
