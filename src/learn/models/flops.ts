import { elements, type LayerOutline, type Shape } from './outline.ts';
import { activationOf, numberIn, windowOf, wrappedIn } from './settings.ts';

/**
 * Floating-point operations of a layer for one example, forward, as TensorFlow's profiler counts them: a multiplication
 * with its addition is 2, a bias 1 for each element, a window of pooling its size; activations of one element (as ReLU
 * and tanh) are not counted, softmax is 5. In training, the way back takes about twice as many on top.
 *
 * | layer | operations |
 * |---|---|
 * | dense, n → m | 2 n m + m, at each position |
 * | convolution | 2 × window × channels in × elements out + elements out |
 * | transposed convolution | 2 × window × channels out × elements in + elements out |
 * | depthwise convolution | 2 × window × elements out + elements out |
 * | pooling | window × elements out |
 * | simple recurrent, n → u | 2 (n + u) u + 2 u, at each step |
 * | LSTM | 4 times that, + 4 u |
 * | GRU | 3 times that, + 5 u |
 * | attention, h heads of k and v, T on S steps | its four projections as dense layers; 2 h T S (k + v) + 6 h T S |
 * | batch normalization, predicting | 2 for each element |
 * | layer and group normalization | 8 for each element |
 *
 * @returns null for a class whose formula is not known.
 * @see tensorflow/python/profiler/internal/flops_registry.py; P. Molchanov et al.: Pruning Convolutional Neural Networks
 * for Resource Efficient Inference, ICLR 2017, appendix A.1.
 */
export const flopsOf = (layer: Computed): number | null => {
  const formula = Object.hasOwn(formulas, layer.kind) ? formulas[layer.kind]! : undefined;
  return formula === undefined ? null : formula(layer);
};

/** What of a layer decides how much it computes. */
export type Computed = Pick<LayerOutline, 'kind' | 'config' | 'inputShapes' | 'outputShape'>;

type Formula = (layer: Computed) => number | null;

const nothing: Formula = () => 0;

const inputOf = ({ inputShapes }: Computed): Shape => inputShapes[0] ?? [];
const biasOf = ({ config }: Computed, size: number): number => (config['use_bias'] === false ? 0 : size);
const softmaxOf = (layer: Computed): number =>
  activationOf(layer) === 'softmax' ? softmax * elements(layer.outputShape) : 0;

/** Of one element. */
const softmax = 5;

const dense: Formula = (layer) => {
  const out = elements(layer.outputShape);
  return 2 * inputOf(layer).at(-1)! * out + biasOf(layer, out) + softmaxOf(layer);
};

const convolution =
  (dimensions: number): Formula =>
  (layer) => {
    const out = elements(layer.outputShape);
    const channels = inputOf(layer).at(-1)! / numberIn(layer, 'groups', 1);
    return 2 * windowOf(layer, 'kernel_size', dimensions) * channels * out + biasOf(layer, out) + softmaxOf(layer);
  };

const transposed =
  (dimensions: number): Formula =>
  (layer) => {
    const filters = layer.outputShape.at(-1)!;
    const products = windowOf(layer, 'kernel_size', dimensions) * filters * elements(inputOf(layer));
    return 2 * products + biasOf(layer, elements(layer.outputShape));
  };

const depthwise: Formula = (layer) => {
  const out = elements(layer.outputShape);
  return 2 * windowOf(layer, 'kernel_size', 2) * out + biasOf(layer, out);
};

const separable: Formula = (layer) => {
  const out = elements(layer.outputShape);
  const channels = inputOf(layer).at(-1)! * numberIn(layer, 'depth_multiplier', 1);
  const positions = out / layer.outputShape.at(-1)!;
  return 2 * windowOf(layer, 'kernel_size', 2) * positions * channels + 2 * channels * out + biasOf(layer, out);
};

const pooling =
  (dimensions: number): Formula =>
  (layer) =>
    windowOf(layer, 'pool_size', dimensions) * elements(layer.outputShape);

const ofInput: Formula = (layer) => elements(inputOf(layer));

/** @param each operations of each element. */
const ofElements =
  (each: number): Formula =>
  ({ outputShape }) =>
    each * elements(outputShape);

const merge: Formula = ({ inputShapes, outputShape }) => Math.max(0, inputShapes.length - 1) * elements(outputShape);

/** @param further products and sums of one element of the state at each step. */
const recurrent =
  (gates: number, further: number): Formula =>
  (layer) => {
    const [steps = 1, inputs = 1] = inputOf(layer);
    const units = numberIn(layer, 'units', 1);
    const biases = biasOf(layer, layer.config['reset_after'] === true ? 2 * units : units);
    return steps * (gates * (2 * (inputs + units) * units + units + biases) + further * units);
  };

