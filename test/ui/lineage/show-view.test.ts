import { expect, it } from 'vitest';
import { renderShow } from '../../../src/ui/lineage/show-view.ts';
import { renderStageRun } from '../../../src/ui/lineage/stage-run-view.ts';
import { createPaint } from '../../../src/ui/paint.ts';
import { account, artifact, digest, entry, stageRun } from '../../lineage/accounts.ts';

const view = { paint: createPaint({ color: false }), columns: 110 };
const golden = (name: string): string => `../../fixtures/ui/${name}.txt`;

const shown = account(
  [
    {
      entry: entry('ingest', { state: 'restored', because: [] }),
      stageRun: stageRun('ingest', {
        run: '2026-11-20T10-00-00-beef',
        inputs: [artifact('raw', '4f2a', { kind: 'folder', files: 12, bytes: 11_600_000, from: 'path data/raw' })],
        outs: [artifact('examples', 'b81d', { path: 'artifacts/mnist/ingest/examples', bytes: 54_900 })],
        summary: '70,000 examples\u001b[2J',
      }),
    },
    {
      entry: entry('train', { because: ['params.rate: 1 → 2', 'dep train changed'] }),
      stageRun: stageRun('train', {
        fields: {
          params: { rate: 2, model: { units: [128, 64] } },
          env: { TZ: 'a value' },
          code: digest('c0de'),
          kind: 'uses',
        },
        attempts: 2,
        metrics: { val_accuracy: { value: 0.988, low: 0.986, high: 0.99 }, val_loss: 0.041 },
        summary: 'val_accuracy 0.988 [0.986, 0.990], and more',
        backend: { name: 'wasm', version: '4.22.0', device: 'cpu', threads: 1, deterministic: true },
        telemetry: { examples_per_second: 1234.5, rates: Array.from({ length: 200 }, (_, index) => index) },
        log: digest('109'),
      }),
    },
    {
      entry: entry('report', { state: 'failed', because: ['code changed'] }),
      stageRun: stageRun('report', { state: 'failed', failure: 'RangeError: no room', exit: { code: 1 } }),
    },
    { entry: entry('lost', { stageRun: digest('1057') }) },
    { entry: { stage: 'publish', state: 'skipped', because: ['report failed'], seconds: 0 } },
  ],
  { outcome: 'failed', notices: ['restored by copying'], command: ['stemma', 'run', 'mnist', '--set', 'a b'] },
);

it('a run is shown with all that is recorded of it', async () => {
  const logs = new Map([['report', 'artifacts/.store/content-v1/10/9']]);
  await expect(renderShow({ account: shown, before: null, logs }, view)).toMatchFileSnapshot(golden('show'));
});

it('the first run follows on none', () => {
  const first = account([], { previous: null });
  expect(renderShow({ account: first, before: null, logs: new Map() }, view)).toContain('none: it is the first');
});

it('one stage is shown in full, but for the values of its environment', async () => {
  const text = renderStageRun({ account: shown, stage: shown.stages[1]!, log: 'artifacts/.store/x' }, view);
  expect(text).not.toContain('a value');
  await expect(text).toMatchFileSnapshot(golden('show-stage'));
});

it('a stage without a record says so', () => {
  const said = (index: number) => renderStageRun({ account: shown, stage: shown.stages[index]! }, view);
  expect(said(3)).toContain('the record is missing or damaged');
  expect(said(4)).toContain('no stage run belongs to it');
});
