import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { ModelCard } from '../../types/generated/model.ts';

/** A network with what it has learned from: what `train` hands on and `evaluate` takes. */
export interface Model {
  /** Features [batch, ...features.shape] → logits [batch, classes], or values [batch, 1]. */
  readonly network: LayersModel;
  /** The model's `stemma.json`. */
  readonly card: ModelCard;
}
