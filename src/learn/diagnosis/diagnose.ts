import type { Diagnosis, DiagnosisFinding, DiagnosisLeftOut } from '../../types/generated/diagnosis.ts';
import type { TrainingHistory } from '../../types/generated/history.ts';
import { formatInterval } from '../metrics/format.ts';
import { type Evidence, findingsOf } from './findings.ts';

/** What there is to make a diagnosis of, beside the evidence. */
export interface Case extends Evidence {
  readonly history: TrainingHistory;
  readonly rows: Diagnosis['rows'];
  /** The target, where it is one of several. */
  readonly target?: string | undefined;
  readonly leftOut?: readonly DiagnosisLeftOut[];
}

/** Judges the evidence, and says what the training is on the whole. */
export const diagnose = (given: Case): Diagnosis => {
  const { history, rows, gaps, course, baselines, leftOut = [], memorization, target } = given;
  const findings = findingsOf(given);
  const verdict = verdictOf(findings);
  const chief = findings.find(({ kind }) => verdicts[kind] === verdict);
  return {
    format: 'stemma-diagnosis-v1',
    verdict,
    ...(target !== undefined && { target }),
    sentence: `${words[verdict]}: ${chief?.sentence ?? soundSentence(given)}`,
    rows,
    epochs: history.epochs.length,
    kept: history.kept,
    gaps: [...gaps],
    course: course.told,
    baselines: [...baselines],
    ...(leftOut.length > 0 && { left_out: [...leftOut] }),
    ...(memorization === undefined ? {} : { memorization }),
    findings,
  };
};

const soundSentence = ({ gaps: [, measure] }: Case): string =>
  `the gap in ${measure.measure} is ${formatInterval(measure.gap)}, and the loss on validation does not rise`;

const verdicts: Readonly<Record<DiagnosisFinding['kind'], Diagnosis['verdict']>> = {
  overfitting: 'overfitting',
  underfitting: 'underfitting',
  undertrained: 'underfitting',
  'standing-gap': 'standing-gap',
  'too-few-epochs': 'unclear',
  memorization: 'sound',
};

/** The gravest comes first. */
const order: readonly Diagnosis['verdict'][] = ['overfitting', 'underfitting', 'standing-gap', 'unclear', 'sound'];

const verdictOf = (findings: readonly DiagnosisFinding[]): Diagnosis['verdict'] => {
  const found = findings.map(({ kind }) => verdicts[kind]);
  return order.find((verdict) => found.includes(verdict)) ?? 'sound';
};

const words: Readonly<Record<Diagnosis['verdict'], string>> = {
  overfitting: 'overfits',
  underfitting: 'underfits',
  'standing-gap': 'a gap that only stands',
  unclear: 'too little to tell',
  sound: 'sound',
};
