import type { PruneMethod } from '../../confident/find.ts';

/** The params of the stage type `label-errors`. */
export interface LabelErrorsParams {
  readonly action: 'report' | 'drop' | 'reweight';
  /** Of "reweight": what a row found counts for, as a share of what it counted for. */
  readonly weight: number;
  /** "auto": neighbours for images, a logistic regression for all else. */
  readonly model: 'auto' | 'neighbours' | 'logistic';
  readonly method: PruneMethod;
  readonly folds: number;
  /** Of neighbours: how many vote. */
  readonly neighbours: number;
  /** Of neighbours: rows among which they are sought, at most. */
  readonly voters: number;
}
