import type { Finding, FindingsCheck } from '../../../types/generated/findings.ts';
import type { Examples } from '../../data/examples.ts';
import type { MaskSource } from '../../models/dropout.ts';
import type { Batch } from '../batches.ts';
import type { Trainee } from '../step.ts';

/** What preflight looks at. */
export interface Subject {
  readonly trainee: Trainee;
  readonly masks: MaskSource;
  /** Train as it is without augmentation. */
  readonly examples: Examples;
  /** Some of its rows, in an order of preflight's own: at most 1,440. */
  readonly sample: Int32Array;
  /** The first rows of the sample: at most 64. */
  readonly batch: Batch;
  /** Of preflight's own draws. */
  readonly seed: number;
}

/** What came of one check. */
export interface Outcome {
  readonly check: FindingsCheck;
  readonly finding?: Finding;
}

type Id = Finding['id'];

export const clean = (id: Id, what: string): Outcome => ({ check: { id, phase: 'preflight', state: 'clean', what } });

export const leftOut = (id: Id, what: string): Outcome => ({
  check: { id, phase: 'preflight', state: 'left out', what },
});

export const found = (id: Id, what: string, finding: Omit<Finding, 'id' | 'phase'>): Outcome => ({
  check: { id, phase: 'preflight', state: 'found', what },
  finding: { id, phase: 'preflight', ...finding },
});

/** Three digits, for sentences. */
export const short = (value: number): string => String(Number(value.toPrecision(3)));
