import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { type Digest, digestJson, digestOf } from '../../../src/fingerprint/canonical.ts';
import { formatManifest } from '../../../src/fingerprint/manifest.ts';
import { entryOf } from '../../../src/store/cache-entry.ts';
import { openRecords, type Records } from '../../../src/store/records.ts';
import type { RunRecord } from '../../../src/types/generated/run.ts';
import type { ArtifactRecord, StageRunRecord } from '../../../src/types/generated/stage-run.ts';
import { contentFile } from '../../rig/store.ts';

/** What a random history is made of; small numbers, so that runs share content. */
export interface RunPlan {
  readonly pipeline: 'p' | 'q';
  readonly outcome: RunRecord['outcome'];
  readonly stages: readonly StagePlan[];
}

export interface StagePlan {
  readonly stage: 'a' | 'b';
  /** Takes what the stage made last, if it ever did. */
  readonly again: boolean;
  readonly state: 'ran' | 'failed';
  /** Files of a folder by their texts; one alone is an out that is a file. */
  readonly files: readonly number[];
}

const stagePlan: fc.Arbitrary<StagePlan> = fc.record({
  stage: fc.constantFrom('a', 'b'),
  again: fc.boolean(),
  state: fc.constantFrom('ran', 'ran', 'ran', 'failed'),
  files: fc.uniqueArray(fc.nat(11), { minLength: 1, maxLength: 4 }),
});

export const history: fc.Arbitrary<readonly RunPlan[]> = fc.array(
  fc.record({
    pipeline: fc.constantFrom('p', 'q'),
    outcome: fc.constantFrom('succeeded', 'succeeded', 'failed', 'interrupted'),
    stages: fc.uniqueArray(stagePlan, { minLength: 1, maxLength: 2, selector: ({ stage }) => stage }),
  }),
  { minLength: 1, maxLength: 12 },
);

export interface MadeRun {
  readonly run: string;
  readonly plan: RunPlan;
  readonly started: string;
  readonly stageRuns: readonly StageRunRecord[];
}

/** Writes histories as runs do. */
export interface World {
  readonly store: string;
  readonly runs: readonly MadeRun[];
  /** `under way`: with a journal in place of a record. */
  add(plan: RunPlan, as?: 'ended' | 'under way'): MadeRun;
  /** Puts a run's outs into the workspace, as far as its state files say. */
  stand(made: MadeRun): void;
  /** Content that no record names. */
  stray(text: string): Digest;
}

export const createWorld = (root: string): World => {
  const store = join(root, 'artifacts/.store');
  const records = openRecords(store, () => {});
  const runs: MadeRun[] = [];
  const last = new Map<string, StageRunRecord>();
  const put = (text: string): Digest => {
    const file = contentFile(store, digestOf(text));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return digestOf(text);
  };
  const outOf = (files: readonly number[]): ArtifactRecord => {
    const texts = files.map((n) => `text ${n}`.repeat(n + 1));
    const bytes = texts.join('').length;
    if (texts.length === 1) return { name: 'o', kind: 'file', bytes, path: 'o', digest: put(texts[0]!) };
    const listing = texts.map((text, i) => ({ path: `f${i}`, hex: put(text).slice(7) }));
    return { name: 'o', kind: 'folder', bytes, files: texts.length, path: 'o', digest: put(formatManifest(listing)) };
  };
  const execute = (
    run: string,
    pipeline: string,
    plan: StagePlan,
    inputs: readonly ArtifactRecord[],
  ): StageRunRecord => {
    const fields = { kind: 'command', params: { n: runs.length }, deps: inputs.map(({ digest }) => digest) };
    const record = stageRunOf({ run, pipeline, plan, fields, inputs, log: put(`log of ${run} ${plan.stage}`) });
    const whole = { ...record, outs: plan.state === 'ran' ? [outOf(plan.files)] : [] };
    const digest = records.writeStageRun(whole);
    if (plan.state === 'ran') records.writeEntry(entryOf(whole, digest));
    return whole;
  };
  const add: World['add'] = (plan, as = 'ended') => {
    const time = new Date(Date.UTC(2026, 0, 1) + runs.length * 3_600_000).toISOString();
    const run = `${time.slice(0, 19).replaceAll(':', '-')}-${runs.length.toString(16).padStart(4, '0')}`;
    const stageRuns: StageRunRecord[] = [];
    for (const each of plan.stages) {
      const key = `${plan.pipeline}.${each.stage}`;
      const before = each.again ? last.get(key) : undefined;
      const inputs = stageRuns.flatMap(({ stage, outs }) =>
        outs.map((out) => ({ ...out, name: 'i', from: `${stage}.o` })),
      );
      const raw: ArtifactRecord = {
        name: 'raw',
        kind: 'folder',
        bytes: 1,
        path: 'raw',
        digest: put(`${'0'.repeat(64)}  x${runs.length % 3}\n`),
        from: 'path raw',
      };
      const made = before ?? execute(run, plan.pipeline, each, [...inputs, raw]);
      if (made.state === 'ran') last.set(key, made);
      stageRuns.push(made);
    }
    const made = { run, plan, started: time, stageRuns };
    if (as === 'ended') writeRun(records, made);
    else writeJournal(store, made);
    runs.push(made);
    return made;
  };
  return {
    store,
    runs,
    add,
    stray: put,
    stand: ({ plan, stageRuns }) => {
      for (const record of stageRuns)
        if (record.state === 'ran') records.writeState(plan.pipeline, record.stage, stateOf(record));
    },
  };
};

