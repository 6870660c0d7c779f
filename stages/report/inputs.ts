import type { Preview } from '../../src/learn/data/augment/preview.ts';
import type { ModelSummary } from '../../src/learn/models/summary.ts';
import type { Comparison } from '../../src/types/generated/comparison.ts';
import type { Cost } from '../../src/types/generated/cost.ts';
import type { Diagnosis } from '../../src/types/generated/diagnosis.ts';
import type { Evaluation } from '../../src/types/generated/evaluation.ts';
import type { Findings } from '../../src/types/generated/findings.ts';
import type { Gate } from '../../src/types/generated/gate.ts';
import type { TrainingHistory } from '../../src/types/generated/history.ts';
import type { Leakage } from '../../src/types/generated/leakage.ts';
import type { Profile } from '../../src/types/generated/profile.ts';
import type { RawExamples } from './examples.ts';

/** What a report is made from; what is absent is not shown. */
export interface ReportInputs {
  readonly gate: Gate | undefined;
  readonly cost: Cost | undefined;
  readonly history: TrainingHistory | undefined;
  readonly findings: Findings | undefined;
  readonly evaluation: Evaluation | undefined;
  readonly preview: Preview | undefined;
  readonly profile: Profile | undefined;
  readonly leakage: Leakage | undefined;
  readonly diagnosis: Diagnosis | undefined;
  readonly comparison: Comparison | undefined;
  readonly model: ModelSummary | undefined;
  /** The examples that evaluation and preview show, as they stood in the raw data; empty where nothing is known of them. */
  readonly raw: RawExamples;
}
