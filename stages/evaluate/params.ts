import type { SettingParams } from '../../src/learn/evaluation/metrics.ts';
import type { SliceParam } from '../../src/learn/evaluation/slice-values.ts';

/** As stage.json declares them, its defaults filled in. */
export interface EvaluateParams extends SettingParams {
  readonly metrics?: readonly string[];
  readonly slices: readonly SliceParam[];
  readonly margin?: number;
  readonly batch_size: number;
  readonly wrong: number;
  /** Of lists of labels, with a dep validation: one threshold for all labels, or one for each. */
  readonly thresholds?: 'one' | 'each';
  /** Which of several targets is judged. */
  readonly target?: string;
}
