import type { Fingerprint } from '../plan/fields.ts';
import type { Input } from '../plan/inputs.ts';

/** What a watch knows of a run under way, and a single run does not. */
export interface Steering {
  /** Aborts when what the stage makes has become pointless: it is ended, or not begun. */
  readonly pointless: (stage: string) => AbortSignal;
  /** Whether a problem is one that is known: a fingerprint that failed is not executed again. */
  readonly stillFails: (problem: string) => boolean;
  /** Hears what a stage is made from, once that is known. */
  readonly reached: (stage: string, from: MadeFrom) => void;
}

export interface MadeFrom {
  readonly inputs: readonly Input[];
  readonly fingerprint: Fingerprint;
}

/** By what a failure is known again: the fingerprint that failed, else what stood in the way of one. */
export const problemKey = (
  stage: string,
  failed: { readonly fingerprint?: string; readonly message: string },
): string => failed.fingerprint ?? `${stage}: ${failed.message}`;
