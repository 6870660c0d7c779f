import { type LayersModel, type layers, layers as make, sequential } from '@tensorflow/tfjs-layers';
import { StageError } from '../error.ts';
import { BatchNorm } from './batch-norm.ts';
import { type BertParams, buildBert } from './bert.ts';
import { type MaskSource, SeededDropout } from './dropout.ts';

/** The networks that a pipeline can ask for by name. */
export type ModelParams = BertParams | CnnParams | MlpParams;

export interface CnnParams {
  readonly preset: 'cnn';
  /** Filters of each convolution. */
  readonly filters: readonly number[];
  /** Height and width of the filters. */
  readonly kernel: number;
  /** Height and width of the max-pooling after each convolution; 1 is none. */
  readonly pool: number;
  /** `valid`: no padding; `same`: convolution and pooling keep the borders. */
  readonly padding: 'valid' | 'same';
  /** Units of each hidden dense layer. */
  readonly units: readonly number[];
  /** Share of each dense layer's inputs that is dropped while training, in [0, 1). */
  readonly dropout: number;
  /** Whether each convolution is normalized over the batch before its ReLU; it has no bias then. */
  readonly batch_norm: boolean;
}

export interface MlpParams {
  readonly preset: 'mlp';
  /** Units of each hidden dense layer, at least one. */
  readonly units: readonly number[];
  /** Share of each hidden layer's outputs that is dropped while training, in [0, 1). */
  readonly dropout: number;
}

export interface NetworkShape {
  /** Of one example, as [28, 28, 1] or [4]. */
  readonly features: readonly number[];
  /** Number of classes, or 1 for a number. */
  readonly outputs: number;
}

/**
 * A network of a preset, its weights still to be drawn. The last layer, `head`, has no activation:
 * its outputs are logits, or values.
 *
 * - `cnn`: for each of `filters` a convolution with bias (or batch normalization) and ReLU, and max-pooling; then dense
 *   layers.
 * - `mlp`: dense layers with bias and ReLU.
 * - `bert`: see bert.ts.
 *
 * @throws StageError where the features do not fit the preset.
 */
export const buildNetwork = (params: ModelParams, shape: NetworkShape, masks: MaskSource): LayersModel => {
  if (params.preset === 'bert') return buildBert(params, shape, masks);
  const hidden =
    params.preset === 'cnn' ? cnnLayers(params, shape.features, masks) : mlpLayers(params, shape.features, masks);
  const input = make.inputLayer({ inputShape: [...shape.features], name: 'features' });
  const head = make.dense({ units: shape.outputs, kernelInitializer, name: 'head' });
  return sequential({ name: params.preset, layers: [input, ...hidden, head] });
};

type Layer = layers.Layer;

/** Said in the model's file; the weights themselves are drawn in initialize.ts. */
const kernelInitializer = 'glorotUniform';

const cnnLayers = (params: CnnParams, features: readonly number[], masks: MaskSource): readonly Layer[] => {
  const { filters, kernel, pool, padding, units, dropout } = params;
  refuseMisfit(features, { kernel, pool, padding, depth: filters.length });
  const convolutions = filters.flatMap((count, index) => [
    ...convolution({ filters: count, kernelSize: kernel, padding }, index + 1, params.batch_norm),
    ...(pool > 1 ? [make.maxPooling2d({ poolSize: pool, padding, name: `pool_${index + 1}` })] : []),
  ]);
  const flat = make.flatten({ name: 'flatten' });
  return [...convolutions, flat, ...dropoutLayers(dropout, 'flatten', masks), ...denseLayers(units, dropout, masks)];
};

type Convolution = Pick<Parameters<typeof make.conv2d>[0], 'filters' | 'kernelSize' | 'padding'>;

const convolution = (shape: Convolution, number: number, normalized: boolean): readonly Layer[] => {
  const args = { ...shape, kernelInitializer, name: `conv_${number}` } as const;
  if (!normalized) return [make.conv2d({ ...args, activation: 'relu' })];
  return [
    make.conv2d({ ...args, useBias: false }),
    // Keras's 0.99 takes hundreds of steps to forget the statistics that it begins with; a small training has fewer.
    new BatchNorm({ name: `norm_${number}`, momentum: 0.9 }),
    make.reLU({ name: `relu_${number}` }),
  ];
};

const mlpLayers = ({ units, dropout }: MlpParams, features: readonly number[], masks: MaskSource): readonly Layer[] => {
  // TensorFlow.js's flatten refuses what is flat already.
  const flat = features.length > 1 ? [make.flatten({ name: 'flatten' })] : [];
  return [...flat, ...denseLayers(units, dropout, masks)];
};

const denseLayers = (units: readonly number[], dropout: number, masks: MaskSource): readonly Layer[] =>
  units.flatMap((count, index) => {
    const name = `dense_${index + 1}`;
    const dense = make.dense({ units: count, activation: 'relu', kernelInitializer, name });
    return [dense, ...dropoutLayers(dropout, name, masks)];
  });

const dropoutLayers = (rate: number, after: string, source: MaskSource): readonly Layer[] =>
  rate > 0 ? [new SeededDropout({ rate, source, name: `dropout_${after}` })] : [];

interface Windows {
  readonly kernel: number;
  readonly pool: number;
  readonly padding: 'valid' | 'same';
  readonly depth: number;
}

const refuseMisfit = (features: readonly number[], windows: Windows): void => {
  if (features.length !== 3) {
    const shape = `[${features.join(', ')}]`;
    throw new StageError(
      `the preset "cnn" takes images [height, width, channels]; the features are ${shape}`,
      '"preset": "mlp" takes features of any shape',
    );
  }
  const [height = 0, width = 0] = features;
  if (windows.padding === 'same' || remaining(Math.min(height, width), windows) >= 1) return;
  throw new StageError(
    `${windows.depth} convolutions of ${windows.kernel}×${windows.kernel} with pooling by ${windows.pool} ` +
      `leave nothing of an image of ${height}×${width}`,
    '"padding": "same" keeps the borders; fewer filters are fewer layers',
  );
};

/** Pixels along an axis after all convolutions and poolings without padding; below 1 there are none. */
const remaining = (size: number, { kernel, pool, depth }: Windows): number => {
  let left = size;
  for (let layer = 0; layer < depth; layer += 1) left = Math.floor((left - kernel + 1) / pool);
  return left;
};
