import { expect } from 'vitest';
import type { StageOutcome } from '../../src/run/outcome.ts';
import type { StageState } from '../../src/types/events.ts';
import { sha256Of } from './executor.ts';
import type { Model } from './model.ts';
import { keyOf, type Outs } from './view.ts';

/** How often each thing happened: a property that nothing puts to the test proves nothing. */
export type Tally = Record<'runs' | 'clean runs' | 'ran' | 'restored' | 'up to date' | 'cutoffs', number>;

export const emptyTally = (): Tally => ({ runs: 0, 'clean runs': 0, ran: 0, restored: 0, 'up to date': 0, cutoffs: 0 });

/** Holds the runs of one store against each other. */
export interface Watcher {
  /** Throws where a stage did what it should not. `outs` are those that its definition and inputs lead to. */
  check(model: Model, outcomes: readonly StageOutcome[], outs: Outs): void;
}

export const watchStore = (tally: Tally): Watcher => {
  const fingerprints = new Map<string, string>();
  const keys = new Map<string, string>();
  const executed = new Set<string>();
  const checkOne = (stage: string, key: string, { state, fingerprint }: StageOutcome) => {
    const told = `${stage} (${state})`;
    expect(fingerprints.get(key) ?? fingerprint, `${told}: as defined before, and with another fingerprint`).toBe(
      fingerprint,
    );
    expect(keys.get(fingerprint!) ?? key, `${told}: its definition changed, and its fingerprint did not`).toBe(key);
    fingerprints.set(key, fingerprint!);
    keys.set(fingerprint!, key);
    if (state !== 'ran') return expect(executed, `${told}: it never executed`).toContain(key);
    expect(executed, `${told}: it has been executed before`).not.toContain(key);
    executed.add(key);
  };
  return {
    check: (model, outcomes, outs) => {
      tally.runs++;
      // What ran first is told first: a twin of it that was restored has to find it executed.
      for (const outcome of outcomes.toSorted((a, b) => Number(b.state === 'ran') - Number(a.state === 'ran'))) {
        const stage = model.stages.find(({ name }) => name === outcome.stage)!;
        expect(usual, `${outcome.stage}: ${outcome.failure?.message ?? outcome.because.join()}`).toContain(
          outcome.state,
        );
        checkOne(outcome.stage, keyOf(stage, model, outs), outcome);
        for (const [name, tree] of Object.entries(outs.get(outcome.stage)!))
          expect(outcome.outs![name]!.digest, `digest of ${outcome.stage}.${name}`).toBe(sha256Of(tree));
        tally[outcome.state as 'ran']++;
      }
      tally.cutoffs += cutoffs(model, outcomes);
    },
  };
};

const usual: readonly StageState[] = ['ran', 'restored', 'up to date'];

/** Stages that stayed as they were below one that ran. */
const cutoffs = ({ stages }: Model, outcomes: readonly StageOutcome[]): number => {
  const states = new Map(outcomes.map(({ stage, state }) => [stage, state]));
  return stages.filter(
    ({ name, deps }) =>
      states.get(name) === 'up to date' &&
      Object.values(deps).some((dep) => dep.kind === 'out' && states.get(dep.stage) === 'ran'),
  ).length;
};
