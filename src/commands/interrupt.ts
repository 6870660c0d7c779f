import type { RunRecord } from '../types/generated/run.ts';

/**
 * Ctrl-C and SIGTERM end the stages, then us. The run writes its record on the way out; a second Ctrl-C does not wait.
 */
export const interruptible = (): { readonly signal: AbortSignal; readonly release: () => void } => {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  const release = () => {
    for (const signal of signals) process.removeListener(signal, onSignal);
  };
  return { signal: controller.signal, release };
};

export const exitCodeOf = (outcome: RunRecord['outcome']): number =>
  ({ succeeded: 0, refused: 1, failed: 1, interrupted: 130 })[outcome];
