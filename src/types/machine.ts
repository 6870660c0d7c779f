/** What held a stage up, and what to do about it. */
export interface Verdict {
  readonly kind: 'input-bound' | 'compute-bound' | 'overhead-bound' | 'unclear';
  /** Why, in one sentence without a full stop, with its numbers. */
  readonly words: string;
  /**
   * Seconds in which what computes had nothing to compute: of a GPU that was read, those below 10 % of utilization; else
   * those of the steps that went by without computing.
   */
  readonly idleSeconds: number;
  /** What these cost; absent where the pipeline names no price. */
  readonly cost?: Money;
  /** What to do, in one sentence; empty where there is nothing to say. */
  readonly remedy: string;
}

/** Of a machine. */
export interface Price {
  readonly perHour: number;
  readonly currency: string;
}

export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** A machine of the user's, as `machines` of a pipeline declares it. */
export interface DeclaredMachine {
  readonly name: string;
  readonly price: Price;
  /** How many times as fast as here it computes. */
  readonly speedup?: number;
}
