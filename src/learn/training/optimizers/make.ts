import { StageError } from '../../error.ts';
import { chain, type Transform } from '../transforms.ts';
import { accumulate } from './accumulate.ts';
import { type AdadeltaParams, adadelta } from './adadelta.ts';
import { type AdagradParams, adagrad } from './adagrad.ts';
import { type AdamParams, adam } from './adam.ts';
import { type AdamaxParams, adamax } from './adamax.ts';
import { type ClipParams, clip } from './clip.ts';
import { addDecay } from './decay.ts';
import { type EmaParams, ema } from './ema.ts';
import { type LionParams, lion } from './lion.ts';
import { type LookaheadParams, lookahead } from './lookahead.ts';
import { type NadamParams, nadam } from './nadam.ts';
import type { Core, Optimizer } from './optimizer.ts';
import { type RmspropParams, rmsprop } from './rmsprop.ts';
import { type SgdParams, sgd } from './sgd.ts';

/** An optimizer as a pipeline asks for it; names are Keras's. */
export type OptimizerParams = CoreParams & Around;

export type CoreParams =
  | SgdParams
  | AdamParams
  | NadamParams
  | AdamaxParams
  | AdagradParams
  | AdadeltaParams
  | RmspropParams
  | LionParams;

/** What can be put around any optimizer. */
export interface Around {
  /** Learning rate at its peak. */
  readonly rate: number;
  /** Share of the weights by which a step of rate 1 makes them smaller, at least 0. */
  readonly weight_decay: number;
  /** Variables that the decay leaves alone. */
  readonly exclude: readonly string[];
  readonly clip?: ClipParams;
  /** Batches to a step, at least 1. */
  readonly accumulate: number;
  readonly lookahead?: LookaheadParams;
  readonly ema?: EmaParams;
}

/** Nothing around an optimizer. */
export const nothingAround = { weight_decay: 0, exclude: [], accumulate: 1 } as const;

/**
 * The chain of an optimizer, from the gradients on: accumulate, clip, the optimizer itself, decay; Lookahead and the
 * average of the weights look at what comes of it.
 *
 * @throws StageError where params do not go together.
 */
export const makeOptimizer = (params: OptimizerParams): Optimizer => {
  const { rate, accumulate: batchesPerStep } = params;
  const core = coreOf(params);
  const transform = around(core.transform, params);
  const native = transform === core.transform ? core.native : undefined;
  const averages = params.ema !== undefined;
  return { peak: rate, batchesPerStep, averages, transform, ...(native === undefined ? {} : { native }) };
};

const coreOf = (params: CoreParams): Core => {
  switch (params.name) {
    case 'sgd':
      return sgd(params);
    case 'adam':
    case 'adamw':
      return adam(params);
    case 'nadam':
      return nadam(params);
    case 'adamax':
      return adamax(params);
    case 'adagrad':
      return adagrad(params);
    case 'adadelta':
      return adadelta(params);
    case 'rmsprop':
      return rmsprop(params);
    case 'lion':
      return lion(params);
  }
};

/** The transform itself where nothing is asked for. */
const around = (core: Transform, params: Around): Transform => {
  const { clip: bound, weight_decay, exclude, lookahead: slow, ema: average, accumulate: batches } = params;
  const parts = [
    ...(bound === undefined ? [] : [clip(onlyOne(bound))]),
    core,
    ...(weight_decay === 0 ? [] : [addDecay({ weight_decay, exclude })]),
  ];
  let transform = parts.length === 1 ? core : chain(...parts);
  if (slow !== undefined) transform = lookahead(transform, slow);
  if (average !== undefined) transform = ema(transform, average);
  return batches === 1 ? transform : accumulate(transform, batches);
};

const onlyOne = (bound: ClipParams): ClipParams => {
  const kinds = Object.keys(bound);
  if (kinds.length === 1) return bound;
  throw new StageError(
    kinds.length === 0 ? 'optimizer.clip says no bound' : `optimizer.clip has ${kinds.join(' and ')}: one bound alone`,
    'one of { "value": … }, { "norm": … } and { "global_norm": … }',
  );
};
