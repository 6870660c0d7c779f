import type { PruneMethod } from '../../confident/find.ts';

/** The params of the stage type `label-errors`. */
export interface LabelErrorsParams {
  readonly action: 'report' | 'drop';
  /** "auto": neighbours for images, a logistic regression for all else. */
  readonly model: 'auto' | 'neighbours' | 'logistic';
  readonly method: PruneMethod;
  readonly folds: number;
  /** Of neighbours: how many vote. */
  readonly neighbours: number;
  /** Of neighbours: rows among which they are sought, at most. */
  readonly voters: number;
}
