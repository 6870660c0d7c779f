import { serialization } from '@tensorflow/tfjs-core';
import { BatchNorm } from '../batch-norm.ts';
import { SeededDropout } from '../dropout.ts';
import { Network } from '../network.ts';
import { Bidirectional } from './bidirectional.ts';
import { FirstPlace } from './first-place.ts';
import { GroupNorm } from './group-norm.ts';
import { LayerNorm } from './layer-norm.ts';
import { MultiHeadAttention } from './multi-head-attention.ts';
import { MaskedAveragePooling } from './pooling.ts';
import { PositionEmbedding, SinusoidalPosition } from './position.ts';
import { GRU, LSTM, SimpleRNN } from './recurrent.ts';
import { SegmentEmbedding } from './segment.ts';
import { SpatialDropout1D, SpatialDropout2D } from './spatial-dropout.ts';
import { TransformerBlock } from './transformer-block.ts';

/**
 * Lets TensorFlow.js read models with layers of ours from their files; once in a process. Those that have a name of its
 * own layers take their place: they predict the same, and train right.
 */
export const registerLayers = (): void => {
  if (registered) return;
  registered = true;
  for (const each of ours) serialization.registerClass(each as unknown as Registrable);
};

type Registrable = Parameters<typeof serialization.registerClass>[0];

let registered = false;

const ours = [
  BatchNorm,
  Bidirectional,
  FirstPlace,
  GroupNorm,
  GRU,
  LayerNorm,
  LSTM,
  MaskedAveragePooling,
  MultiHeadAttention,
  Network,
  PositionEmbedding,
  SeededDropout,
  SegmentEmbedding,
  SimpleRNN,
  SinusoidalPosition,
  SpatialDropout1D,
  SpatialDropout2D,
  TransformerBlock,
];
