import type { TrainingMemory } from '../../types/model-program.ts';
import { elements, type LayerOutline, type Outline } from './outline.ts';
import { numberIn, wrappedIn } from './settings.ts';

export interface MemoryInputs {
  readonly outline: Outline;
  readonly batchSize: number;
  /** Numbers that the optimizer remembers between two steps. */
  readonly slots: number;
}

/**
 * What a training step needs at least, in bytes of float32:
 *
 * 4 × (parameters + trainable ones, for their gradients + the optimizer's slots + batch × (features + activations)),
 *
 * where activations are all that the way back needs of one example: of each layer its output, and its mask of dropout, its
 * gates and states by step (recurrent), or its projections and weights (attention). Layers that only hand on what they
 * get, in another shape, need nothing. What a backend takes for itself (libraries, buffers of convolutions) is not in it.
 *
 * @see N. Sohoni et al.: Low-Memory Neural Network Training, 2019, section 2: model, optimizer and activation memory.
 */
export const trainingMemory = ({ outline, batchSize, slots }: MemoryInputs): TrainingMemory => {
  const trainable = outline.layers.reduce((sum, { parameters }) => sum + parameters.trainable, 0);
  const all = outline.layers.reduce((sum, { parameters }) => sum + parameters.frozen, trainable);
  const kept = outline.layers.reduce((sum, layer) => sum + keptOf(layer), 0);
  const bytes = {
    weights: 4 * all,
    gradients: 4 * trainable,
    slots: 4 * slots,
    activations: 4 * batchSize * kept,
  };
  return { batchSize, ...bytes, total: Object.values(bytes).reduce((sum, each) => sum + each, 0) };
};

/** Numbers of one example that a layer keeps for the way back; an input layer's are the features. */
const keptOf = (layer: LayerOutline): number => {
  if (['Flatten', 'Reshape', 'Masking'].includes(layer.kind)) return 0;
  const output = elements(layer.outputShape);
  if (/Dropout/.test(layer.kind)) return numberIn(layer, 'rate', 0) === 0 ? 0 : 2 * output;
  return output + insideOf(layer);
};

const insideOf = (layer: Pick<LayerOutline, 'kind' | 'config' | 'inputShapes'>): number => {
  const inner = wrappedIn(layer);
  if (inner !== undefined) return (layer.kind === 'Bidirectional' ? 2 : 1) * insideOf({ ...layer, ...inner });
  const [[steps = 1] = []] = layer.inputShapes;
  const perUnit = Object.hasOwn(states, layer.kind) ? states[layer.kind]! : 0;
  if (perUnit > 0) return steps * numberIn(layer, 'units', 0) * perUnit;
  if (layer.kind !== 'MultiHeadAttention') return 0;
  const others = layer.inputShapes[1]?.[0] ?? steps;
  const heads = numberIn(layer, 'num_heads', 1);
  const key = numberIn(layer, 'key_dim', 1);
  const value = numberIn(layer, 'value_dim', key);
  return heads * (steps * key + others * (key + value) + 2 * steps * others + steps * value);
};

/** Numbers of each unit and step: gates, and the states that they make. */
const states: Readonly<Record<string, number>> = { SimpleRNN: 1, GRU: 4, LSTM: 6 };
