import type { LeakageFinding } from '../../types/generated/leakage.ts';
import type { Kind, LeakageParams } from './params.ts';
import type { Split } from './splits.ts';

export type Finding = LeakageFinding;

export interface CheckContext {
  readonly splits: readonly Split[];
  readonly params: LeakageParams;
  /** Of what is drawn: 32 bits. */
  readonly seed: number;
}

/** What a check of one kind comes to. */
export interface Checked {
  /** What was looked at; where nothing was, why. */
  readonly what: string;
  /** null: nothing was looked at. */
  readonly findings: readonly Finding[] | null;
}

export interface Check {
  readonly kind: Kind;
  readonly run: (context: CheckContext) => Promise<Checked> | Checked;
}

/** Rows that a finding shows, at most. */
export const mostEvidence = 5;

/** A number with few digits, for sentences. */
export const short = (value: number): string => String(Number(value.toPrecision(3)));
