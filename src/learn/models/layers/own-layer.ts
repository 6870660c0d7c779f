import type * as tf from '@tensorflow/tfjs-core';
import { initializers, layers, regularizers, type Shape } from '@tensorflow/tfjs-layers';
import type { DrawsMasks, MaskSource } from '../dropout.ts';

export type Weight = layers.Layer['weights'][number];
export type Regularizer = ReturnType<typeof regularizers.l1l2>;

/** What every layer takes, as it stands in a model's file. */
export interface OwnArgs {
  readonly name?: string;
  readonly trainable?: boolean;
}

/** A weight's initializer as it stands in a model's file; see initializers.ts, which draws by it. */
export interface InitializerConfig {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** L1 and L2 of a weight as they stand in a model's file. */
export interface RegularizerConfig {
  readonly className: 'L1L2';
  readonly config: { readonly l1: number; readonly l2: number };
}

/** What a layer is called with beside its inputs. */
export interface CallOptions {
  readonly training?: boolean;
  /** Of the input [batch, length], or of each input; absent or null: nothing is masked. */
  readonly mask?: tf.Tensor | null | readonly (tf.Tensor | null)[];
}

/**
 * A layer of ours. Masks pass through it unless it says otherwise. Weights begin as zeros or ones: `initialize` draws
 * them, by what `getConfig` says.
 */
export abstract class OwnLayer extends layers.Layer implements DrawsMasks {
  masks: MaskSource | undefined;

  constructor(args: OwnArgs) {
    super({ ...args });
    this.supportsMasking = true;
  }

  protected weight(name: string, shape: readonly number[], options: WeightOptions = {}): Weight {
    const { initial = 'zeros', regularizer, trainable = true } = options;
    return this.addWeight(name, [...shape], 'float32', initializers[initial](), regularizer, trainable);
  }
}

export interface WeightOptions {
  readonly initial?: 'zeros' | 'ones';
  readonly regularizer?: Regularizer | undefined;
  readonly trainable?: boolean;
}

/** The one input of a layer that takes one. */
export const only = <Input>(inputs: Input | Input[]): Input => (Array.isArray(inputs) ? inputs[0]! : inputs);

/** Its shape, [batch, …]. */
export const onlyShape = (shape: Shape | Shape[]): Shape =>
  Array.isArray(shape[0]) ? (shape[0] as Shape) : (shape as Shape);

/** The mask of the input at `index`; undefined: nothing is masked. */
export const maskAt = (mask: CallOptions['mask'], index = 0): tf.Tensor | undefined =>
  (Array.isArray(mask) ? mask[index] : index === 0 ? (mask as tf.Tensor | null | undefined) : undefined) ?? undefined;

export const regularizerOf = (config: RegularizerConfig | null | undefined): Regularizer | undefined =>
  config == null ? undefined : regularizers.l1l2({ ...config.config });

export const glorotUniform: InitializerConfig = {
  className: 'VarianceScaling',
  config: { scale: 1, mode: 'fanAvg', distribution: 'uniform' },
};
