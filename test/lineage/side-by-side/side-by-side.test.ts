import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunAccount, StageAccount } from '../../../src/lineage/run-account.ts';
import { sideBySide } from '../../../src/lineage/side-by-side/side-by-side.ts';
import { openContentStore } from '../../../src/store/content.ts';
import type { ArtifactRecord, MetricRecord } from '../../../src/types/generated/stage-run.ts';
import { account, artifact, entry, stageRun } from '../accounts.ts';

const folder = mkdtempSync(join(tmpdir(), 'stemma-beside-'));
const content = openContentStore(join(folder, 'content-v1'));
const reading = { content, beside: join(folder, 'compared') };

const stored = async (path: string, value: unknown): Promise<ArtifactRecord> => {
  const file = join(folder, 'file');
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  const { digest } = await content.put(file);
  return { ...artifact(path.replace('.json', ''), ''), path, digest };
};

interface Turn {
  readonly params?: object;
  readonly metrics?: Readonly<Record<string, MetricRecord>>;
  readonly outs?: ArtifactRecord[];
}

const run = ({ params = {}, metrics = {}, outs = [] }: Turn): RunAccount => {
  const fields = { kind: 'uses', type: 'train', params, deps: {} };
  const stage: StageAccount = { entry: entry('train'), stageRun: stageRun('train', { fields, metrics, outs }) };
  return account([stage]);
};

const history = (values: readonly number[]) => ({
  format: 'stemma-history-v1',
  epochs: values.map((loss, at) => ({ epoch: at + 1, rate: 0.1, loss })),
  ...{ best: { epoch: 1, monitor: 'loss', mode: 'min', value: 1 }, kept: 1, stopped: 'finished' },
});

describe('sideBySide', () => {
  it('has a row for each thing that differs in any run, with the value of every run', async () => {
    const runs = [
      { rate: 1, a: 1 },
      { rate: 2, a: 1 },
      { rate: 1, a: 2, b: 3 },
    ].map((params) => run({ params }));
    const { differences } = await sideBySide(runs, reading);
    expect(differences.map(({ what, values }) => [what, ...values])).toEqual([
      ['params.rate', 1, 2, 1],
      ['params.a', 1, 1, 2],
      ['params.b', undefined, undefined, 3],
    ]);
    expect((await sideBySide([runs[0]!, runs[0]!], reading)).differences).toEqual([]);
  });

  it('holds every metric against that of the first run', async () => {
    const at = (value: number) => ({ value, low: value - 0.01, high: value + 0.01 });
    const runs = [
      run({ metrics: { accuracy: at(0.9) } }),
      run({ metrics: { accuracy: at(0.905), new: 1 } }),
      run({ metrics: { accuracy: at(0.95) } }),
    ];
    const { metrics } = await sideBySide(runs, reading);
    const [accuracy, fresh] = ['accuracy', 'new'].map((name) => metrics.find(({ metric }) => metric === name)!);
    expect(accuracy!.values).toEqual([at(0.9), at(0.905), at(0.95)]);
    expect(accuracy!.changes.map(({ relation, verdict }) => [relation, verdict])).toEqual([
      ['within', 'better'],
      ['apart', 'better'],
    ]);
    expect(fresh!.values).toEqual([undefined, 1, undefined]);
  });

  it('reads curves and findings from the store, and says what it cannot read', async () => {
    const finding = {
      id: 'plateau',
      phase: 'training',
      severity: 'warning',
      message: 'flat',
      evidence: {},
      remedy: 'r',
    };
    const findings = { format: 'stemma-findings-v1', checks: [], findings: [finding] };
    const lost = { ...artifact('history', 'dead'), path: 'history.json' };
    const foreign = await stored('history.json', { my: 'own' });
    const { runs } = await sideBySide(
      [
        run({ outs: [await stored('history.json', history([3, 2])), await stored('findings.json', findings)] }),
        run({ outs: [lost, await stored('findings.json', 'no json'), foreign] }),
      ],
      reading,
    );
    expect(runs[0]!.outs.histories.map(({ stage, content }) => [stage, content.epochs.length])).toEqual([['train', 2]]);
    expect(runs[0]!.outs.findings.map((found) => found.content.message)).toEqual(['flat']);
    expect(runs[1]!.outs).toEqual({
      histories: [],
      ganHistories: [],
      findings: [],
      unreadable: ['train.history', 'train.findings'],
    });
  });
});