const attention: Formula = (layer) => {
  const [query = [], value = query] = layer.inputShapes;
  const heads = numberIn(layer, 'num_heads', 1);
  const keyDim = numberIn(layer, 'key_dim', 1);
  return attend(
    { queries: query, values: value, heads, keyDim, valueDim: numberIn(layer, 'value_dim', keyDim) },
    layer,
  );
};

interface Heads {
  /** [steps, channels] */
  readonly queries: Shape;
  /** [steps, channels] */
  readonly values: Shape;
  readonly heads: number;
  readonly keyDim: number;
  readonly valueDim: number;
}

/** Projections of queries, keys, values and output; and between them the products of all with all, scaled. */
const attend = ({ queries, values, heads, keyDim, valueDim }: Heads, layer: Computed): number => {
  const [t = 1, channels = 1] = queries;
  const [s = 1, valueChannels = channels] = values;
  const project = (steps: number, from: number, to: number): number =>
    2 * steps * from * to + biasOf(layer, steps * to);
  return (
    project(t, channels, heads * keyDim) +
    project(s, valueChannels, heads * keyDim) +
    project(s, valueChannels, heads * valueDim) +
    project(t, heads * valueDim, layer.outputShape.at(-1) ?? channels) +
    heads * t * s * (2 * (keyDim + valueDim) + 1 + softmax)
  );
};

const wrapped =
  (count: (inner: Computed, wrapper: Computed) => number | null): Formula =>
  (layer) => {
    const inner = wrappedIn(layer);
    return inner === undefined ? null : count({ ...layer, ...inner }, layer);
  };

const bidirectional = wrapped((inner, { config, outputShape }) => {
  const once = flopsOf(inner);
  const merged = config['merge_mode'] === 'concat' || config['merge_mode'] === null ? 0 : elements(outputShape);
  return once === null ? null : 2 * once + merged;
});

const timeDistributed = wrapped((inner, { inputShapes, outputShape }) => {
  const [input = []] = inputShapes;
  const once = flopsOf({ ...inner, inputShapes: [input.slice(1)], outputShape: outputShape.slice(1) });
  return once === null ? null : (input[0] ?? 1) * once;
});

const activation: Formula = (layer) => softmaxOf(layer);

const all = (names: readonly string[], formula: Formula): [string, Formula][] => names.map((name) => [name, formula]);

const formulas: Readonly<Record<string, Formula>> = Object.fromEntries([
  ...all(
    ['InputLayer', 'Flatten', 'Reshape', 'Permute', 'RepeatVector', 'Masking', 'Embedding', 'Concatenate'],
    nothing,
  ),
  ...all(['ZeroPadding1D', 'ZeroPadding2D', 'Cropping1D', 'Cropping2D', 'UpSampling1D', 'UpSampling2D'], nothing),
  // Nothing is dropped when a model predicts.
  ...all(
    ['Dropout', 'SpatialDropout1D', 'SpatialDropout2D', 'GaussianDropout', 'AlphaDropout', 'GaussianNoise'],
    nothing,
  ),
  ...all(['Dense'], dense),
  ...all(['Conv1D'], convolution(1)),
  ...all(['Conv2D'], convolution(2)),
  ...all(['Conv3D'], convolution(3)),
  ...all(['Conv1DTranspose'], transposed(1)),
  ...all(['Conv2DTranspose'], transposed(2)),
  ...all(['Conv3DTranspose'], transposed(3)),
  ...all(['DepthwiseConv2D'], depthwise),
  ...all(['SeparableConv2D'], separable),
  ...all(['MaxPooling1D', 'AveragePooling1D'], pooling(1)),
  ...all(['MaxPooling2D', 'AveragePooling2D'], pooling(2)),
  ...all(['MaxPooling3D', 'AveragePooling3D'], pooling(3)),
  ...all(['GlobalMaxPooling1D', 'GlobalAveragePooling1D', 'GlobalMaxPooling2D', 'GlobalAveragePooling2D'], ofInput),
  ...all(['BatchNormalization', 'Rescaling', 'Normalization'], ofElements(2)),
  ...all(['LayerNormalization', 'GroupNormalization'], ofElements(8)),
  ...all(['PositionalEmbedding', 'PositionEmbedding'], ofElements(1)),
  ...all(['Activation', 'ReLU', 'LeakyReLU', 'PReLU', 'ELU', 'ThresholdedReLU', 'Softmax'], activation),
  ...all(['Add', 'Average', 'Multiply', 'Maximum', 'Minimum', 'Subtract'], merge),
  ...all(['SimpleRNN'], recurrent(1, 0)),
  ...all(['LSTM'], recurrent(4, 4)),
  ...all(['GRU'], recurrent(3, 5)),
  ...all(['MultiHeadAttention'], attention),
  ...all(['Bidirectional'], bidirectional),
  ...all(['TimeDistributed'], timeDistributed),
]);
