import type { PlayerParams } from '../../src/learn/gan/networks.ts';
import type { EmaParams } from '../../src/learn/training/optimizers/ema.ts';
import type { Around, OptimizerParams } from '../../src/learn/training/optimizers/make.ts';

/** What stage.json lets people say of an optimizer: nothing that goes over several steps. */
export type PlainOptimizer = OptimizerParams extends infer One
  ? One extends OptimizerParams
    ? Omit<One, Exclude<keyof Around, 'rate' | 'weight_decay' | 'exclude' | 'clip'>>
    : never
  : never;

/** As stage.json declares them, its defaults filled in. */
export interface GanParams {
  readonly generator: PlayerParams;
  readonly discriminator: PlayerParams;
  readonly latent: number;
  readonly conditional: boolean;
  readonly generator_optimizer: PlainOptimizer;
  readonly discriminator_optimizer: PlainOptimizer;
  readonly ema?: EmaParams;
  readonly label_smoothing: number;
  readonly epochs: number;
  readonly batch_size: number;
  readonly compile: boolean;
  readonly collapse_below: number;
  readonly on_trouble: 'warn' | 'stop';
}
