import type { Preview } from '../../src/learn/data/augment/preview.ts';
import type { Evaluation } from '../../src/types/generated/evaluation.ts';
import type { TrainingHistory } from '../../src/types/generated/history.ts';

/** What a report is made from; what is absent is not shown. */
export interface ReportInputs {
  readonly history: TrainingHistory | undefined;
  readonly evaluation: Evaluation | undefined;
  readonly preview: Preview | undefined;
}
