import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/fingerprint/canonical.ts';
import { acceptedRuns, keepLedger, ledgerFile } from '../../src/store/ledger.ts';
import { openRecords } from '../../src/store/records.ts';
import type { RunRecord } from '../../src/types/generated/run.ts';
import { makeFolder, removeFolder } from '../rig/project.ts';

/** A run of `p` or `q`, and what its gate came to: a model by its number, refused, or no gate. */
interface Planned {
  readonly pipeline: 'p' | 'q';
  readonly accepted: number | 'refused' | 'no gate';
  /** Whether it wrote the ledger, or was killed before it could. */
  readonly kept: boolean;
}

const planned: fc.Arbitrary<Planned> = fc.record({
  pipeline: fc.constantFrom('p', 'p', 'q'),
  accepted: fc.oneof(fc.nat(2), fc.constantFrom('refused' as const, 'no gate' as const)),
  kept: fc.boolean(),
});

const gateOf = ({ accepted }: Planned): RunRecord['gate'] => {
  if (accepted === 'no gate') return undefined;
  const digest = digestOf(`model ${accepted}`);
  return {
    ...{ stage: 'gate', accepted: accepted !== 'refused', reasons: accepted === 'refused' ? ['why'] : [] },
    candidate: digest,
    outs: [{ path: 'model', from: 'train.model', digest, kind: 'file', bytes: 1 }],
  };
};

const nameOf = (i: number): string => `2026-01-01T00-00-${String(i).padStart(2, '0')}-0000`;

const recordOf = (plan: Planned, run: string): Omit<RunRecord, 'previous'> => {
  const gate = gateOf(plan);
  return {
    ...{ format: 'stemma-run-v1', run, started: '2026-01-01T00:00:00.000Z', ended: '2026-01-01T00:00:01.000Z' },
    outcome: plan.accepted === 'refused' ? 'refused' : 'succeeded',
    pipeline: { name: plan.pipeline, file: 'pipelines/p.json', digest: digestOf('p'), seed: 0 },
    command: ['run'],
    invocation: { targets: [], force: false, set: [], jobs: 1 },
    host: { platform: 'x', arch: 'x', cpu: 'x', cores: 1, memory: 1, node: '24', stemma: '1' },
    stages: [],
    ...(gate && { gate }),
  };
};

const inStore = <Value>(work: (store: string) => Value): Value => {
  const store = makeFolder();
  try {
    return work(store);
  } finally {
    removeFolder(store);
  }
};

const placeOf = (store: string) => ({ store, records: openRecords(store, () => {}) });

/** Names of the accepted runs of `p`, told from what was planned. */
const rightOf = (plans: readonly Planned[], names: readonly string[]): string[] => {
  const accepted: { readonly run: string; readonly model: number }[] = [];
  for (const [i, { pipeline, accepted: model }] of plans.entries())
    if (pipeline === 'p' && typeof model === 'number' && accepted.at(-1)?.model !== model)
      accepted.push({ run: names[i]!, model });
  return accepted.map(({ run }) => run);
};

const told = (store: string): string[] => acceptedRuns('p', placeOf(store)).map(({ run }) => run);

describe('the ledger of accepted runs', () => {
  it('says what the records say, whether it was kept up to date, is behind, or is gone', () => {
    const property = fc.property(fc.array(planned, { maxLength: 20 }), (plans) =>
      inStore((store) => {
        const place = placeOf(store);
        const names = plans.map((_, i) => nameOf(i));
        for (const [i, plan] of plans.entries()) {
          place.records.writeRun((previous) => ({ ...recordOf(plan, names[i]!), previous }));
          if (plan.kept) keepLedger(plan.pipeline, place);
          expect(told(store)).toEqual(rightOf(plans.slice(0, i + 1), names));
        }
        rmSync(ledgerFile('p', store), { force: true });
        expect(told(store)).toEqual(rightOf(plans, names));
        keepLedger('p', place);
        expect(told(store)).toEqual(rightOf(plans, names));
      }),
    );
    fc.assert(property, { numRuns: 60 });
  });

  it('takes in a run whose name is before the last one, as after the clock was set back', () => {
    inStore((store) => {
      const place = placeOf(store);
      const plans = [0, 1].map((accepted): Planned => ({ pipeline: 'p', accepted, kept: true }));
      for (const [i, run] of [nameOf(30), nameOf(20)].entries()) {
        place.records.writeRun((previous) => ({ ...recordOf(plans[i]!, run), previous }));
        keepLedger('p', place);
      }
      expect(told(store)).toEqual([nameOf(30), nameOf(20)]);
    });
  });

  it('reads no record while nothing has run since', () => {
    inStore((store) => {
      const place = placeOf(store);
      place.records.writeRun((previous) => ({
        ...recordOf({ pipeline: 'p', accepted: 1, kept: true }, nameOf(1)),
        previous,
      }));
      keepLedger('p', place);
      const records = {
        ...place.records,
        readRun: () => {
          throw new Error('a record was read');
        },
      };
      expect(acceptedRuns('p', { store, records })).toHaveLength(1);
    });
  });
});
