import type { Phase } from '../../src/learn/training/stepper.ts';
import type { StepSeconds } from '../../src/types/stage.ts';

type Part = Phase | 'between';

export interface Stopwatch {
  /** What the time goes into from now on. */
  entered(part: Part): void;
  /** So far, over all steps. */
  seconds(): StepSeconds & { readonly count: number };
}

/** What the steps of a training took, in seconds, by what the time went into. */
export const stopwatch = (): Stopwatch => {
  const milliseconds: Record<Part, number> = { data: 0, transfer: 0, compute: 0, rest: 0, between: 0 };
  let count = 0;
  let part: Part = 'between';
  let since = performance.now();
  return {
    entered: (next: Part): void => {
      const now = performance.now();
      milliseconds[part] += now - since;
      if (next === 'transfer') count += 1;
      part = next;
      since = now;
    },
    seconds: () => {
      const { data, transfer, compute, rest } = milliseconds;
      return { count, data: data / 1000, transfer: transfer / 1000, compute: compute / 1000, rest: rest / 1000 };
    },
  };
};
