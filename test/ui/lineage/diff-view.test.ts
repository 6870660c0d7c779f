import { expect, it } from 'vitest';
import { compareRuns } from '../../../src/lineage/compare-runs.ts';
import type { FolderChanges, ManifestMissing } from '../../../src/lineage/folder-changes.ts';
import { renderDiff } from '../../../src/ui/lineage/diff-view.ts';
import { createPaint } from '../../../src/ui/paint.ts';
import { account, artifact, digest, entry, stageRun } from '../../lineage/accounts.ts';

const view = { paint: createPaint({ color: false }), columns: 100 };
const golden = (name: string): string => `../../fixtures/ui/${name}.txt`;
const interval = (value: number, low: number, high: number) => ({ value, low, high });
const folder = { kind: 'folder' as const, from: 'path data/images' };

const before = account([
  {
    entry: entry('ingest'),
    stageRun: stageRun('ingest', {
      fields: { params: { note: 'x' }, deps: { raw: { digest: digest('aa') }, old: { digest: digest('01') } } },
      inputs: [
        artifact('raw', 'aa', { ...folder, files: 3, bytes: 3_000_000 }),
        artifact('old', '01', { ...folder, from: 'path data/old', files: 1 }),
      ],
      outs: [artifact('examples', 'bb')],
    }),
  },
  {
    entry: entry('train'),
    stageRun: stageRun('train', {
      fields: { params: { rate: 0.001 }, seed: { seed: 1 }, deps: { train: { digest: digest('bb') } } },
      inputs: [artifact('train', 'bb', { from: 'ingest.examples' })],
      outs: [artifact('model', 'cc')],
      metrics: { val_accuracy: interval(0.98, 0.97, 0.99), loss: 0.2, gone: 1, accuracy: interval(0.5, 0.4, 0.6) },
    }),
  },
  { entry: entry('report') },
  { entry: entry('publish') },
]);

const after = account(
  [
    {
      entry: entry('ingest'),
      stageRun: stageRun('ingest', {
        fields: {
          params: { note: '\u001b[2Jevil' },
          deps: { raw: { digest: digest('a1') }, old: { digest: digest('02') } },
        },
        inputs: [
          artifact('raw', 'a1', { ...folder, files: 16, bytes: 3_100_000 }),
          artifact('old', '02', { ...folder, from: 'path data/old', files: 1 }),
        ],
        outs: [artifact('examples', 'b1')],
      }),
    },
    {
      entry: entry('train'),
      stageRun: stageRun('train', {
        fields: { params: { rate: 0.01 }, seed: { seed: 2 }, deps: { train: { digest: digest('b1') } } },
        inputs: [artifact('train', 'b1', { from: 'ingest.examples' })],
        outs: [artifact('model', 'cc')],
        metrics: { val_accuracy: interval(0.95, 0.94, 0.96), loss: 0.1, accuracy: interval(0.52, 0.42, 0.62) },
      }),
    },
    {
      entry: entry('report', { state: 'failed' }),
      stageRun: stageRun('report', { state: 'failed', failure: 'RangeError: no room' }),
    },
    { entry: entry('extra', { state: 'skipped', because: ['report failed'] }) },
  ],
  {
    run: '2026-11-24T09-00-00-0a1b',
    started: '2026-11-24T09:00:00.000Z',
    outcome: 'failed',
    command: ['stemma', 'run', 'mnist', '--set', 'stages.train.params.rate=0.01'],
    host: { ...before.record.host, node: '22.1.0' },
  },
);

it('causes come first, then what followed, then what it did to the metrics', async () => {
  const comparison = compareRuns(before, after);
  const changes: Readonly<Record<string, FolderChanges | ManifestMissing>> = {
    'data/images': {
      added: Array.from({ length: 14 }, (_, index) => `${index}.png`),
      removed: ['gone.png'],
      changed: ['a\nb.png'],
    },
    'data/old': { missing: ['before'] },
  };
  const folders = new Map(
    comparison.causes.filter(({ what }) => what in changes).map((cause) => [cause, changes[cause.what]!]),
  );
  await expect(renderDiff({ comparison, folders }, view)).toMatchFileSnapshot(golden('diff'));
});

it('two runs of two pipelines are compared with a word about it', () => {
  const other = account([], { pipeline: { ...before.record.pipeline, name: 'penguins' } });
  const text = renderDiff({ comparison: compareRuns(before, other), folders: new Map() }, view);
  expect(text).toContain('mnist and penguins: runs of two pipelines, compared stage by stage of the same name\n');
  expect(text).toContain('only before  ingest, train, report, publish\n');
});

it('a run and itself differ in nothing', () => {
  const text = renderDiff({ comparison: compareRuns(after, after), folders: new Map() }, view);
  expect(text).toContain('nothing changed: 3 stages with the same fingerprint and the same outs\n');
  expect(text).not.toContain('what changed\n');
});