export const digestOfRecord = (record: StageRunRecord): Digest => digestOf(`${JSON.stringify(record, null, 1)}\n`);

interface Executed {
  readonly run: string;
  readonly pipeline: string;
  readonly plan: StagePlan;
  readonly fields: object;
  readonly inputs: readonly ArtifactRecord[];
  readonly log: Digest;
}

const stageRunOf = ({ run, pipeline, plan, fields, inputs, log }: Executed): StageRunRecord => ({
  format: 'stemma-stage-run-v1',
  run,
  pipeline,
  stage: plan.stage,
  state: plan.state,
  fingerprint: digestJson({ fields, pipeline, stage: plan.stage }),
  fields: fields as Record<string, unknown>,
  because: [],
  started: '2026-01-01T00:00:00.000Z',
  ended: '2026-01-01T00:00:01.000Z',
  seconds: 1,
  attempts: 1,
  inputs: [...inputs],
  outs: [],
  metrics: {},
  telemetry: {},
  log,
  exit: { code: 0 },
});

const stateOf = (record: StageRunRecord) => ({
  format: 'stemma-state-v1' as const,
  fingerprint: record.fingerprint,
  outs: Object.fromEntries(record.outs.map(({ name, digest }) => [name, { path: 'o', digest }])),
  stageRun: digestOfRecord(record),
  seconds: 1,
});

const writeRun = (records: Records, { run, plan, started, stageRuns }: MadeRun): void =>
  void records.writeRun((previous) => ({
    format: 'stemma-run-v1',
    run,
    previous,
    started,
    ended: started,
    outcome: plan.outcome,
    pipeline: { name: plan.pipeline, file: 'p.json', digest: digestOf(''), seed: 1 },
    command: [],
    invocation: { targets: [], force: false, set: [], jobs: 1 },
    host: { platform: '', arch: '', cpu: '', cores: 1, memory: 1, node: '', stemma: '' },
    stages: stageRuns.map((record) => ({
      stage: record.stage,
      state: record.run === run ? record.state : 'restored',
      fingerprint: record.fingerprint,
      stageRun: digestOfRecord(record),
      because: [],
      seconds: 1,
    })),
  }));

const writeJournal = (store: string, { run, stageRuns }: MadeRun): void => {
  mkdirSync(join(store, 'running-v1'), { recursive: true });
  const lines = stageRuns.map((record) => JSON.stringify({ stage: record.stage, stageRun: digestOfRecord(record) }));
  writeFileSync(join(store, 'running-v1', `${run}.jsonl`), lines.map((line) => `${line}\n`).join(''));
};
