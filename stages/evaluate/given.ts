import type { Examples } from '../../src/learn/data/dataset.ts';
import type { TableColumn } from '../../src/learn/data/table.ts';
import type { RegressionInput } from '../../src/learn/evaluation/input.ts';
import type { Evaluation } from '../../src/types/generated/evaluation.ts';
import type { StageContext } from '../../src/types/stage.ts';
import type { EvaluateParams } from './params.ts';

/** Examples, and what a model, or a baseline, says of them. */
export interface Outputs {
  readonly examples: Examples;
  readonly outputs: Float32Array | Float64Array;
}

/** Examples, and what the model says of them. */
export interface Predicted extends Outputs {
  readonly outputs: Float32Array;
}

export interface Given {
  readonly test: Predicted;
  /** A threshold is chosen by it. */
  readonly validation: Predicted | undefined;
  /** Baselines learn from it. */
  readonly train: Examples | undefined;
}

export interface Judged {
  readonly evaluation: Evaluation;
  readonly table: readonly TableColumn[];
}

export type JudgingContext = StageContext<EvaluateParams>;

/** What judging goes by whatever the target is. */
export type Common = Omit<RegressionInput, 'target' | 'metrics' | 'rivals' | 'leftOut' | 'settings'>;
