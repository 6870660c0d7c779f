import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel, layers } from '@tensorflow/tfjs-layers';
import { derive } from '../random.ts';
import { draw, initializerConfigs, isKnownInitializer } from './initializers.ts';
import { everyLayer } from './layers/masks.ts';
import type { InitializerConfig } from './layers/own-layer.ts';

/**
 * Draws the weights of a new network, each by the initializer that its layer names; where it names none, as Keras does:
 * kernels by `glorotUniform`, scales and moving variances one, all others zero.
 * Each weight has a stream of its own, so that another layer changes none of the others.
 *
 * @param seed a 32-bit seed.
 */
export const initialize = (network: LayersModel, seed: number): void => {
  for (const layer of everyLayer(network)) {
    const config = layer.getConfig();
    for (const weight of layer.weights) {
      const name = weight.originalName;
      const shape = weight.shape as number[];
      const values = draw(initializerOf(config, name), shape, derive(seed, name));
      if (name.endsWith('/bias') && remembersAtFirst(layer.getClassName(), config)) openForgetGate(values);
      const drawn = tf.tensor(values, shape, 'float32');
      weight.write(drawn);
      drawn.dispose();
    }
  }
};

type Config = ReturnType<layers.Layer['getConfig']>;

/** What a layer's config says of a weight; that of a wrapped layer says it of its own. */
const initializerOf = (config: Config, name: string): InitializerConfig => {
  const last = name.split('/').at(-1)!;
  const key = keys[last];
  const inner = (config['layer'] as { readonly config?: Config } | undefined)?.config;
  const named = key === undefined ? undefined : (config[key] ?? inner?.[key]);
  if (isInitializer(named)) return named;
  if (last === 'kernel') return initializerConfigs.glorot_uniform;
  return beginsAtOne.test(last) ? initializerConfigs.ones : initializerConfigs.zeros;
};

const beginsAtOne = /^(gamma|moving_variance)$/;

/** Keys of a layer's config by the weights that they are for. */
const keys: Readonly<Record<string, string>> = {
  kernel: 'kernelInitializer',
  recurrent_kernel: 'recurrentInitializer',
  bias: 'biasInitializer',
  embeddings: 'embeddingsInitializer',
  depthwise_kernel: 'depthwiseInitializer',
  pointwise_kernel: 'pointwiseInitializer',
  alpha: 'alphaInitializer',
  gamma: 'gammaInitializer',
  beta: 'betaInitializer',
};

const isInitializer = (value: unknown): value is InitializerConfig => {
  const className = (value as Partial<InitializerConfig> | null | undefined)?.className;
  return typeof className === 'string' && isKnownInitializer(className);
};

const remembersAtFirst = (className: string, config: Config): boolean => {
  const inner = config['layer'] as { readonly className?: string; readonly config: Config } | undefined;
  if (className === 'Bidirectional' && inner !== undefined) return remembersAtFirst(inner.className!, inner.config);
  return className === 'LSTM' && config['unitForgetBias'] === true;
};

/**
 * The biases of an LSTM's forget gate, the second of four, begin at 1, so that it remembers at first.
 *
 * @see R. Jozefowicz et al.: An Empirical Exploration of Recurrent Network Architectures, ICML 2015.
 */
const openForgetGate = (bias: Float32Array): void => {
  bias.fill(1, bias.length / 4, bias.length / 2);
};
